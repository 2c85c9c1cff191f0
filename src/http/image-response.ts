import type { ImageAnswer } from '../core/app.ts';
import type { Filter } from '../endpoint/params.ts';
import { type CacheOptions, cacheHeaders } from './cache-headers.ts';
import { contentDisposition } from './content-disposition.ts';

/** A source that is passed through may be an SVG with scripts, or anything that a browser takes for a page. */
const RAW_HEADERS = {
  'content-security-policy': "sandbox; script-src 'none'",
  'x-content-type-options': 'nosniff',
};

/** The answer to a request for a picture; for HEAD, the same headers without the body. */
export function imageResponse(
  { bytes, contentType, headers: origin, resolved }: ImageAnswer,
  filters: readonly Filter[],
  request: Request,
  cache: CacheOptions,
): Response {
  const headers = new Headers({
    'content-type': contentType,
    'content-length': String(bytes.length),
    'content-disposition': contentDisposition(filters, resolved.params.image, contentType),
    ...cacheHeaders(filters, request.headers, cache, Date.now()),
    ...(resolved.variesByAccept ? { vary: 'Accept' } : {}),
    ...(resolved.isRaw || contentType.startsWith('image/svg') ? RAW_HEADERS : {}),
  });
  for (const [name, value] of origin ?? []) headers.set(name, value);
  return new Response(request.method === 'HEAD' ? null : (bytes as Uint8Array<ArrayBuffer>), { headers });
}
