import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeBase64Url, encodeBase64Url } from './base64url.ts';

// RFC 4648 §10, and the two characters in which base64url differs.
for (const [text, encoded] of [
  ['', ''],
  ['f', 'Zg=='],
  ['fo', 'Zm8='],
  ['foo', 'Zm9v'],
  ['foobar', 'Zm9vYmFy'],
  ['~?>', 'fj8-'],
  ['???', 'Pz8_'],
] as const) {
  test(`${encoded || 'nothing'} is ${text || 'nothing'}`, () => {
    assert.equal(encodeBase64Url(new TextEncoder().encode(text)), encoded);
    assert.equal(decodeBase64Url(encoded.replace(/=+$/, '')), text);
  });
}

for (const [why, text] of [
  ['padding', 'Zg=='],
  ['the other alphabet', 'fj8+'],
  ['a length that no bytes have', 'Zm9vY'],
  ['a dot', 'photo.jpg'],
  ['a space', 'Zm 9v'],
  ['a letter beyond ASCII', 'Zm9é'],
] as const) {
  test(`refuses ${why}`, () => assert.equal(decodeBase64Url(text), undefined));
}

test('is as lenient as Go with line breaks and unused bits', () => {
  assert.equal(decodeBase64Url('Zm\r\n9v'), 'foo');
  assert.equal(decodeBase64Url('Zn'), 'f');
});

test('keeps bytes that are not UTF-8 as escapes', () => {
  assert.equal(decodeBase64Url(Buffer.from('caf\xe9', 'latin1').toString('base64url')), 'caf%E9');
});

test('decodes what was encoded', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const encoded = encodeBase64Url(new TextEncoder().encode(text));
      assert.equal(encoded.replace(/=+$/, ''), Buffer.from(text).toString('base64url'));
      assert.equal(decodeBase64Url(encoded.replace(/=+$/, '')), text);
    }),
  );
});
