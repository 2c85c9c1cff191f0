import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseInteger } from './integer.ts';

test('reads what strconv.ParseInt reads with base 0', () => {
  const cases: readonly [string, number][] = [
    ['0', 0],
    ['-0', 0],
    ['17', 17],
    ['017', 15],
    ['0_7', 7],
    ['0o17', 15],
    ['0O17', 15],
    ['0x1f', 31],
    ['0X1F', 31],
    ['0x_1', 1],
    ['-0x10', -16],
    ['0b11', 3],
    ['1_000', 1000],
    ['-1', -1],
    ['+5', 5],
    ['0755', 493],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ];
  for (const [text, value] of cases) assert.equal(parseInteger(text), value, text);
});

test('refuses everything else', () => {
  for (const text of [
    '',
    '_1',
    '1_',
    '1__0',
    '08',
    '0x',
    '0_x1',
    '0b2',
    '1.0',
    '1e3',
    ' 1',
    '1 ',
    '--1',
    'x',
    '٣',
    '0\n',
  ]) {
    assert.equal(parseInteger(text), undefined, text);
  }
});

test('refuses integers that a number cannot hold exactly', () => {
  assert.equal(parseInteger('9007199254740992'), undefined);
  assert.equal(parseInteger('0xffffffffffffffff'), undefined);
});

test('reads back every integer', () => {
  fc.assert(fc.property(fc.maxSafeInteger(), (value) => parseInteger(String(value)) === value));
});
