import { unescape as decode } from 'node:querystring';

/**
 * The credentials of a URL as RFC 7617 writes them in a header. Escapes that are none stay as they are.
 *
 * @returns the value of an `Authorization` or `Proxy-Authorization`; undefined where the URL has no user.
 */
export function basicCredentials(url: URL): string | undefined {
  if (url.username === '') return undefined;
  return `Basic ${Buffer.from(`${decode(url.username)}:${decode(url.password)}`).toString('base64')}`;
}
