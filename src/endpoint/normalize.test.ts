import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSafeChars, normalize } from './normalize.ts';

for (const [image, key] of [
  ['dir/a.jpg', 'dir/a.jpg'],
  ['/dir//a.jpg/', 'dir/a.jpg'],
  ['./dir/../b/./a.jpg', 'b/a.jpg'],
  ['/../../a.jpg', 'a.jpg'],
  ['../a/../../b.jpg', '../../b.jpg'],
  ['https://example.com/a.jpg', 'https%3A/example.com/a.jpg'],
  ['a b+c.jpg', 'a+b%2Bc.jpg'],
  ['two  spaces ', 'two++spaces+'],
  ['a-_.~Z9', 'a-_.~Z9'],
  ['é😀', '%C3%A9%F0%9F%98%80'],
  ['!"()*', '%21%22%28%29%2A'],
  ['100%', '100%25'],
  ['\ud800', '%EF%BF%BD'],
  ['a\tb\u007f', 'a%09b%7F'],
  ['a\r\nb\u2028/c', 'ab/c'],
  ['a/.\n./b', 'b'],
  ['', '.'],
  ['/', ''],
  ['a/..', '.'],
] as const) {
  test(`normalizes ${JSON.stringify(image)}`, () => assert.equal(normalize(image), key));
}

test('leaves safe characters', () => {
  assert.equal(normalize('a b(1)+', createSafeChars('()')), 'a+b(1)%2B');
  assert.equal(normalize('a b+', createSafeChars(' ')), 'a b%2B');
  assert.equal(normalize('a b%+', createSafeChars('%+')), 'a+b%+');
  assert.equal(normalize('a(1)-[2]', createSafeChars('[', '!"()*')), 'a(1)-[2%5D');
});

test('escapes nothing for --, and nothing is built in then', () => {
  assert.equal(normalize('/a b/(é)\n%/', createSafeChars('--', '!')), 'a b/(é)%');
  assert.equal(normalize('a?', createSafeChars('---')), 'a%3F');
});

test('ignores safe characters beyond ASCII', () => {
  assert.equal(normalize('é"é', createSafeChars('é"')), '%C3%A9"%C3%A9');
});

test('keys that are normal already are the same by the short way and the long one', () => {
  const pieces = fc.array(fc.constantFrom('.', '..', '/', 'a', 'b.c', '-', '~', '_9', ' ', 'é'), { maxLength: 12 });
  const relative = pieces.map((parts) => parts.join('')).filter((path) => !path.startsWith('/'));
  fc.assert(fc.property(relative, (path) => assert.equal(normalize(path), normalize(`./${path}`))));
});

test('never leads up from a rooted path', () => {
  const hostile = fc.array(fc.constantFrom('.', '..', '/', '\n', '\u2028', 'a', '\\', '%2e'), { maxLength: 12 });
  fc.assert(
    fc.property(hostile, (pieces) => {
      const key = normalize(`/${pieces.join('')}`, 'all');
      assert.ok(!key.split('/').includes('..'), key);
    }),
    { numRuns: 2000 },
  );
});

test('takes linear time', () => {
  const started = performance.now();
  for (const unit of ['../', '/', 'a/../', '(', 'é', ' ']) normalize(unit.repeat(300_000));
  assert.ok(performance.now() - started < 10_000);
});
