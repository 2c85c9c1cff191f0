/** What one piece of work has taken of a {@link MemoryBudget}. */
export interface Account {
  /** Tells of bytes as they arrive; of fewer than none when some are given back early. */
  take(bytes: number): void;
  /** They stay in memory after the work itself, until a promise that never rejects has settled. */
  keepUntil(done: Promise<void>): void;
}

/**
 * Bounds the source bytes that are in memory at once. Work begins when there is room and then takes what it needs, so
 * that a source larger than the whole budget still gets its turn, and nobody waits while holding something.
 */
export class MemoryBudget {
  readonly #maxBytes: number;
  readonly #queue = new Set<() => void>();
  #used = 0;

  /** @param maxBytes 0 for no limit. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes > 0 ? maxBytes : Number.POSITIVE_INFINITY;
  }

  /** Bytes in memory now. */
  get used(): number {
    return this.#used;
  }

  /**
   * Does work that reads sources.
   *
   * @param work What it takes counts until it has settled.
   * @throws what the work throws; the signal's reason when it is aborted while there is no room.
   */
  async run<Result>(signal: AbortSignal, work: (account: Account) => Promise<Result>): Promise<Result> {
    while (this.#used >= this.#maxBytes) await this.#room(signal);
    let taken = 0;
    const keeping: Promise<void>[] = [];
    try {
      return await work({
        take: (bytes) => {
          taken += bytes;
          this.#used += bytes;
          if (bytes < 0) this.#wake();
        },
        keepUntil: (done) => keeping.push(done),
      });
    } finally {
      const release = (): void => {
        this.#used -= taken;
        this.#wake();
      };
      if (keeping.length === 0) release();
      else void Promise.all(keeping).then(release);
    }
  }

  #room(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const onRoom = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = (): void => {
        this.#queue.delete(onRoom);
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#queue.add(onRoom);
    });
  }

  #wake(): void {
    if (this.#used >= this.#maxBytes) return;
    const waiting = [...this.#queue];
    this.#queue.clear();
    for (const onRoom of waiting) onRoom();
  }
}
