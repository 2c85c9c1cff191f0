import { parseArgs } from 'node:util';
import type { Effort } from './measure-throughput.ts';

/** What the command line asks for. */
export interface BenchOptions extends Effort {
  /** Everything once and quickly: shows that it works, not how fast. */
  readonly smoke: boolean;
  /** Names of the measurements to make. */
  readonly only: readonly string[];
  /** The file that memory over time is drawn into, a PNG. */
  readonly plot: string | undefined;
  /** A URL of a real S3 for `hit-s3`. */
  readonly s3Endpoint: string | undefined;
}

/** For a ratio that repeats to within a few per cent even at two answers a second. */
const MIN_ANSWERS = 20;

/** What {@link parseOptions} reads. */
export const USAGE = 'npm run bench -- [--smoke] [--only NAME]… [--seconds N] [--plot FILE] [--s3-endpoint URL]';

/**
 * @param names Of all measurements there are.
 * @param slow Those of them that take so long that they have to be asked for.
 * @throws TypeError or Error that says which argument is wrong.
 */
export function parseOptions(args: readonly string[], names: readonly string[], slow: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      smoke: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      seconds: { type: 'string', default: '3' },
      plot: { type: 'string' },
      's3-endpoint': { type: 'string' },
    },
  });
  const { smoke, plot, 's3-endpoint': s3Endpoint } = values;
  const seconds = Number(values.seconds);
  if (!(seconds > 0)) throw new Error(`--seconds takes a number above 0, not ${values.seconds}`);
  const unknown = values.only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`--only takes ${names.join(', ')}, not ${unknown}`);
  const usual = smoke ? names : names.filter((name) => !slow.includes(name));
  const only = values.only.length === 0 ? usual : values.only;
  if (plot !== undefined && !only.includes('memory')) throw new Error('--plot goes with --only memory');
  if (s3Endpoint !== undefined && !URL.canParse(s3Endpoint)) {
    throw new Error(`--s3-endpoint takes a URL, not ${s3Endpoint}`);
  }
  const what = { smoke, only, plot, s3Endpoint };
  if (smoke) return { ...what, rounds: 1, span: { seconds: 0, answers: 2 }, warmUp: undefined };
  return { ...what, rounds: 5, span: { seconds, answers: MIN_ANSWERS }, warmUp: { seconds: 1, answers: 1 } };
}
