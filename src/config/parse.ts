import { accepts } from './accepts.ts';
import { readCommandLine } from './command-line.ts';
import type { Config, ConfigKey, OptionValue } from './config.ts';
import { ConfigError } from './config-error.ts';
import { readConfigFile } from './config-file.ts';
import { findContradictions, type Origins } from './contradictions.ts';
import { inertSettings } from './inert-settings.ts';
import { OPTIONS } from './option.ts';
import { findSetting, type Origin, type Setting } from './setting.ts';
import { unknownVariableWarning } from './unknown-variables.ts';
import { defaultOf, isUnset, parseValue } from './value.ts';

/** What the program is asked to do. */
export type ParsedConfig =
  | { readonly command: 'help' | 'version' }
  | {
      readonly command: 'serve';
      readonly config: Config;
      readonly origins: Origins;
      /** For the log: one sentence each, none of which repeats a value. */
      readonly warnings: readonly string[];
    };

/**
 * Works out the configuration. A flag wins over the environment, that over the file which `-config` or `CONFIG` names
 * (by default `.env`), and that over the default. An empty variable counts as not set, as in imagor.
 *
 * @param argv The arguments after the program's name.
 * @param readFile Reads a text file; throws Node's system errors.
 * @throws ConfigError with everything that is wrong.
 */
export function parseConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): ParsedConfig {
  const commandLine = readCommandLine(argv);
  if (commandLine.isHelp) return { command: 'help' };
  const { CONFIG: configPath } = env;
  const file = readConfigFile(commandLine.settings.get('config') ?? (configPath || undefined), readFile);
  const settings = OPTIONS.map((option) => findSetting(option, commandLine, env, file))
    .filter((setting) => setting !== undefined)
    .filter((setting) => !isUnset(setting.option.row, setting.text));

  const { config, origins, problems } = readSettings(settings);
  if (config.version) return { command: 'version' };
  const contradictions = findContradictions(config, origins);
  const allProblems = [...commandLine.problems, ...file.problems, ...problems, ...contradictions.problems];
  if (allProblems.length > 0) throw new ConfigError(allProblems);

  const fromFile = [...file.entries].map(([name, { value }]) => [name, value] as const);
  const unknown = [...new Map<string, string | undefined>([...fromFile, ...Object.entries(env)])]
    .map(([name, value]) => unknownVariableWarning(name, value ?? ''))
    .filter((warning) => warning !== undefined);
  return {
    command: 'serve',
    config,
    origins,
    warnings: [...unknown, ...quotedSecrets(settings), ...inertSettings(settings), ...contradictions.warnings],
  };
}

/** A secret that has come from imagor in single quotes has other signatures here: of all pictures, a 403. */
function quotedSecrets(settings: readonly Setting[]): string[] {
  return settings
    .filter(({ option, dropped }) => option.row.secret && dropped === 'single quotes')
    .map(
      ({ name }) =>
        `${name}: the single quotes are not part of the value; to imagor 1.9 they were: write "'…'" for that.`,
    );
}

/** Reads every setting; an option whose setting cannot be read has its default beside the problem. */
function readSettings(settings: readonly Setting[]): { config: Config; origins: Origins; problems: string[] } {
  const values = new Map<ConfigKey, OptionValue>(OPTIONS.map(({ key, row }) => [key, defaultOf(row)]));
  const origins = new Map<ConfigKey, Origin>(OPTIONS.map(({ key }) => [key, 'default']));
  const problems: string[] = [];
  for (const { option, text, name, origin, dropped } of settings) {
    const value = parseValue(option.row, text);
    if (value === undefined) problems.push(`${name} must be ${accepts(option.row)}.`);
    else if (option.row.secret && dropped === 'comment') {
      problems.push(`${name} holds a # after a space: put the value in quotes, or the comment on a line of its own.`);
    } else {
      values.set(option.key, value);
      origins.set(option.key, origin);
    }
  }
  // both have every key of the table, and each value was read by its own row
  return {
    config: Object.fromEntries(values) as unknown as Config,
    origins: Object.fromEntries(origins) as Origins,
    problems,
  };
}
