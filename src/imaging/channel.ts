import { readSync, writeSync } from 'node:fs';
import { decodeHead, decodePrefix, encodeMessage, type Message, PREFIX_BYTES } from './message.ts';

/** The worker's end of its socket to the server, which spawn() puts in this place. */
export const CHANNEL_FD = 3;

/** Waits for the next message, blocking the whole process; undefined once the server is gone. */
export function receive<Data>(): Message<Data> | undefined {
  const prefix = readExactly(PREFIX_BYTES);
  const json = prefix && readExactly(decodePrefix(prefix));
  if (!json) return undefined;
  const { data, lengths } = decodeHead<Data>(json);
  const blobs: Uint8Array[] = [];
  for (const length of lengths) {
    const blob = readExactly(length);
    if (!blob) return undefined;
    blobs.push(blob);
  }
  return { data, blobs };
}

/** Sends a message, blocking until the socket has taken all of it. */
export function send<Data>(message: Message<Data>): void {
  for (const chunk of encodeMessage(message)) {
    for (let sent = 0; sent < chunk.length; ) sent += writeSync(CHANNEL_FD, chunk, sent);
  }
}

function readExactly(length: number): Uint8Array | undefined {
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let filled = 0; filled < length; ) {
    const read = readSync(CHANNEL_FD, bytes, filled, length - filled, null);
    if (read === 0) return undefined;
    filled += read;
  }
  return bytes;
}
