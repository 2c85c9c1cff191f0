import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, quantile } from './quantile.ts';

test('values need not be sorted, and are left as they are', () => {
  const values = [3, 1, 2];
  assert.equal(median(values), 2);
  assert.deepEqual(values, [3, 1, 2]);
});

test('between two values it is in between', () => {
  assert.equal(median([1, 2]), 1.5);
  assert.equal(quantile([0, 100], 0.99), 99);
});

test('no values have no quantile', () => {
  assert.throws(() => median([]), /no values/);
});
