import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** Resolves when a stream or socket has let go of what is behind it, by an error or not. */
export async function closed(stream: Readable | Socket): Promise<void> {
  if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve));
}
