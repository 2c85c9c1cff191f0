/** Made-up names must not fill the memory. */
const MAX_BUCKETS = 1_000;

/** Buckets that are not there, for a while. Hosts of other loaders' images look like names of buckets. */
export class MissingBuckets {
  readonly #ttlMs: number;
  /** When each was last found missing, in milliseconds of the clock that never goes back. */
  readonly #since = new Map<string, number>();

  /** @param ttlMs Milliseconds that a bucket counts as missing for; 0 to remember none. */
  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs;
  }

  add(bucket: string): void {
    if (this.#ttlMs === 0) return;
    if (this.#since.size >= MAX_BUCKETS) this.#since.clear();
    this.#since.set(bucket, performance.now());
  }

  has(bucket: string): boolean {
    const since = this.#since.get(bucket);
    if (since === undefined) return false;
    if (performance.now() - since < this.#ttlMs) return true;
    this.#since.delete(bucket);
    return false;
  }
}
