import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import type { FuzzSession } from './fuzz-session.ts';

/** Runs of one call to fast-check: between them progress is shown and the event loop gets its turn. */
const BATCH = 2_000;

/** How to try what an arbitrary makes. */
export interface Trial<Value> {
  readonly arbitrary: fc.Arbitrary<Value>;
  /** @returns how it ended, for the report. @throws Error for a failure. */
  examine(value: Value): string;
  /** What is kept of a value that failed. */
  show(value: Value): string;
  readonly extension: string;
}

/** Has fast-check look for a value that fails, and make it small. */
export async function checkProperty<Value>(session: FuzzSession, trial: Trial<Value>): Promise<void> {
  for (let start = 0; start < session.runs && !session.isHopeless; start += BATCH) {
    const outcomes = new Map<string, number>();
    const numRuns = Math.min(BATCH, session.runs - start);
    const property = fc.property(trial.arbitrary, (value) => {
      const outcome = trial.examine(value);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    });
    const details = fc.check(property, { seed: session.seed + start, numRuns });
    keepCounterexample(session, trial, details);
    for (const [outcome, times] of outcomes) session.count(outcome, times);
    await nextTurn();
  }
}

/** As {@link Trial}, for what takes time. */
export interface SlowTrial<Value> extends Omit<Trial<Value>, 'examine'> {
  examine(value: Value): Promise<string>;
  /** Values that are tried at the same time. */
  readonly lanes: number;
}

/** As {@link checkProperty}, several values at a time. */
export async function checkSlowProperty<Value>(session: FuzzSession, trial: SlowTrial<Value>): Promise<void> {
  const runsOf = (lane: number): number => Math.ceil((session.runs - lane) / trial.lanes);
  const check = async (lane: number): Promise<void> => {
    for (let start = 0; start < runsOf(lane) && !session.isHopeless; start += BATCH) {
      const numRuns = Math.min(BATCH, runsOf(lane) - start);
      let isShrinking = false;
      const property = fc.asyncProperty(trial.arbitrary, async (value) => {
        try {
          const outcome = await trial.examine(value);
          if (!isShrinking) session.count(outcome);
        } catch (error) {
          isShrinking = true;
          throw error;
        }
      });
      const seed = session.seed + start * trial.lanes + lane;
      keepCounterexample(session, trial, await fc.check(property, { seed, numRuns }));
    }
  };
  await Promise.all(Array.from({ length: trial.lanes }, (_, lane) => check(lane)));
}

function keepCounterexample<Value>(
  session: FuzzSession,
  { show, extension }: Pick<Trial<Value>, 'show' | 'extension'>,
  { counterexample, errorInstance, seed, counterexamplePath }: fc.RunDetails<[Value]>,
): void {
  if (!counterexample) return;
  const reason =
    errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : String(errorInstance);
  const replay = `fast-check: seed ${seed}, path ${counterexamplePath}`;
  session.keep({ kind: 'failure', input: show(counterexample[0]), reason: `${reason}\n\n${replay}`, extension });
}
