/** Smaller buffers cost too little to be kept. */
const MIN_BYTES = 262_144;

/** New buffers are of whole multiples of this, so that one fits the next file too; untouched memory costs nothing. */
const STEP_BYTES = 1_048_576;

/** A buffer more than so many times too large is not used. */
const MAX_EXCESS = 8;

/** Memory to read a file into. */
export interface Lease {
  /** As many bytes as asked for, of any content. */
  readonly bytes: Uint8Array;
  /** Hands the memory back; nobody may use the bytes afterwards. Without a call, it is left to the garbage collector. */
  release(): void;
}

/**
 * Keeps large buffers for the next file. V8 collects all garbage whenever 64 MB of new buffers have come together, which
 * for photographs is every few requests and costs as much as reading them.
 */
export class BufferPool {
  readonly #maxBytes: number;
  /** Smallest first. */
  #idle: ArrayBuffer[] = [];

  /** @param maxBytes kept while nobody uses them. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes that nobody uses. */
  get idleBytes(): number {
    return this.#idle.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** @param size in bytes. */
  take(size: number): Lease {
    if (size < MIN_BYTES) return { bytes: Buffer.allocUnsafeSlow(size), release() {} };
    let memory: ArrayBuffer | undefined = this.#fitting(size) ?? allocate(Math.ceil(size / STEP_BYTES) * STEP_BYTES);
    return {
      bytes: new Uint8Array(memory, 0, size),
      release: () => {
        if (memory) this.#keep(memory);
        memory = undefined; // a second call must not lend it to two
      },
    };
  }

  #fitting(size: number): ArrayBuffer | undefined {
    const index = this.#idle.findIndex(({ byteLength }) => byteLength >= size && byteLength <= size * MAX_EXCESS);
    return index < 0 ? undefined : this.#idle.splice(index, 1)[0];
  }

  #keep(memory: ArrayBuffer): void {
    if (this.idleBytes + memory.byteLength > this.#maxBytes) return;
    this.#idle = [...this.#idle, memory].sort((a, b) => a.byteLength - b.byteLength);
  }
}

/** Not filled with zeros first, as `new ArrayBuffer` is. */
function allocate(size: number): ArrayBuffer {
  return Buffer.allocUnsafeSlow(size).buffer as ArrayBuffer;
}
