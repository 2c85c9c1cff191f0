import type { Answered, ConditionalAnswer, DescribedProduct, ImageAnswer } from '../core/product.ts';
import { type CacheOptions, cacheHeaders } from './cache-headers.ts';
import { contentDisposition } from './content-disposition.ts';

/** A source that is passed through may be an SVG with scripts, or anything that a browser takes for a page. */
const RAW_HEADERS = {
  'content-security-policy': "sandbox; script-src 'none'",
  'x-content-type-options': 'nosniff',
};

/** Of the origin's headers these would break the message, or tell of other bytes than those that are sent. */
const NOT_TAKEN_OVER: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'etag',
  'keep-alive',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What describes the bytes of an answer, whatever its status. */
export function contentHeaders({ bytes, failure, ...answer }: ImageAnswer): Headers {
  return describingHeaders({ ...answer, size: bytes.length }, failure !== undefined);
}

/**
 * What describes bytes that are not at hand.
 *
 * @param isFailure They are the source, in place of a picture that could not be made of it.
 */
export function describingHeaders(
  {
    contentType,
    size,
    asked,
    resolved,
  }: Pick<Answered<DescribedProduct>, 'contentType' | 'size' | 'asked' | 'resolved'>,
  isFailure = false,
): Headers {
  const isSource = resolved.isRaw || isFailure;
  return new Headers({
    'content-type': contentType,
    'content-length': String(size),
    'content-disposition': contentDisposition(asked.filters, resolved.params.image, contentType),
    ...(isSource || contentType.startsWith('image/svg') ? RAW_HEADERS : {}),
  });
}

/**
 * Adds how long an answer may be kept, for whom, and what names its version.
 *
 * @param now Milliseconds since 1970.
 */
export function addCacheHeaders(
  headers: Headers,
  { asked, resolved, etag, modifiedAt, isPrivate }: ConditionalAnswer | Answered<DescribedProduct>,
  request: Headers,
  cache: CacheOptions,
  now: number,
): void {
  const ours = cacheHeaders(asked.filters, request, cache, now, isPrivate);
  for (const [name, value] of Object.entries(ours)) headers.set(name, value);
  if (resolved.variesByAccept) headers.set('vary', 'Accept');
  if (etag !== undefined) headers.set('etag', etag);
  // RFC 9110 §8.8.2.1: never later than `Date`, though the clock of a storage may be ahead of ours
  if (modifiedAt) headers.set('last-modified', new Date(Math.min(modifiedAt.getTime(), now)).toUTCString());
}

/** Lets the origin's headers win that the operator wants to be taken over; ours about the same go. */
export function takeOver(headers: Headers, origin: ReadonlyMap<string, string> | undefined): void {
  // RFC 9111 §5.3: an `Expires` beside a `Cache-Control` of somebody else's would say another time
  if (origin?.has('cache-control')) headers.delete('expires');
  for (const [name, value] of origin ?? []) {
    if (name === 'vary') headers.append(name, value);
    else if (!NOT_TAKEN_OVER.has(name)) headers.set(name, value);
  }
}
