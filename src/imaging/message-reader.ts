import { decodeHead, decodePrefix, type Message, PREFIX_BYTES } from './message.ts';

/** Puts messages together from the chunks of a socket. */
export class MessageReader<Data> {
  readonly #deliver: (message: Message<Data>) => void;
  #collected: Uint8Array;
  #filled = 0;
  /** What to do with the bytes under way once they are all there. */
  #next: (bytes: Uint8Array) => void;

  /** @param deliver Called for each whole message; owns its bytes. */
  constructor(deliver: (message: Message<Data>) => void) {
    this.#deliver = deliver;
    this.#collected = new Uint8Array(PREFIX_BYTES);
    this.#next = this.#readPrefix;
  }

  /** Takes the next bytes of the stream, copied before it returns. */
  push(chunk: Uint8Array): void {
    let rest = chunk;
    while (rest.length > 0) {
      const part = rest.subarray(0, this.#collected.length - this.#filled);
      this.#collected.set(part, this.#filled);
      this.#filled += part.length;
      rest = rest.subarray(part.length);
      if (this.#filled === this.#collected.length) this.#next(this.#collected);
    }
  }

  #await(length: number, next: (bytes: Uint8Array) => void): void {
    this.#collected = Buffer.allocUnsafeSlow(length);
    this.#filled = 0;
    this.#next = next;
    if (length === 0) next(this.#collected);
  }

  #readPrefix(prefix: Uint8Array): void {
    this.#await(decodePrefix(prefix), this.#readHead);
  }

  #readHead(json: Uint8Array): void {
    const { data, lengths } = decodeHead<Data>(json);
    this.#readBlobs(data, lengths, []);
  }

  #readBlobs(data: Data, lengths: readonly number[], blobs: readonly Uint8Array[]): void {
    const length = lengths[blobs.length];
    if (length !== undefined) {
      this.#await(length, (blob) => this.#readBlobs(data, lengths, [...blobs, blob]));
      return;
    }
    this.#await(PREFIX_BYTES, this.#readPrefix);
    this.#deliver({ data, blobs });
  }
}
