/** One `NAME=value` line. */
export interface DotenvEntry {
  readonly name: string;
  readonly value: string;
  /** Counted from 1. */
  readonly line: number;
  /** What imagor 1.9 would have kept as part of the value: a `#` after a space and what follows, or single quotes. */
  readonly dropped: 'comment' | 'single quotes' | undefined;
}

/** What a configuration file says, and what is wrong with it. */
export interface Dotenv {
  /** In the order of the file; a name may come twice. */
  readonly entries: readonly DotenvEntry[];
  /** To follow the name of the file: `line 3: …`. They repeat nothing of the file. */
  readonly problems: readonly string[];
}

const LINE = /^(?:export\s+)?([\w.-]+)\s*=(.*)$/s;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$' };

/**
 * Reads a `.env` file: one `NAME=value` a line, `export` in front or not, empty lines and lines that begin with `#` apart.
 * A value ends with its line. In double quotes it may hold the escapes `\n \r \t \" \\ \$`; in single quotes or
 * backquotes it is taken as it stands; without quotes it ends before a `#` that follows a space.
 */
export function parseDotenv(text: string): Dotenv {
  const entries: DotenvEntry[] = [];
  const problems: string[] = [];
  for (const [index, untrimmed] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const content = untrimmed.trim();
    if (content === '' || content.startsWith('#')) continue;
    const line = index + 1;
    const [, name, afterEquals] = LINE.exec(content) ?? [];
    if (name === undefined || afterEquals === undefined) {
      problems.push(`line ${line}: write NAME=value, or begin the line with # if it is a comment`);
      continue;
    }
    const value = readValue(afterEquals);
    if (typeof value === 'string') problems.push(`line ${line}: ${value}`);
    else entries.push({ name, line, ...value });
  }
  return { entries, problems };
}

type Value = Pick<DotenvEntry, 'value' | 'dropped'>;

/** @returns the value, or a sentence about what is wrong with it. */
function readValue(afterEquals: string): Value | string {
  const text = afterEquals.trimStart();
  if (text.startsWith('"')) return readQuoted(text, /^"((?:[^"\\]|\\.)*)"(.*)$/s);
  if (text.startsWith("'")) return readQuoted(text, /^'([^']*)'(.*)$/s);
  if (text.startsWith('`')) return readQuoted(text, /^`([^`]*)`(.*)$/s);
  const comment = afterEquals.search(/\s#/);
  if (comment < 0) return { value: text, dropped: undefined };
  const value = afterEquals.slice(0, comment).trim();
  return { value, dropped: value === '' ? undefined : 'comment' };
}

function readQuoted(text: string, pattern: RegExp): Value | string {
  const match = pattern.exec(text);
  if (!match) return 'close the quote on the same line';
  const [, quoted = '', after = ''] = match;
  if (!/^\s*(#.*)?$/s.test(after)) return 'put the whole value into the quotes';
  if (!text.startsWith('"')) return { value: quoted, dropped: text.startsWith("'") ? 'single quotes' : undefined };
  if (/\\[^nrt"\\$]/.test(quoted.replaceAll('\\\\', ''))) {
    return 'write \\\\ for a backslash inside double quotes, or use single quotes';
  }
  return {
    value: quoted.replace(/\\(.)/gs, (_, escaped: string) => ESCAPES[escaped] ?? escaped),
    dropped: undefined,
  };
}
