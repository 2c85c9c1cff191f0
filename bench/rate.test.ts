import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratePerSecond } from './rate.ts';

test('a steady pace is its rate, wherever the clock starts', () => {
  assert.equal(ratePerSecond([0, 500, 1000, 1500]), 2);
  assert.equal(ratePerSecond([1e12, 1e12 + 500, 1e12 + 1000]), 2);
});

test('answers that come in pairs are as many as answers that come one by one', () => {
  const pairs = Array.from({ length: 50 }, (_, pair) => [pair * 1000, pair * 1000 + 1]).flat();
  assert.ok(Math.abs(ratePerSecond(pairs) - 2) < 0.01);
});

test('one answer has no rate', () => {
  assert.throws(() => ratePerSecond([1]), /too few/);
});
