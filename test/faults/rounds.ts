/** How often a fault is tried in a row: a few times in `npm test`, as often as it says in `npm run faults`. */
export const ROUNDS: number = Number(process.env['FAULT_ROUNDS'] ?? 12);

/** Whether there is time for faults that take minutes to be noticed. */
export const IS_LONG: boolean = ROUNDS >= 1_000;

/** How often a line of progress is written. */
const EVERY_MS = 5_000;

/** Tells on stderr how far it is, where somebody waits for it. */
export function showRounds(what: string, rounds: number = ROUNDS): (done: number) => void {
  let shownMs = Date.now();
  return (done) => {
    if (process.env['FAULT_ROUNDS'] === undefined || Date.now() - shownMs < EVERY_MS) return;
    shownMs = Date.now();
    process.stderr.write(`${what}: ${done} of ${rounds}\n`);
  };
}
