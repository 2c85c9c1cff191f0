import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Validators } from './conditional.ts';
import { MIN_RANGE_BYTES, selectRange } from './range.ts';

const SIZE = 2_000_000;
const AT = 'Sun, 06 Nov 1994 08:49:37 GMT';
const NOW = Date.UTC(2030, 0, 1);
const BOTH: Validators = { etag: '"abc"', modifiedAt: new Date(Date.parse(AT) + 900) };

const select = (range: string, ifRange?: string, { size = SIZE, validators = BOTH, now = NOW } = {}) =>
  selectRange(new Headers({ range, ...(ifRange === undefined ? {} : { 'if-range': ifRange }) }), size, validators, now);

describe('selectRange', () => {
  it('finds one part', () => {
    assert.deepEqual(select('bytes=0-0'), { first: 0, last: 0 });
    assert.deepEqual(select('bytes=5-9'), { first: 5, last: 9 });
    assert.deepEqual(select('bytes=5-'), { first: 5, last: SIZE - 1 });
    assert.deepEqual(select('bytes=5-99999999999999999999'), { first: 5, last: SIZE - 1 });
    assert.deepEqual(select('bytes=-5'), { first: SIZE - 5, last: SIZE - 1 });
    assert.deepEqual(select(`bytes=-${SIZE + 1}`), { first: 0, last: SIZE - 1 });
    assert.deepEqual(select('Bytes= ,5-9 ,'), { first: 5, last: 9 });
  });

  it('knows what there is not', () => {
    for (const range of [`bytes=${SIZE}-`, `bytes=${SIZE}-${SIZE + 5}`, 'bytes=-0', `bytes=${'9'.repeat(400)}-`]) {
      assert.equal(select(range), 'unsatisfiable', range);
    }
  });

  it('sends the whole for several parts and for what makes no sense', () => {
    for (const range of [
      'bytes=0-1,5-9',
      'bytes=9-5',
      'bytes=-',
      'bytes=',
      'bytes=a-b',
      'pages=1-2',
      '',
      'bytes 0-1',
    ]) {
      assert.equal(select(range), undefined, range);
    }
    assert.equal(selectRange(new Headers(), SIZE, BOTH, NOW), undefined);
  });

  it('sends small answers whole', () => {
    assert.equal(select('bytes=0-1', undefined, { size: MIN_RANGE_BYTES - 1 }), undefined);
    assert.deepEqual(select('bytes=0-1', undefined, { size: MIN_RANGE_BYTES }), { first: 0, last: 1 });
  });

  it('sends a part only of the version that the client has', () => {
    assert.deepEqual(select('bytes=0-1', '"abc"'), { first: 0, last: 1 });
    assert.deepEqual(select('bytes=0-1', AT), { first: 0, last: 1 });
    for (const condition of ['W/"abc"', '"x"', 'abc', '*', '', 'Sun, 06 Nov 1994 08:49:38 GMT', 'yesterday']) {
      assert.equal(select('bytes=0-1', condition), undefined, condition);
    }
    assert.equal(select('bytes=0-1', 'W/"abc"', { validators: { ...BOTH, etag: 'W/"abc"' } }), undefined);
    assert.equal(select('bytes=0-1', AT, { validators: { ...BOTH, modifiedAt: undefined } }), undefined);
    assert.equal(select('bytes=0-1', AT, { now: Date.parse(AT) + 950 }), undefined);
    assert.equal(select(`bytes=${SIZE}-`, '"x"'), undefined);
  });
});
