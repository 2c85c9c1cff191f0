import { turnIn } from './turn.ts';

/** The memory of one source, which is loaded on behalf of a piece of work. */
export interface Portion {
  /**
   * Waits until there is room for bytes that are about to be read at once, and sets it aside: bytes that are taken come
   * out of this first.
   *
   * @throws the signal's reason.
   */
  reserve(bytes: number, signal: AbortSignal): Promise<void>;
  /**
   * Counts bytes that have arrived. Whoever reads on only when the promise has settled reads no more than there is room
   * for.
   *
   * @returns undefined where nothing has to be waited for; rejects with the signal's reason.
   */
  take(bytes: number, signal: AbortSignal): Promise<void> | undefined;
  /** Gives all of it back: the bytes were of no use. */
  drop(): void;
}

/** What one piece of work has of a {@link MemoryBudget}. */
export interface Account {
  /** One for each source, several at the same time too. */
  open(): Portion;
  /** What was taken stays in memory after the work itself, until a promise that never rejects has settled. */
  keepUntil(done: Promise<void>): void;
}

/** Work under way, from the view of the budget. */
interface Work {
  used: number;
  waiting: number;
}

/** How many times what it has work leaves free for others; half of the budget at most. */
const LEFT_FREE = 8;

/**
 * Bounds the source bytes that are in memory at once. Who came first never waits, so that work always gets on, and a
 * source as large as the whole budget has its turn. All others share the budget, and wait until there is room, whatever
 * they hold already. The more work has, the earlier it waits: large sources that come slowly hold up one another, and not
 * the small ones.
 */
export class MemoryBudget {
  readonly #maxBytes: number;
  readonly #queue = new Set<() => void>();
  /** In the order in which it came. */
  readonly #works = new Set<Work>();
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
   * @param does What it takes counts until it has settled.
   * @throws what it throws.
   */
  async run<Result>(does: (account: Account) => Promise<Result>): Promise<Result> {
    const work: Work = { used: 0, waiting: 0 };
    this.#works.add(work);
    const keeping: Promise<void>[] = [];
    try {
      return await does({ open: () => this.#open(work), keepUntil: (done) => keeping.push(done) });
    } finally {
      this.#works.delete(work); // whatever of it still arrives is nobody's
      const release = (): void => this.#count(work, -work.used);
      if (keeping.length === 0) release();
      else void Promise.all(keeping).then(release);
      this.#wake(); // another one has come first now
    }
  }

  #open(work: Work): Portion {
    let counted = 0;
    let setAside = 0;
    const count = (bytes: number): void => {
      if (!this.#works.has(work)) return;
      counted += bytes;
      this.#count(work, bytes);
    };
    const claim = async (bytes: number, signal: AbortSignal): Promise<void> => {
      signal.throwIfAborted();
      while (!this.#hasRoom(work, bytes)) await this.#room(work, signal);
      count(bytes);
    };
    return {
      async reserve(bytes, signal) {
        const missing = bytes - setAside;
        if (missing <= 0) return;
        await claim(missing, signal);
        setAside += missing;
      },
      take: (bytes, signal) => {
        const ready = Math.min(setAside, bytes);
        setAside -= ready;
        const rest = bytes - ready;
        if (rest > 0 && !this.#hasRoom(work, rest)) return claim(rest, signal);
        count(rest);
        return undefined;
      },
      drop() {
        count(-counted);
        setAside = 0;
      },
    };
  }

  #count(work: Work, bytes: number): void {
    work.used += bytes;
    this.#used += bytes;
    if (bytes < 0) this.#wake();
  }

  #hasRoom(work: Work, bytes: number): boolean {
    const first = this.#first;
    if (first === undefined || first === work || !this.#works.has(work)) return true;
    const forOthers = Math.min(this.#maxBytes / 2, LEFT_FREE * (work.used + bytes));
    return this.#used - first.used + bytes + forOthers <= this.#maxBytes;
  }

  /** Who came first of those that have something, or wait for it. */
  get #first(): Work | undefined {
    for (const one of this.#works) if (one.used > 0 || one.waiting > 0) return one;
    return undefined;
  }

  async #room(work: Work, signal: AbortSignal): Promise<void> {
    work.waiting += 1;
    try {
      await turnIn(this.#queue, signal);
    } finally {
      work.waiting -= 1;
      if (signal.aborted) this.#wake(); // who waited behind this one may be first
    }
  }

  #wake(): void {
    const waiting = [...this.#queue];
    this.#queue.clear();
    for (const onRoom of waiting) onRoom();
  }
}
