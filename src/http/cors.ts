/** Headers that scripts of other pages may read beside the few that they always may (https://fetch.spec.whatwg.org). */
const EXPOSED = 'Accept-Ranges, Content-Disposition, Content-Range, ETag, Retry-After';

/**
 * Lets pages of any origin use an answer.
 *
 * @param methods There are, as in `Allow`.
 */
export function allowEveryOrigin(headers: Headers, methods: string): void {
  headers.set('access-control-allow-origin', '*');
  headers.set('access-control-allow-methods', methods);
  headers.set('access-control-allow-headers', '*');
  headers.set('access-control-expose-headers', EXPOSED);
}
