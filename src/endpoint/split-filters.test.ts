import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Filter } from './params.ts';
import { splitFilters } from './split-filters.ts';

const f = (name: string, args: string = ''): Filter => ({ name, args });

for (const [text, filters, image] of [
  ['', [], ''],
  ['dir/photo.jpg', [], 'dir/photo.jpg'],
  ['filters', [], 'filters'],
  ['filters:', [], ''],
  ['filters:/a.jpg', [], 'a.jpg'],
  ['filters:grayscale()/a.jpg', [f('grayscale')], 'a.jpg'],
  ['filters:blur(2):fill(red)/dir/a.jpg', [f('blur', '2'), f('fill', 'red')], 'dir/a.jpg'],
  ['filters:blur(2)//a.jpg', [f('blur', '2')], '/a.jpg'],
  ['filters:blur(2)/filters:x(1)/a.jpg', [f('blur', '2')], 'filters:x(1)/a.jpg'],
  [
    'filters:image(10x/filters:blur(1):text(a/b)/c.png,1):rgb(1,2,3)/a',
    [f('image', '10x/filters:blur(1):text(a/b)/c.png,1'), f('rgb', '1,2,3')],
    'a',
  ],
  ['filters:text(哈:😀)/a', [f('text', '哈:😀')], 'a'],
  // No image.
  ['filters:blur(2)', [f('blur', '2')], ''],
  ['filters:blur(2)/', [f('blur', '2')], ''],
  // Empty names do not count at the end, but do before a colon.
  ['filters:(2)/a', [], 'a'],
  ['filters:(2):x()/a', [f('', '2'), f('x')], 'a'],
  ['filters:blur(2):/a', [f('blur', '2')], 'a'],
  ['filters::x()/a', [f(''), f('x')], 'a'],
  // Without parentheses.
  ['filters:grayscale/a', [], 'a'],
  ['filters:grayscale:x()/a', [f(''), f('x')], 'a'],
  // Text after the parentheses.
  ['filters:blur(2)px:x()/a', [f('blur', '2'), f('x')], 'a'],
  ['filters:a(1)b(2)/a', [f('b', '2')], 'a'],
  // Unbalanced.
  ['filters:blur(2/a.jpg', [f('blur')], ''],
  ['filters:a(1):b((2)/a.jpg', [f('a', '1'), f('b')], ''],
  ['filters:a)b(1)/a.jpg', [], ''],
  ['filters:a(1)):b(2)/a.jpg', [f('a', '1')], ''],
] as const) {
  test(`takes ${text || 'nothing'} apart`, () => assert.deepEqual(splitFilters(text), { filters, image }));
}
