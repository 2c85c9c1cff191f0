import type { Filter } from '../endpoint/params.ts';

/** How long answers may be kept. */
export interface CacheOptions {
  readonly ttlMs: number;
  /** `stale-while-revalidate` (RFC 5861); left out where it is not shorter than the TTL. */
  readonly staleWhileRevalidateMs: number;
}

/** Seconds that caches count to at least (RFC 9111 §1.2.2): 68 years. */
const MAX_SECONDS = 2 ** 31 - 1;

/**
 * `Cache-Control` and `Expires` for a picture (RFC 9111). `max_age(seconds)` in the URL replaces the TTL,
 * `expire(milliseconds since 1970)` cuts it and keeps shared caches out. A client that sends `no-cache` gets none, one
 * that sends `private` gets it back, as from imagor.
 *
 * @param filters Those of the URL as it was requested.
 * @param isPersonal The picture is for this client alone.
 */
export function cacheHeaders(
  filters: readonly Filter[],
  request: Headers,
  { ttlMs, staleWhileRevalidateMs }: CacheOptions,
  now: number,
  isPersonal: boolean = false,
): Record<string, string> {
  const expiries = timestamps(filters);
  const asked = request.get('cache-control') ?? '';
  const ttl = asked.includes('no-cache') ? 0 : timeToLive(filters, expiries, ttlMs, now);
  const isPrivate = isPersonal || expiries.length > 0 || asked.includes('private');
  return {
    'cache-control': cacheControl(isPrivate, ttl, staleWhileRevalidateMs),
    expires: new Date(now + ttl).toUTCString(),
  };
}

function cacheControl(isPrivate: boolean, ttlMs: number, staleWhileRevalidateMs: number): string {
  if (ttlMs === 0) return 'private, no-cache, no-store, must-revalidate';
  const seconds = Math.trunc(ttlMs / 1000);
  const scope = isPrivate ? 'private' : `public, s-maxage=${seconds}`;
  const isShorter = staleWhileRevalidateMs > 0 && staleWhileRevalidateMs < ttlMs;
  const stale = isShorter ? `, stale-while-revalidate=${Math.trunc(staleWhileRevalidateMs / 1000)}` : '';
  return `${scope}, max-age=${seconds}, no-transform${stale}`;
}

function timeToLive(filters: readonly Filter[], expiries: readonly number[], ttlMs: number, now: number): number {
  const maxAge = filters.findLast(({ name, args }) => name === 'max_age' && /^\d+$/.test(args));
  const ttl = maxAge ? Math.min(Number(maxAge.args), MAX_SECONDS) * 1000 : ttlMs;
  const untilExpiry = expiries.map((time) => Math.ceil((time - now) / 1000) * 1000);
  return Math.max(0, Math.min(ttl, ...untilExpiry));
}

function timestamps(filters: readonly Filter[]): number[] {
  return filters.flatMap(({ name, args }) => (name === 'expire' && /^-?\d+$/.test(args) ? Number(args) : []));
}
