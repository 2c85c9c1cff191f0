import type { FuzzSession } from './fuzz-session.ts';

/** How often a line of progress is written where it cannot be written over. */
const LINE_EVERY_MS = 10_000;

/** How often it is written over where it can. */
const UPDATE_EVERY_MS = 200;

/** Shows on stderr how far a target has come: in one line on a terminal, now and then in a log. */
export class Progress {
  readonly #name: string;
  readonly #startMs = Date.now();
  #shownMs = Date.now();

  constructor(name: string) {
    this.#name = name;
  }

  /** To be called as often as one likes. */
  show({ done, runs, findings }: FuzzSession): void {
    const now = Date.now();
    if (now - this.#shownMs < (process.stderr.isTTY ? UPDATE_EVERY_MS : LINE_EVERY_MS)) return;
    this.#shownMs = now;
    const seconds = (now - this.#startMs) / 1000;
    const left = Math.round((seconds / done) * (runs - done));
    const found = findings.length > 0 ? `, ${findings.length} found` : '';
    const line = `${this.#name}: ${done} of ${runs} (${Math.floor((done / runs) * 100)} %), about ${left} s to go${found}`;
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  }

  /** Takes the line away. @returns seconds since the beginning. */
  end(): number {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    return (Date.now() - this.#startMs) / 1000;
  }
}
