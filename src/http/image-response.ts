import type { ImageAnswer } from '../core/product.ts';
import { type CacheOptions, cacheHeaders } from './cache-headers.ts';
import { contentDisposition } from './content-disposition.ts';

/** A source that is passed through may be an SVG with scripts, or anything that a browser takes for a page. */
const RAW_HEADERS = {
  'content-security-policy': "sandbox; script-src 'none'",
  'x-content-type-options': 'nosniff',
};

/** The answer to a request for a picture. */
export function imageResponse(answer: ImageAnswer, request: Headers, cache: CacheOptions): Response {
  const { bytes, contentType, asked, resolved } = answer;
  const headers = new Headers({
    'content-type': contentType,
    'content-length': String(bytes.length),
    'content-disposition': contentDisposition(asked.filters, resolved.params.image, contentType),
    ...cacheHeaders(asked.filters, request, cache, Date.now()),
    ...(resolved.variesByAccept ? { vary: 'Accept' } : {}),
    ...(resolved.isRaw || contentType.startsWith('image/svg') ? RAW_HEADERS : {}),
  });
  for (const [name, value] of answer.headers ?? []) headers.set(name, value);
  return new Response(bytes as Uint8Array<ArrayBuffer>, { headers });
}
