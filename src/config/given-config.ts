import { accepts } from './accepts.ts';
import type { Config, ConfigKey } from './config.ts';
import { ConfigError } from './config-error.ts';
import { findContradictions, type Origins } from './contradictions.ts';
import { formatDuration } from './duration.ts';
import { nearestName } from './nearest-name.ts';
import { OPTIONS } from './option.ts';
import type { OptionRow } from './option-row.ts';
import type { Origin } from './setting.ts';
import { defaultOf, parseValue } from './value.ts';

/**
 * Completes the options that a program gives by the defaults, and holds them to what an operator may write.
 *
 * @param given Values of {@link Config}; those that are undefined count as not given. Nothing is read from elsewhere.
 * @returns the configuration, and a sentence for each doubt about it.
 * @throws ConfigError with everything that is wrong.
 */
export function givenConfig(given: Readonly<Partial<Config>>): { config: Config; warnings: readonly string[] } {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  const problems = entries.flatMap(([key, value]) => problemOf(key, value) ?? []);
  if (problems.length > 0) throw new ConfigError(problems);
  const values = Object.fromEntries(entries) as Partial<Config>;
  // every key of the table is there, and each value passed its own row
  const config = Object.fromEntries(OPTIONS.map(({ key, row }) => [key, values[key] ?? defaultOf(row)]));
  const origins = Object.fromEntries(OPTIONS.map(({ key }): [ConfigKey, Origin] => [key, originOf(key, values)]));
  const contradictions = findContradictions(config as unknown as Config, origins as Origins);
  if (contradictions.problems.length > 0) throw new ConfigError(contradictions.problems);
  return { config: config as unknown as Config, warnings: contradictions.warnings };
}

function originOf(key: ConfigKey, values: Partial<Config>): Origin {
  return values[key] === undefined ? 'default' : 'flag';
}

function problemOf(key: string, value: unknown): string | undefined {
  const option = OPTIONS.find((candidate) => candidate.key === key);
  if (!option) {
    const nearest = nearestName(
      key,
      OPTIONS.map((candidate) => candidate.key),
    );
    return `There is no option ${key}${nearest === undefined ? '.' : `; did you mean ${nearest}?`}`;
  }
  return isFor(option.row, value) ? undefined : `${key} must be ${described(option.row)}.`;
}

/** Whether a value is one that an operator could have written. */
function isFor(row: OptionRow, value: unknown): boolean {
  switch (row.type) {
    case 'switch':
      return typeof value === 'boolean';
    case 'integer':
    case 'bytes':
    case 'ratio':
      return typeof value === 'number' && parseValue(row, String(value)) === value;
    case 'duration':
      return typeof value === 'number' && value >= 0 && parseValue(row, formatDuration(value)) !== undefined;
    case 'mode':
      return typeof value === 'number' && parseValue(row, `0${value.toString(8)}`) === value;
    case 'list':
    case 'networks':
    case 'urls':
    case 'pairs':
      return Array.isArray(value) && value.every((item) => typeof item === 'string' && isText(row, item));
    default:
      return typeof value === 'string' && (value === '' ? row.default === undefined : isText(row, value));
  }
}

function isText(row: OptionRow, text: string): boolean {
  return parseValue(row, text) !== undefined;
}

function described(row: OptionRow): string {
  switch (row.type) {
    case 'switch':
      return 'true or false';
    case 'duration':
      return 'a number of milliseconds';
    case 'mode':
      return 'file permissions as a number, such as 0o755';
    case 'list':
      return 'an array of texts';
    case 'networks':
    case 'urls':
    case 'pairs':
      return `an array of ${accepts(row).replace(' separated by commas', '').replace(', separated by commas', '')}`;
    default:
      return accepts(row);
  }
}
