import type { Blob } from '../core/blob.ts';
import { AppError } from '../errors.ts';
import { multipartFile } from './multipart.ts';

/** Which uploads are taken. */
export interface UploadOptions {
  /** Of the picture, in bytes; 0 for no limit. */
  readonly maxBytes: number;
  /** Media types by commas, `image/*`; empty for all. */
  readonly accept: string;
  /** The field of a form that holds the picture. */
  readonly formFieldName: string;
  /** Milliseconds for a form to come as far as its picture; 0 for no limit. */
  readonly timeoutMs: number;
}

/** A picture on its way from a client. */
export type Upload = Blob & { readonly body: ReadableStream<Uint8Array> };

/** Bytes that a form may have around its picture. */
const MAX_FORM_BYTES = 1_048_576;

/**
 * The picture that a client sends: the file of a form, or the body itself. It arrives as somebody reads it, and its
 * bytes are counted then. Whoever gets it reads it or cancels it.
 *
 * @throws AppError `invalid`, `max-size-exceeded`, `unsupported-format`, `client-gone`; so does reading it.
 */
export async function uploadOf(request: Request, options: UploadOptions): Promise<Upload> {
  const { maxBytes, accept, formFieldName } = options;
  const header = request.headers.get('content-type') ?? '';
  const declared = mediaType(header);
  if (declared === '') {
    const publicMessage = 'the request needs a Content-Type: that of the picture, or multipart/form-data';
    throw new AppError('invalid', { publicMessage });
  }
  const isForm = declared === 'multipart/form-data';
  if (!isForm) refuseType(declared, accept);
  const maxBodyBytes = maxBytes > 0 && isForm ? maxBytes + MAX_FORM_BYTES : maxBytes;
  if (maxBodyBytes > 0 && Number(request.headers.get('content-length')) > maxBodyBytes) throw tooLarge();
  const body = counted(request.body ?? nothing(), maxBodyBytes);
  if (!isForm) return { body, contentType: declared };
  const file = await multipartFile(body, header, formFieldName);
  try {
    refuseType(mediaType(file.contentType), accept);
  } catch (error) {
    await file.body.cancel();
    throw error;
  }
  return { contentType: mediaType(file.contentType), body: counted(file.body, maxBytes) };
}

/** @throws AppError `unsupported-format` */
function refuseType(type: string, accept: string): void {
  const ranges = accept.split(',').map(mediaType).filter(Boolean);
  const isIn = (range: string): boolean =>
    range === '*/*' || range === type || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)));
  if (ranges.length === 0 || ranges.some(isIn)) return;
  const publicMessage = `an upload must have a content type of ${ranges.join(' or ')}`;
  throw new AppError('unsupported-format', { publicMessage, detail: type });
}

/** Lower case, without parameters. */
function mediaType(header: string): string {
  const [type = ''] = header.split(';', 1);
  return type.trim().toLowerCase();
}

function nothing(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}

/** Fails with the byte that is too many, and reads no further. A body that breaks off is of a client that has gone. */
function counted(body: ReadableStream<Uint8Array>, maxBytes: number): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let length = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await reader.read().catch((thrown: unknown) => Promise.reject(toClientGone(thrown)));
        if (done) return controller.close();
        length += value.length;
        if (maxBytes === 0 || length <= maxBytes) return controller.enqueue(value);
        await reader.cancel();
        throw tooLarge();
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function tooLarge(): AppError {
  return new AppError('max-size-exceeded');
}

function toClientGone(thrown: unknown): AppError {
  return thrown instanceof AppError ? thrown : new AppError('client-gone', { cause: thrown });
}
