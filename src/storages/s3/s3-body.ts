import type { Dispatcher } from 'undici';
import { AppError } from '../../errors.ts';

/** Bodies of ordinary size are read at once; of larger ones the budget of memory is told as they arrive. */
const MAX_WHOLE_BYTES = 16_777_216;

/** A body up to this many bytes, arriving within this time, is read to its end so that its connection can be kept. */
const DISCARD_BYTES = 65_536;
const DISCARD_MS = 1_000;

/** How a body is read. */
export interface S3BodyOptions {
  /** As declared; undefined where it was not. */
  readonly size: number | undefined;
  /** 0 for no limit. */
  readonly maxBytes: number;
  /** Names a failure on the way. */
  readonly toError: (thrown: unknown) => unknown;
}

/** Whether a body of a declared size is read whole, rather than as somebody asks for it. */
export function isReadAtOnce(size: number | undefined): size is number {
  return size !== undefined && size <= MAX_WHOLE_BYTES;
}

/**
 * Takes the body of an answer: at once if it is of a known, ordinary length, else as it arrives. undici fails where a
 * body ends too soon.
 *
 * @param body Owned from here on.
 * @throws AppError `max-size-exceeded`; what `toError` makes of a failure.
 */
export async function takeS3Body(
  body: Dispatcher.ResponseData['body'],
  { size, maxBytes, toError }: S3BodyOptions,
): Promise<Uint8Array | ReadableStream<Uint8Array>> {
  if (maxBytes > 0 && (size ?? 0) > maxBytes) {
    discard(body);
    throw new AppError('max-size-exceeded');
  }
  if (!isReadAtOnce(size)) return streamOf(body, maxBytes, toError);
  try {
    const bytes = await body.bytes();
    if (bytes.length !== size) throw new Error(`${bytes.length} bytes came instead of ${size}`);
    return bytes;
  } catch (error) {
    throw toError(error);
  }
}

/** Lets go of a body that nobody will read, without losing its connection to the next request where that is cheap. */
export function discard(body: Dispatcher.ResponseData['body']): void {
  const ignore = (): void => {}; // whether its rest arrives concerns nobody
  body.dump({ limit: DISCARD_BYTES, signal: AbortSignal.timeout(DISCARD_MS) }).catch(ignore);
}

function streamOf(
  body: Dispatcher.ResponseData['body'],
  maxBytes: number,
  toError: (thrown: unknown) => unknown,
): ReadableStream<Uint8Array> {
  body.on('error', () => {}); // whoever reads meets it there
  const chunks: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
  let received = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next();
          if (done) return controller.close();
          received += value.length;
          if (maxBytes > 0 && received > maxBytes) throw new AppError('max-size-exceeded');
          controller.enqueue(value);
        } catch (error) {
          body.destroy();
          throw toError(error);
        }
      },
      cancel() {
        body.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}
