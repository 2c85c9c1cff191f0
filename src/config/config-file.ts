import { type DotenvEntry, parseDotenv } from './dotenv.ts';

/** The configuration file, as far as it could be read. */
export interface ConfigFile {
  /** Empty when there is none. */
  readonly path: string;
  /** By variable or flag name; of a name given twice, the last. */
  readonly entries: ReadonlyMap<string, DotenvEntry>;
  /** One sentence each. */
  readonly problems: readonly string[];
}

/** The file that is read when none is named. It may be missing, or be a directory: Python's tools like to make one. */
const DEFAULT_PATH = '.env';

/**
 * Reads the configuration file.
 *
 * @param path As `-config` or `CONFIG` has it: undefined when neither is given, empty for no file at all.
 * @param readFile Reads a text file; throws Node's system errors.
 */
export function readConfigFile(path: string | undefined, readFile: (path: string) => string): ConfigFile {
  if (path === '') return { path, entries: new Map(), problems: [] };
  let text: string;
  try {
    text = readFile(path ?? DEFAULT_PATH);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (path === undefined && (code === 'ENOENT' || code === 'EISDIR')) return readConfigFile('', readFile);
    // an explicit path is not repeated: it may be a secret gone astray
    const name = path === undefined ? DEFAULT_PATH : 'The file that -config or CONFIG names';
    const problem = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    return { path: '', entries: new Map(), problems: [`${name} ${problem}.`] };
  }
  const given = path ?? DEFAULT_PATH;
  const file = /^\S+$/.test(given) ? given : JSON.stringify(given); // a name of blanks would not be seen
  const { entries, problems } = parseDotenv(text);
  return {
    path: file,
    entries: new Map(entries.map((entry) => [entry.name, entry])),
    problems: problems.map((problem) => `${file}, ${problem}.`),
  };
}
