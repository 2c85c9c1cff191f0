import type { BusboyFileStream, BusboyInstance } from '@fastify/busboy';
import type { Blob } from '../core/blob.ts';
import { AppError } from '../errors.ts';

/** No browser sends more, nor longer ones, beside a picture. */
const LIMITS = { parts: 100, headerPairs: 100, headerSize: 16_384, fieldSize: 65_536 };

/**
 * Finds the file of a field in a `multipart/form-data` body (RFC 7578): the first of that name. The body is read as far
 * as the file goes, and as fast as the file is read.
 *
 * @param body Cancelled when the file has been read or is cancelled.
 * @throws AppError `invalid` for a form that is broken or has no such file; what reading the body throws. Reading the
 * file may throw the same.
 */
export async function multipartFile(
  body: ReadableStream<Uint8Array>,
  contentType: string,
  fieldName: string,
): Promise<Blob & { readonly body: ReadableStream<Uint8Array>; readonly contentType: string }> {
  const form = await createForm(contentType);
  return new Promise((resolve, reject) => {
    let failure: unknown;
    let found: BusboyFileStream | undefined;
    const fail = (error: unknown): void => {
      failure ??= error;
      reject(failure);
      form.destroy();
      found?.destroy();
    };
    form.on('file', (name, file, _fileName, _encoding, type) => {
      file.on('error', (cause) => fail(broken(cause)));
      if (found || name !== fieldName) {
        file.resume();
        return;
      }
      found = file;
      // the end of a file that was cut off looks like any other
      const toError = (thrown?: unknown): unknown => failure ?? (thrown === undefined ? undefined : broken(thrown));
      resolve({ body: streamOf(file, toError, () => form.destroy()), contentType: type });
    });
    form.on('error', (cause) => fail(broken(cause)));
    form.on('finish', () => reject(new AppError('invalid', { publicMessage: `the form has no file "${fieldName}"` })));
    feed(form, body).catch(fail);
  });
}

async function createForm(contentType: string): Promise<BusboyInstance> {
  const { Busboy } = await import('@fastify/busboy'); // few servers take uploads
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits: LIMITS });
  } catch (cause) {
    throw broken(cause);
  }
}

/** One piece after the other; ends quietly when the form has been left. */
async function feed(form: BusboyInstance, body: ReadableStream<Uint8Array>): Promise<void> {
  for await (const chunk of body) {
    await new Promise<void>((resolve) => {
      // a form that is destroyed never says that it has taken what it has not
      form.once('close', resolve);
      form.write(chunk, () => {
        form.off('close', resolve);
        resolve();
      });
    });
    if (form.destroyed) return;
  }
  form.end();
}

/**
 * @param toError What to fail with, given what was thrown, or nothing at the end.
 * @param stop Called when no more is wanted.
 */
function streamOf(
  file: BusboyFileStream,
  toError: (thrown?: unknown) => unknown,
  stop: () => void,
): ReadableStream<Uint8Array> {
  const pieces: AsyncIterator<Uint8Array> = file[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await pieces.next().catch((thrown: unknown) => Promise.reject(toError(thrown)));
        if (!done) return controller.enqueue(value);
        const error = toError();
        if (error !== undefined) throw error;
        controller.close();
        stop();
      },
      cancel: stop,
    },
    { highWaterMark: 0 },
  );
}

function broken(cause: unknown): AppError {
  return new AppError('invalid', { publicMessage: 'the form is broken', cause });
}
