/** What a {@link PictureIndex} is made with. */
export interface PictureIndexOptions<Value> {
  /** Bytes that all entries together may take. */
  readonly maxBytes: number;
  /** Told of every value that goes, for whatever reason. */
  onDrop(value: Value): void;
  /** Milliseconds, as Date.now(). */
  now?(): number;
}

interface Entry<Value> {
  readonly value: Value;
  readonly bytes: number;
  readonly expiresAtMs: number;
}

/** What is kept under which key: within a budget of bytes, each for its time, the least recently used going first. */
export class PictureIndex<Value> {
  readonly #options: PictureIndexOptions<Value>;
  readonly #now: () => number;
  /** From the least to the most recently used: a Map keeps the order in which keys were set. */
  readonly #entries = new Map<string, Entry<Value>>();
  #bytes = 0;

  constructor(options: PictureIndexOptions<Value>) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Bytes of all entries. */
  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** What is kept, without counting as a use. */
  peek(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.expiresAtMs > this.#now() ? entry.value : undefined;
  }

  /** What is kept, which is the most recently used then. */
  use(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (entry.expiresAtMs <= this.#now()) {
      this.delete(key);
      return undefined;
    }
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /**
   * Keeps a value in place of what was there, and drops what has expired or finds no room any more.
   *
   * @param lifeMs Infinity for as long as there is room.
   * @returns false where the value alone is larger than the budget; it is not kept then, and not dropped either.
   */
  put(key: string, value: Value, bytes: number, lifeMs: number): boolean {
    if (bytes > this.#options.maxBytes) return false;
    this.delete(key);
    this.#dropExpired();
    this.#entries.set(key, { value, bytes, expiresAtMs: this.#now() + lifeMs });
    this.#bytes += bytes;
    for (const [oldest] of this.#entries) {
      if (this.#bytes <= this.#options.maxBytes) break;
      this.delete(oldest);
    }
    return true;
  }

  /** Deleting what is not there is no error. */
  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    this.#options.onDrop(entry.value);
  }

  #dropExpired(): void {
    const now = this.#now();
    for (const [key, { expiresAtMs }] of this.#entries) if (expiresAtMs <= now) this.delete(key);
  }
}
