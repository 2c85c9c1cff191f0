import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { NO_PARAMS } from './params.ts';
import { parse } from './parse.ts';
import { type ResultPathStyle, resultKey, storageKey } from './storage-key.ts';

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
const directories = (hex: string): string => `${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex.slice(4)}`;
const suffix = (path: string): string => sha1(path).slice(0, 20);

test('a source keeps its name or gets its digest', () => {
  assert.equal(storageKey('dir/é a.jpg', 'original'), 'dir/é a.jpg');
  assert.equal(storageKey('dir/é a.jpg', 'digest'), directories(sha1('dir/é a.jpg')));
  assert.equal(storageKey('', 'digest'), 'da/39/a3ee5e6b4b0d3255bfef95601890afd80709');
});

/** `#` stands for the digest of the path. */
const CASES: readonly (readonly [ResultPathStyle, path: string, key: string])[] = [
  ['original', '5x6/dir/a.jpg', '5x6/dir/a.jpg'],
  ['suffix', '5x6/dir/a.jpg', 'dir/a.#.jpg'],
  ['size', '5x6/dir/a.jpg', 'dir/a.#_5x6.jpg'],
  ['size', '-5x/a.jpg', 'a.#_5x0.jpg'],
  ['size', 'smart/a.jpg', 'a.#.jpg'],
  ['suffix', 'dir.d/a', 'dir.d/a.#'],
  ['size', '5x6/dir.d/a', 'dir.d/a.#_5x6'],
  ['suffix', 'a.tar.gz', 'a.tar.#.gz'],
  ['suffix', '.hidden', '.#.hidden'],
  ['suffix', 'a.', 'a.#.'],
  ['suffix', 'filters:format(webp):format(png)/a.jpg', 'a.#.png'],
  ['suffix', 'filters:format()/a.jpg', 'a.#.'],
  ['suffix', 'filters:format(webp)/a', 'a.#'],
  ['suffix', 'meta/filters:format(webp)/a.jpg', 'a.#.json'],
  ['suffix', 'meta/a', 'a.#'],
  ['suffix', 'dir%2Fa%3F.jpg', 'dir/a?.#.jpg'],
];

for (const [style, path, key] of CASES) {
  test(`${style}: ${path}`, () => assert.equal(resultKey(parse(path), style), key.replace('#', suffix(path))));
}

test('a digest is of the path', () => {
  assert.equal(resultKey(parse('unsafe/5x6/a.jpg'), 'digest'), directories(sha1('5x6/a.jpg')));
});

test('a path that is not there is generated', () => {
  const params = { ...NO_PARAMS, width: 5, image: 'a.jpg' };
  assert.equal(resultKey(params, 'original'), '5x0/a.jpg');
  assert.equal(resultKey(params, 'digest'), directories(sha1('5x0/a.jpg')));
});
