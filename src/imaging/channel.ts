import { readSync, writeSync } from 'node:fs';
import { decodeHead, decodePrefix, encodeMessage, type Message, PREFIX_BYTES } from './message.ts';

/** The worker's end of its socket to the server, which spawn() puts in this place. */
export const CHANNEL_FD = 3;

/** More than this is not kept for the next message. */
const MAX_KEPT_BYTES = 67_108_864;

let kept: Uint8Array = new Uint8Array();

/**
 * Waits for the next message, blocking the whole process. Its blobs are in memory that the next call uses again.
 *
 * @returns undefined once the server is gone.
 */
export function receive<Data>(): Message<Data> | undefined {
  const prefix = readExactly(PREFIX_BYTES);
  const json = prefix && readExactly(decodePrefix(prefix));
  if (!json) return undefined;
  const { data, lengths } = decodeHead<Data>(json);
  const all = fill(memoryFor(lengths.reduce((sum, length) => sum + length, 0)));
  if (!all) return undefined;
  let end = 0;
  const blobs = lengths.map((length) => {
    end += length;
    return all.subarray(end - length, end);
  });
  return { data, blobs };
}

/** Sends a message, blocking until the socket has taken all of it. */
export function send<Data>(message: Message<Data>): void {
  for (const chunk of encodeMessage(message)) {
    for (let sent = 0; sent < chunk.length; ) sent += writeSync(CHANNEL_FD, chunk, sent);
  }
}

/** Memory for a message's blobs: new memory for every picture would cost page faults and V8 many collections. */
function memoryFor(length: number): Uint8Array {
  if (length > MAX_KEPT_BYTES) return Buffer.allocUnsafeSlow(length);
  if (length > kept.length) kept = Buffer.allocUnsafeSlow(length);
  return kept.subarray(0, length);
}

function readExactly(length: number): Uint8Array | undefined {
  return fill(Buffer.allocUnsafe(length));
}

function fill(bytes: Uint8Array): Uint8Array | undefined {
  for (let filled = 0; filled < bytes.length; ) {
    const read = readSync(CHANNEL_FD, bytes, filled, bytes.length - filled, null);
    if (read === 0) return undefined;
    filled += read;
  }
  return bytes;
}
