import { AppError } from '../errors.ts';

/** What is known of stored bytes without reading them. */
export interface Stat {
  /** Bytes. */
  readonly size?: number;
  readonly modifiedAt?: Date;
  /** As the store gave it, quotes included where it has them. */
  readonly etag?: string;
  /** Media type, where the store keeps one. */
  readonly contentType?: string;
}

/** Whether something modified then is what was seen at `since`, an HTTP date, which has no fractions of a second. */
export function isUnchangedSince(modifiedAt: Date, since: Date): boolean {
  return Math.trunc(modifiedAt.getTime() / 1000) <= Math.trunc(since.getTime() / 1000);
}

/** Bytes on their way through the house: whole, or still arriving. Whoever receives a stream must read or cancel it. */
export interface Blob {
  readonly body: Uint8Array | ReadableStream<Uint8Array>;
  /** Media type, e.g. `image/jpeg`, as the store or the origin declared it. */
  readonly contentType?: string;
  readonly stat?: Stat;
  /** Headers of the origin that the answer takes over (`HTTP_LOADER_OVERRIDE_RESPONSE_HEADERS`). */
  readonly headers?: ReadonlyMap<string, string>;
  /** Meant for the client that it was fetched for: neither it nor what is made of it is kept for others. */
  readonly isPrivate?: boolean;
  /**
   * Hands the memory of the body back to whoever made it. To be called, if at all, when nobody reads the body any more:
   * it may hold another blob's bytes then.
   */
  release?(): void;
}

/**
 * Reads a blob whole.
 *
 * @param maxBytes 0 for no limit; counted as the bytes arrive, whatever length was declared.
 * @param onBytes Told of bytes as they arrive; no more are read before what it returns has settled.
 * @throws AppError `max-size-exceeded` as soon as there is one byte too many; the stream is cancelled then.
 */
export async function readBlob(
  blob: Blob,
  maxBytes = 0,
  onBytes?: (bytes: number) => Promise<void> | undefined,
): Promise<Uint8Array> {
  if (blob.body instanceof Uint8Array) {
    if (maxBytes > 0 && blob.body.length > maxBytes) throw new AppError('max-size-exceeded');
    const room = onBytes?.(blob.body.length);
    if (room) await room;
    return blob.body;
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  // leaving the loop by an exception cancels the stream, which frees the connection behind it
  for await (const chunk of blob.body) {
    length += chunk.length;
    if (maxBytes > 0 && length > maxBytes) throw new AppError('max-size-exceeded');
    chunks.push(chunk);
    const room = onBytes?.(chunk.length);
    if (room) await room;
  }
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks, length);
}
