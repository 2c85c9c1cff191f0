/** Shows on stderr how far a long measurement has come: one line that changes, or in a log a line every tenth. */
export class Progress {
  readonly #what: string;
  readonly #total: number;
  readonly #startMs = performance.now();
  #shownTenths = 0;

  /** @param what Is counted: `requests`. */
  constructor(what: string, total: number) {
    this.#what = what;
    this.#total = total;
  }

  /** @param done How many there are by now. */
  show(done: number): void {
    const text = `  ${count(done)} of ${count(this.#total)} ${this.#what}, ${this.#left(done)}`;
    if (process.stderr.isTTY) {
      process.stderr.write(`\r${text.padEnd(60)}${done >= this.#total ? '\n' : ''}`);
      return;
    }
    const tenths = Math.floor((done / this.#total) * 10);
    if (tenths <= this.#shownTenths) return;
    this.#shownTenths = tenths;
    process.stderr.write(`${text}\n`);
  }

  #left(done: number): string {
    const tookMs = performance.now() - this.#startMs;
    if (done >= this.#total) return `${duration(tookMs)} in all`;
    return done === 0 ? '' : `${duration((tookMs / done) * (this.#total - done))} left`;
  }
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
