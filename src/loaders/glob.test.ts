import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileGlob } from './glob.ts';

test("matches as Go's path.Match does", () => {
  const cases: readonly (readonly [pattern: string, text: string, isMatch: boolean])[] = [
    ['a.b', 'a.b', true],
    ['a.b', 'aXb', false],
    ['a.b', 'a.bc', false],
    ['*.example.com', 'img.example.com', true],
    ['*.example.com', 'a.b.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'img.example.com.evil.test', false],
    ['*', 'anything at all', true],
    ['*', 'not/a slash', false],
    ['', '', true],
    ['', 'a', false],
    ['image/*', 'image/svg+xml', true],
    ['image/*', 'image', false],
    ['*/*', 'text/html', true],
    ['img?.test', 'img1.test', true],
    ['img?.test', 'img.test', false],
    ['img?.test', 'img/.test', false],
    ['img?.test', 'img☺.test', true],
    ['[ab-d]x', 'cx', true],
    ['[ab-d]x', 'ex', false],
    ['[^ab-d]x', 'ex', true],
    ['[^ab-d]x', 'ax', false],
    ['[\\]a]', ']', true],
    ['[\\-x]', '-', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'aXb', false],
    ['(a|b)+$', '(a|b)+$', true],
    ['(a|b)+$', 'aa', false],
    ['a\nb', 'a\nb', true],
  ];
  for (const [pattern, text, isMatch] of cases) {
    assert.equal(compileGlob(pattern)(text), isMatch, `${pattern} on ${JSON.stringify(text)}`);
  }
});

test('refuses malformed patterns, which would silently match nothing', () => {
  for (const pattern of ['[', '[a', '[]', '[]a]', '[-]', '[a-]', '[x-a]', 'a\\', '[a\\']) {
    assert.throws(() => compileGlob(pattern), { code: 'invalid' }, pattern);
  }
});

test('takes time linear in the text, whatever the pattern', () => {
  const matches = compileGlob(`${'*a'.repeat(40)}b`);
  assert.equal(matches('a'.repeat(100_000)), false);
});
