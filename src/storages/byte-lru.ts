interface Entry<Value> {
  readonly value: Value;
  readonly bytes: number;
}

/** Keeps values within a number of bytes; what was used longest ago goes first. */
export class ByteLru<Value> {
  readonly #maxBytes: number;
  /** By key; the one used longest ago comes first. */
  readonly #entries = new Map<string, Entry<Value>>();
  #usedBytes = 0;

  /** @param maxBytes of all values together, never exceeded. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of what is kept. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Reads without using. */
  peek(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /**
   * Replaces what the key had.
   *
   * @param bytes that the value takes, with all that is kept beside it; one larger than the whole room is not kept.
   */
  set(key: string, value: Value, bytes: number): void {
    this.delete(key);
    if (bytes > this.#maxBytes) return;
    // first, so that there is never too much
    for (const oldest of this.#entries.keys()) {
      if (this.#usedBytes + bytes <= this.#maxBytes) break;
      this.delete(oldest);
    }
    this.#entries.set(key, { value, bytes });
    this.#usedBytes += bytes;
  }

  delete(key: string): void {
    this.#usedBytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#usedBytes = 0;
  }
}
