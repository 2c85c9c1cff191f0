import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface FuzzOptions {
  /** For CI: few inputs each. */
  readonly short: boolean;
  /** The same seed gives the same inputs. */
  readonly seed: number;
  /** Names of the targets to run. */
  readonly only: readonly string[];
  /** Inputs for each target, instead of its own number. */
  readonly runs: number | undefined;
}

/** What {@link parseOptions} reads. */
export const USAGE = 'npm run fuzz -- [--short] [--seed N] [--only NAME]… [--runs N]';

/**
 * @param names Of all targets there are.
 * @throws TypeError or Error that says which argument is wrong.
 */
export function parseOptions(args: readonly string[], names: readonly string[]): FuzzOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      short: { type: 'boolean', default: false },
      seed: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      runs: { type: 'string' },
    },
  });
  const unknown = values.only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`--only takes ${names.join(', ')}, not ${unknown}`);
  return {
    short: values.short,
    seed: wholeNumber('--seed', values.seed) ?? Math.floor(Math.random() * 0x7fffffff),
    only: values.only.length === 0 ? names : values.only,
    runs: wholeNumber('--runs', values.runs),
  };
}

function wholeNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${flag} takes a whole number, not ${text}`);
  return Number(text);
}
