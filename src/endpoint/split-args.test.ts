import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitArgs } from './split-args.ts';

for (const [args, list] of [
  ['', []],
  ['50', ['50']],
  ['a.png,10,-20', ['a.png', '10', '-20']],
  ['a.png,', ['a.png']],
  ['a.png,,', ['a.png', '']],
  [',', ['']],
  [',,x', ['', '', 'x']],
  ['20x20/filters:text(a,b):blur(1)/c.png,0,0', ['20x20/filters:text(a,b):blur(1)/c.png', '0', '0']],
  ['a(b(c,d),e),f', ['a(b(c,d),e)', 'f']],
  ['a(b,c', ['a(b,c']],
  ['a),b,c', ['a),b,c']],
  ['a)(,b', ['a)(', 'b']],
  ['哈,😀', ['哈', '😀']],
] as const) {
  test(`splits ${args || 'nothing'}`, () => assert.deepEqual(splitArgs(args), list));
}

test('loses no character', () => {
  const args = fc.string({ unit: fc.constantFrom('a', ',', '(', ')', '😀') });
  fc.assert(fc.property(args, (text) => assert.equal(splitArgs(text).join(','), text.replace(/,$/, lastComma(text)))));
});

/** A last comma goes exactly when it stands outside of parentheses: when nothing but it is lost. */
function lastComma(text: string): string {
  const depth = [...text].reduce((level, char) => level + (char === '(' ? 1 : char === ')' ? -1 : 0), 0);
  return depth === 0 ? '' : ',';
}
