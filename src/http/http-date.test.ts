import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseHttpDate } from './http-date.ts';

describe('parseHttpDate', () => {
  it('reads the three forms of RFC 9110', () => {
    for (const text of [
      'Sun, 06 Nov 1994 08:49:37 GMT',
      'Sunday, 06-Nov-94 08:49:37 GMT',
      'Sun Nov  6 08:49:37 1994',
    ]) {
      assert.equal(parseHttpDate(text)?.toISOString(), '1994-11-06T08:49:37.000Z', text);
    }
    assert.equal(parseHttpDate('Wed Nov 16 08:49:37 1994')?.getUTCDate(), 16);
  });

  it('takes two digits for a year of the last century only where it would be far ahead', () => {
    const yearOf = (year: number): number | undefined =>
      parseHttpDate(`Sunday, 06-Nov-${String(year % 100).padStart(2, '0')} 08:49:37 GMT`)?.getUTCFullYear();
    const now = new Date().getUTCFullYear();
    assert.deepEqual([yearOf(now), yearOf(now + 50), yearOf(now + 51)], [now, now + 50, now - 49]);
  });

  it('reads back what dates are written as', () => {
    const now = new Date(Math.trunc(Date.now() / 1000) * 1000);
    assert.deepEqual(parseHttpDate(now.toUTCString()), now);
  });

  it('passes over everything else', () => {
    for (const text of [
      '',
      '0',
      '2024',
      'tomorrow',
      '2024-01-01T00:00:00Z',
      'Sun, 06 Nov 1994 08:49:37',
      'Sun, 06 Nov 1994 08:49:37 +0200',
      'Sun, 31 Feb 1994 08:49:37 GMT',
      'Sun, 06 Foo 1994 08:49:37 GMT',
      'Sun, 06 Nov 1994 25:49:37 GMT',
      'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT',
    ]) {
      assert.equal(parseHttpDate(text), undefined, text);
    }
  });
});
