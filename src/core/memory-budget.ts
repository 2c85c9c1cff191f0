import { AppError } from '../errors.ts';

/** What one piece of work has taken of a {@link MemoryBudget}. */
export interface Account {
  /**
   * Sets bytes aside that are about to arrive, when there is room for them: what is taken then comes out of these first.
   * Who has nothing yet waits; who has something does not, for others may be waiting for that.
   *
   * @throws AppError `unavailable` instead of waiting; the signal's reason.
   */
  reserve(bytes: number, signal: AbortSignal): Promise<void>;
  /**
   * Tells of bytes as they arrive; of fewer than none when some are given back early.
   *
   * @throws AppError `unavailable` where there is no room for bytes that were not set aside; they are not counted then.
   */
  take(bytes: number): void;
  /** They stay in memory after the work itself, until a promise that never rejects has settled. */
  keepUntil(done: Promise<void>): void;
}

/**
 * Bounds the source bytes that are in memory at once. Whoever has had some for the longest gets all that it needs, so that
 * a source larger than the whole budget still has its turn; no other gets more than there is.
 */
export class MemoryBudget {
  readonly #maxBytes: number;
  readonly #queue = new Set<() => void>();
  /** Work under way that has bytes, the oldest first. */
  readonly #holders = new Set<object>();
  #used = 0;

  /** @param maxBytes 0 for no limit. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes > 0 ? maxBytes : Number.POSITIVE_INFINITY;
  }

  /** Bytes in memory now, or set aside. */
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
    const holder = {};
    let counted = 0;
    let setAside = 0;
    const keeping: Promise<void>[] = [];
    const count = (bytes: number): void => {
      counted += bytes;
      this.#used += bytes;
      if (counted > 0) this.#holders.add(holder);
      if (bytes < 0) this.#wake();
    };
    const claim = (bytes: number): void => {
      if (bytes > 0 && !this.#mayHave(bytes, holder)) throw full(this.#used, this.#maxBytes);
      count(bytes);
    };
    const account: Account = {
      reserve: async (bytes, waiting) => {
        const missing = bytes - setAside;
        if (missing <= 0) return;
        while (counted === 0 && !this.#mayHave(missing, holder)) await this.#room(waiting);
        claim(missing);
        setAside += missing;
      },
      take: (bytes) => {
        const ready = Math.max(0, Math.min(setAside, bytes));
        claim(bytes - ready);
        setAside -= ready;
      },
      keepUntil: (done) => keeping.push(done),
    };
    try {
      return await work(account);
    } finally {
      this.#holders.delete(holder);
      const release = (): void => count(-counted);
      if (keeping.length === 0) release();
      else void Promise.all(keeping).then(release);
      this.#wake(); // the next may have become the oldest
    }
  }

  /** Whether so many bytes more may be in memory. */
  #mayHave(bytes: number, holder: object): boolean {
    const [oldest = holder] = this.#holders;
    return this.#used + bytes <= this.#maxBytes || oldest === holder;
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
    const waiting = [...this.#queue];
    this.#queue.clear();
    for (const onRoom of waiting) onRoom();
  }
}

function full(used: number, maxBytes: number): AppError {
  const detail = `${used} of ${maxBytes} bytes for sources are in use: see IMAGOR_SOURCE_MEMORY`;
  return new AppError('unavailable', { detail });
}
