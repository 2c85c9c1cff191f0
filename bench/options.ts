import { parseArgs } from 'node:util';
import type { Effort } from './measure-throughput.ts';

/** What the command line asks for. */
export interface BenchOptions extends Effort {
  /** Everything once and quickly: shows that it works, not how fast. */
  readonly smoke: boolean;
  /** Names of the measurements to make. */
  readonly only: readonly string[];
}

/** For a ratio that repeats to within a few per cent even at two answers a second. */
const MIN_ANSWERS = 20;

/**
 * Reads `[--smoke] [--only NAME]… [--seconds N]`.
 *
 * @param names Of all measurements there are.
 * @throws TypeError or Error that says which argument is wrong.
 */
export function parseOptions(args: readonly string[], names: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      smoke: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      seconds: { type: 'string', default: '3' },
    },
  });
  const seconds = Number(values.seconds);
  if (!(seconds > 0)) throw new Error(`--seconds takes a number above 0, not ${values.seconds}`);
  const unknown = values.only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`--only takes ${names.join(', ')}, not ${unknown}`);
  const { smoke } = values;
  const only = values.only.length === 0 ? names : values.only;
  if (smoke) return { smoke, only, rounds: 1, span: { seconds: 0, answers: 2 }, warmUp: undefined };
  return { smoke, only, rounds: 5, span: { seconds, answers: MIN_ANSWERS }, warmUp: { seconds: 1, answers: 1 } };
}
