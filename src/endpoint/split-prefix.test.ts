import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitPrefix } from './split-prefix.ts';

const NOTHING = { params: false, unsafe: false, hash: '' };
const HASH_17 = 'Az09-_=Az09-_=Az0';

for (const [text, said, path] of [
  ['', {}, ''],
  ['a.jpg', {}, 'a.jpg'],
  ['///a.jpg', {}, 'a.jpg'],
  ['unsafe/a.jpg', { unsafe: true }, 'a.jpg'],
  ['/unsafe//a.jpg', { unsafe: true }, '/a.jpg'],
  ['unsafe/unsafe/a.jpg', { unsafe: true }, 'unsafe/a.jpg'],
  ['unsafe', {}, 'unsafe'],
  ['params/unsafe/a.jpg', { params: true, unsafe: true }, 'a.jpg'],
  ['params//unsafe/a.jpg', { params: true }, '/unsafe/a.jpg'],
  ['unsafe/params/a.jpg', { unsafe: true }, 'params/a.jpg'],
  [`${HASH_17}/a.jpg`, { hash: HASH_17 }, 'a.jpg'],
  [`/params/${HASH_17}/a.jpg`, { params: true, hash: HASH_17 }, 'a.jpg'],
  [`${HASH_17}`, {}, HASH_17],
  [`${HASH_17.slice(1)}/a.jpg`, {}, `${HASH_17.slice(1)}/a.jpg`],
  [`${HASH_17}+/a.jpg`, {}, `${HASH_17}+/a.jpg`],
  [`${HASH_17}/${HASH_17}/a.jpg`, { hash: HASH_17 }, `${HASH_17}/a.jpg`],
  [`unsafe/${HASH_17}/a.jpg`, { unsafe: true }, `${HASH_17}/a.jpg`],
  ['1000x1000/a.jpg', {}, '1000x1000/a.jpg'],
  ['adaptive-full-fit-in/9x9/a.jpg', {}, 'adaptive-full-fit-in/9x9/a.jpg'],
  ['adaptive-full-fit-in2/a.jpg', { hash: 'adaptive-full-fit-in2' }, 'a.jpg'],
] as const) {
  test(`parts ${text || 'nothing'}`, () => assert.deepEqual(splitPrefix(text), { ...NOTHING, ...said, path }));
}
