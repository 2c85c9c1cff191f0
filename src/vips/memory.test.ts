import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allocateGValue, copyBytes, freeGValue } from './memory.ts';

/** Twice the noise of the heap; at 200 bytes a call a leak would be five times as much. */
const MAX_GROWTH_BYTES = 20_000_000;
const CALLS = 500_000;

describe('native memory', () => {
  it('is given back without a turn of the event loop, for a worker never takes one', () => {
    const use = (): void => {
      const value = allocateGValue();
      copyBytes(value, 24);
      freeGValue(value);
    };
    for (let call = 0; call < CALLS / 10; call++) use();
    const before = process.memoryUsage.rss();
    for (let call = 0; call < CALLS; call++) use();
    const growth = process.memoryUsage.rss() - before;
    assert.ok(growth < MAX_GROWTH_BYTES, `${CALLS} calls have kept ${growth} bytes`);
  });

  it('is zeroed, also when it is used again', () => {
    const [first, second] = [allocateGValue(), allocateGValue()];
    assert.notEqual(first, second);
    assert.deepEqual([...copyBytes(first, 24)], new Array(24).fill(0));
    freeGValue(first);
    freeGValue(second);
    assert.deepEqual(new Set([allocateGValue(), allocateGValue()]), new Set([first, second]));
  });

  it('is copied, not lent', () => {
    const value = allocateGValue();
    const copy = copyBytes(value, 24);
    copy.fill(7);
    assert.deepEqual([...copyBytes(value, 24)], new Array(24).fill(0));
    freeGValue(value);
  });
});
