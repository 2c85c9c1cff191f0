import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { AppError } from '../errors.ts';

/** Content codings of RFC 9110 section 8.4.1. */
const DECODERS: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/** Every layer costs memory, and nobody needs two. */
const MAX_LAYERS = 3;

/** How a body is read. */
export interface DecodedBodyOptions {
  /** The `Content-Encoding` header; empty when there is none. */
  readonly contentEncoding: string;
  /** Decoded bytes; 0 for no limit. */
  readonly maxBytes: number;
  /** Names an error of the connection or of a decoder. */
  readonly toError: (thrown: unknown) => unknown;
}

/**
 * Undoes the content coding of a body as it is read, and counts what comes out: a few bytes may decode to gigabytes.
 * Codings that are no codings, such as the `aws-chunked` that S3 clients leave on objects, are passed over.
 *
 * @param body Owned from here on; destroyed when the stream ends, fails or is cancelled. Read only on demand.
 * @returns a stream that fails with AppError `max-size-exceeded`, or what `toError` makes of an error.
 * @throws AppError `source-failed` for too many layers.
 */
export function decodedBody(body: Readable, options: DecodedBodyOptions): ReadableStream<Uint8Array> {
  const layers = decodersFor(options.contentEncoding);
  if (layers.length > MAX_LAYERS) {
    body.destroy();
    throw new AppError('source-failed', { publicMessage: 'the source is compressed too many times' });
  }
  body.on('error', reported);
  const source = layers.reduce<Readable>(
    (upstream, createDecoder) => pipeline(upstream, createDecoder(), reported),
    body,
  );
  const chunks: AsyncIterator<Uint8Array> = source[Symbol.asyncIterator]();
  let received = 0;
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const { done, value } = await chunks.next();
    if (done) return controller.close();
    received += value.length;
    if (options.maxBytes > 0 && received > options.maxBytes) throw new AppError('max-size-exceeded');
    controller.enqueue(value);
  };
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          await pull(controller);
        } catch (error) {
          source.destroy();
          throw options.toError(error);
        }
      },
      cancel: () => {
        source.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Whether a body has a coding that is undone here, so that its declared length says nothing. */
export function isEncoded(contentEncoding: string): boolean {
  return decodersFor(contentEncoding).length > 0;
}

/** The last coding named was applied last and is undone first. */
function decodersFor(contentEncoding: string): (() => Transform)[] {
  const codings = contentEncoding.toLowerCase().split(',').reverse();
  return codings.flatMap((coding) => DECODERS.get(coding.trim()) ?? []);
}

/** Errors travel down to the last stream, where the reader meets them. */
function reported(): void {}
