import type { Answered, ConditionalAnswer, DescribedProduct, ImageAnswer } from '../core/product.ts';
import { AppError } from '../errors.ts';
import type { CacheOptions } from './cache-headers.ts';
import { judge, type Validators } from './conditional.ts';
import { type ErrorStyle, errorHeaders, errorResponse } from './error-response.ts';
import { parseHttpDate } from './http-date.ts';
import { addCacheHeaders, contentHeaders, describingHeaders, takeOver } from './image-headers.ts';
import { MIN_RANGE_BYTES, selectRange } from './range.ts';

/** How answers are sent. */
export interface ImageStyle {
  readonly cache: CacheOptions;
  readonly errors: ErrorStyle;
}

/** What a 304 has: what keeps a stored answer fresh and found, nothing of its content (RFC 9110 §15.4.5). */
const HEADERS_OF_304 = ['cache-control', 'content-location', 'etag', 'expires', 'last-modified', 'vary'];

/** The answer to a GET or HEAD for a picture: 200, 206, 304, 412, 416, or the status of the failure that it hides. */
export function imageResponse(answer: ConditionalAnswer, request: Request, style: ImageStyle): Response {
  const now = Date.now();
  if (!answer.bytes) {
    const headers = new Headers();
    addCacheHeaders(headers, answer, request.headers, style.cache, now);
    return notModified(headers);
  }
  if (answer.failure) return rawResponse(answer, answer.failure, style.errors);
  const headers = contentHeaders(answer);
  addCacheHeaders(headers, answer, request.headers, style.cache, now);
  takeOver(headers, answer.headers);
  const instead = unmet(request.headers, headers, style.errors);
  if (instead) return instead;
  if (answer.bytes.length < MIN_RANGE_BYTES) return pictureResponse(200, answer.bytes, headers);
  headers.set('accept-ranges', 'bytes');
  if (request.method !== 'GET') return pictureResponse(200, answer.bytes, headers);
  return rangeResponse(answer.bytes, headers, request.headers, new SentValidators(headers), style.errors, now);
}

/** The answer to a HEAD for a stored picture that has not been read. */
export function describedResponse(answer: Answered<DescribedProduct>, request: Request, style: ImageStyle): Response {
  const headers = describingHeaders(answer);
  addCacheHeaders(headers, answer, request.headers, style.cache, Date.now());
  if (answer.size >= MIN_RANGE_BYTES) headers.set('accept-ranges', 'bytes');
  return unmet(request.headers, headers, style.errors) ?? new Response(null, { headers });
}

/** The answer where the request's preconditions do not let the whole one go out. */
function unmet(request: Headers, headers: Headers, errors: ErrorStyle): Response | undefined {
  switch (judge(request, new SentValidators(headers))) {
    case 'proceed':
      return undefined;
    case 'not-modified':
      return notModified(headers);
    case 'failed':
      return errorResponse(new AppError('invalid', { status: 412, publicMessage: 'precondition failed' }), errors);
  }
}

/** The answer to an upload. Nobody can ask for it again, so it names no version and has no parts. */
export function uploadResponse(answer: ImageAnswer, request: Request, style: ImageStyle): Response {
  if (answer.failure) return rawResponse(answer, answer.failure, style.errors);
  const headers = contentHeaders(answer);
  addCacheHeaders(
    headers,
    { ...answer, etag: undefined, modifiedAt: undefined },
    request.headers,
    style.cache,
    Date.now(),
  );
  return pictureResponse(200, answer.bytes, headers);
}

function rangeResponse(
  bytes: Uint8Array,
  headers: Headers,
  request: Headers,
  validators: Validators,
  errors: ErrorStyle,
  now: number,
): Response {
  const range = selectRange(request, bytes.length, validators, now);
  if (range === undefined) return pictureResponse(200, bytes, headers);
  if (range === 'unsatisfiable') {
    const refusal = errorResponse(new AppError('invalid', { status: 416, publicMessage: 'no such range' }), errors);
    refusal.headers.set('content-range', `bytes */${bytes.length}`);
    return refusal;
  }
  const part = bytes.subarray(range.first, range.last + 1);
  headers.set('content-range', `bytes ${range.first}-${range.last}/${bytes.length}`);
  headers.set('content-length', String(part.length));
  return pictureResponse(206, part, headers);
}

/** The source in place of a picture that could not be made of it, with the status of that failure. */
function rawResponse(answer: ImageAnswer, { status }: AppError, errors: ErrorStyle): Response {
  const headers = contentHeaders(answer);
  for (const [name, value] of Object.entries(errorHeaders(status, errors))) headers.set(name, value);
  if (answer.resolved.variesByAccept) headers.set('vary', 'Accept');
  return pictureResponse(status, answer.bytes, headers);
}

function notModified(headers: Headers): Response {
  const kept = HEADERS_OF_304.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value] as [string, string]];
  });
  return new Response(null, { status: 304, headers: kept });
}

function pictureResponse(status: number, bytes: Uint8Array, headers: Headers): Response {
  return new Response(bytes as Uint8Array<ArrayBuffer>, { status, headers });
}

/** By the headers as they are sent: the date may be the origin's. Read when it is asked for, which is seldom. */
class SentValidators implements Validators {
  readonly #headers: Headers;

  constructor(headers: Headers) {
    this.#headers = headers;
  }

  get etag(): string | undefined {
    return this.#headers.get('etag') ?? undefined;
  }

  get modifiedAt(): Date | undefined {
    const date = this.#headers.get('last-modified');
    return date === null ? undefined : parseHttpDate(date);
  }
}
