import type { FuzzSession } from './fuzz-session.ts';

/** One thing to throw inputs at. */
export interface FuzzTarget {
  /** For `--only`. */
  readonly name: string;
  /** What is thrown at what, for the report. */
  readonly what: string;
  /** Inputs to try. */
  readonly runs: { readonly short: number; readonly long: number };
  /**
   * Tries as many inputs as the session asks for, and tells it how each one ended. The same session seed gives the same
   * inputs.
   *
   * @throws Error when the target itself does not work, which is no finding.
   */
  run(session: FuzzSession): Promise<void>;
}
