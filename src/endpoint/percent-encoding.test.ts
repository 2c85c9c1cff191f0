import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeUtf8, percentEncode, queryUnescape } from './percent-encoding.ts';

const NONE: ReadonlySet<string> = new Set();

test('escapes UTF-8 bytes in upper case', () => {
  assert.equal(percentEncode('a b/é', NONE), 'a%20b%2F%C3%A9');
  assert.equal(percentEncode('😀', NONE), '%F0%9F%98%80');
  assert.equal(percentEncode('A-z_0.9~', NONE), 'A-z_0.9~');
  assert.equal(percentEncode('a/b(c)', new Set('/(')), 'a/b(c%29');
  assert.equal(percentEncode('\ud800', NONE), '%EF%BF%BD', 'a lone surrogate');
});

for (const [written, decoded] of [
  ['plain.jpg', 'plain.jpg'],
  ['a+b%2Bc', 'a b+c'],
  ['%e5%93%88', '哈'],
  ['哈%2F哈', '哈/哈'],
  ['100%', '100%'],
  ['%zz%20+', '%zz%20+'],
  ['%2', '%2'],
  ['%%20', '%%20'],
  ['%2520', '%20'],
  ['%EF%BB%BFa', '\ufeffa'],
  ['caf%e9.jpg', 'caf%E9.jpg'],
  ['%C3%A9%E9%C3', 'é%E9%C3'],
  ['%C0%AF', '%C0%AF'],
  ['%ED%A0%80', '%ED%A0%80'],
  ['%F5%80%80%80', '%F5%80%80%80'],
] as const) {
  test(`unescapes ${written}`, () => assert.equal(queryUnescape(written), decoded));
}

test('unescapes what was escaped', () => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(fc.property(text, (original) => assert.equal(queryUnescape(percentEncode(original, NONE)), original)));
});

test('decodes all that is UTF-8 as the platform does', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(decodeUtf8(Buffer.from(text, 'utf8').toString('latin1')), text);
    }),
  );
});

test('makes well-formed text of any bytes, and the same of no two', () => {
  const bytes = fc.uint8Array({ maxLength: 8 });
  // With a `%` of their own, bytes may spell the escape that another byte is left as.
  const isAmbiguous = (data: Uint8Array): boolean => data.includes(0x25);
  fc.assert(
    fc.property(bytes, bytes, (first, second) => {
      fc.pre(!isAmbiguous(first) && !isAmbiguous(second) && Buffer.compare(first, second) !== 0);
      const [a, b] = [first, second].map((data) => decodeUtf8(Buffer.from(data).toString('latin1')));
      assert.notEqual(a, b);
      assert.doesNotThrow(() => encodeURIComponent(a ?? ''));
    }),
  );
});
