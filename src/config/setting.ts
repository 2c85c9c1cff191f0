import type { CommandLine } from './command-line.ts';
import type { ConfigFile } from './config-file.ts';
import type { DotenvEntry } from './dotenv.ts';
import type { Option } from './option.ts';

/** Where the value of an option comes from. */
export type Origin = 'flag' | 'environment' | 'file' | 'default';

/** What somebody wrote for an option. */
export interface Setting {
  readonly option: Option;
  readonly origin: Exclude<Origin, 'default'>;
  readonly text: string;
  /** How messages name it: `-port`, `PORT`, or `PORT (.env, line 3)`. */
  readonly name: string;
  /** See {@link DotenvEntry}. */
  readonly dropped: DotenvEntry['dropped'];
}

/** Finds what was written for an option: a flag wins over the environment, that over the file. Empty variables do not count. */
export function findSetting(
  option: Option,
  commandLine: CommandLine,
  env: Readonly<Record<string, string | undefined>>,
  file: ConfigFile,
): Setting | undefined {
  const flag = commandLine.settings.get(option.flag);
  if (flag !== undefined) return { option, origin: 'flag', text: flag, name: `-${option.flag}`, dropped: undefined };
  const variable = env[option.env];
  if (variable) return { option, origin: 'environment', text: variable, name: option.env, dropped: undefined };
  const entry = file.entries.get(option.env) ?? file.entries.get(option.flag);
  if (!entry?.value) return undefined;
  const { value, line, dropped } = entry;
  return { option, origin: 'file', text: value, name: `${option.env} (${file.path}, line ${line})`, dropped };
}
