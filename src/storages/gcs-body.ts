import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/**
 * Hands the body of an answer on. Google unpacks objects that are stored compressed, but for those whose
 * `Cache-Control` says `no-transform`.
 *
 * @param body Owned from here on; destroyed when the stream ends, fails or is cancelled. Read only on demand.
 * @param toError Names an error of the connection or of the packing.
 */
export function gcsBody(
  body: Readable,
  isPacked: boolean,
  toError: (thrown: unknown) => unknown,
): ReadableStream<Uint8Array> {
  const source = isPacked ? pipeline(body, createGunzip(), reported) : body;
  source.on('error', reported);
  const chunks: AsyncIterator<Uint8Array> = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          throw toError(error);
        }
      },
      cancel() {
        source.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Whoever reads meets the error there. */
function reported(): void {}
