import assert from 'node:assert/strict';
import { test } from 'node:test';
import { removeLineBreaks } from './line-breaks.ts';

test('drops every kind of line break and nothing else', () => {
  assert.equal(removeLineBreaks('a\r\nb\rc\nd\ve\ff\u0085g\u2028h\u2029i'), 'abcdefghi');
  assert.equal(removeLineBreaks('a b\tc\u00a0\u2027d'), 'a b\tc\u00a0\u2027d');
});
