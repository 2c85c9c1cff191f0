import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from '../endpoint/parse.ts';
import { type CacheOptions, cacheHeaders } from './cache-headers.ts';

const NOW = Date.UTC(2030, 0, 1);
const DAY_S = 86_400;
const WEEK: CacheOptions = { ttlMs: 7 * DAY_S * 1000, staleWhileRevalidateMs: DAY_S * 1000 };
const NOT_KEPT = 'private, no-cache, no-store, must-revalidate';

/** Both headers of an answer to a URL with these filters. */
function headersFor(filters: string, options = WEEK, request: Record<string, string> = {}) {
  const params = parse(`unsafe/filters:${filters}/a.jpg`);
  return cacheHeaders(params.filters, new Headers(request), options, NOW);
}

const cacheControl = (...args: Parameters<typeof headersFor>): string | undefined =>
  headersFor(...args)['cache-control'];

describe('cacheHeaders', () => {
  it('allows to keep a picture as long as the operator says', () => {
    assert.deepEqual(headersFor('blur(1)'), {
      'cache-control': 'public, s-maxage=604800, max-age=604800, no-transform, stale-while-revalidate=86400',
      expires: 'Tue, 08 Jan 2030 00:00:00 GMT',
    });
  });

  it('speaks of stale pictures only for a shorter time than the TTL', () => {
    const of = (ttlMs: number, staleWhileRevalidateMs: number) => cacheControl('', { ttlMs, staleWhileRevalidateMs });
    assert.equal(of(169_000, 167_000), 'public, s-maxage=169, max-age=169, no-transform, stale-while-revalidate=167');
    assert.equal(of(169_000, 169_000), 'public, s-maxage=169, max-age=169, no-transform');
    assert.equal(of(169_000, 0), 'public, s-maxage=169, max-age=169, no-transform');
    assert.equal(of(1_999.5, 0), 'public, s-maxage=1, max-age=1, no-transform');
  });

  it('allows nothing to be kept where the TTL is 0', () => {
    assert.deepEqual(headersFor('', { ...WEEK, ttlMs: 0 }), {
      'cache-control': NOT_KEPT,
      expires: 'Tue, 01 Jan 2030 00:00:00 GMT',
    });
  });

  it('takes max_age() for the TTL, in both directions', () => {
    assert.equal(cacheControl('max_age(60)'), 'public, s-maxage=60, max-age=60, no-transform');
    assert.match(cacheControl('max_age(700000)') ?? '', /max-age=700000, no-transform, stale-while-revalidate=86400$/);
    assert.equal(cacheControl('max_age(0)'), NOT_KEPT);
    assert.match(cacheControl('max_age(60):max_age(90)') ?? '', /max-age=90,/);
  });

  it('passes over a max_age() that is no number of seconds', () => {
    for (const args of ['-5', 'abc', '', '1.5', '0x10', '1e3']) {
      assert.equal(cacheControl(`max_age(${args})`), cacheControl(''), args);
    }
  });

  it('names no date that there is not, however large the number', () => {
    for (const seconds of ['99999999999999', '9'.repeat(400)]) {
      assert.match(cacheControl(`max_age(${seconds})`) ?? '', /max-age=2147483647,/);
      assert.equal(headersFor(`max_age(${seconds})`)['expires'], 'Sun, 19 Jan 2098 03:14:07 GMT');
    }
    assert.match(cacheControl(`expire(${'9'.repeat(400)})`) ?? '', /^private, max-age=604800,/);
  });

  it('keeps shared caches out of what expires, and cuts the TTL, seconds rounded up', () => {
    assert.equal(cacheControl(`expire(${NOW + 1})`), 'private, max-age=1, no-transform');
    assert.equal(cacheControl(`expire(${NOW + 1_001})`), 'private, max-age=2, no-transform');
    assert.equal(cacheControl(`expire(${NOW + 1_000}):max_age(60)`), 'private, max-age=1, no-transform');
    assert.equal(cacheControl(`max_age(1):expire(${NOW + 60_000})`), 'private, max-age=1, no-transform');
    assert.equal(cacheControl(`expire(${NOW + 5_000}):expire(${NOW + 1_000})`), 'private, max-age=1, no-transform');
    assert.match(cacheControl(`expire(${NOW + 1e12})`) ?? '', /^private, max-age=604800,/);
    assert.match(cacheControl('expire(soon)') ?? '', /^public/);
  });

  it('allows nothing to be kept that expires now', () => {
    assert.equal(cacheControl(`expire(${NOW})`), NOT_KEPT);
    assert.equal(cacheControl(`expire(${NOW - 1_000})`), NOT_KEPT);
  });

  it('minds what the client asks for', () => {
    assert.equal(cacheControl('', WEEK, { 'cache-control': 'no-cache' }), NOT_KEPT);
    assert.equal(cacheControl('max_age(60)', WEEK, { 'cache-control': 'max-age=0, no-cache' }), NOT_KEPT);
    assert.equal(
      cacheControl('max_age(60)', WEEK, { 'cache-control': 'private' }),
      'private, max-age=60, no-transform',
    );
  });
});
