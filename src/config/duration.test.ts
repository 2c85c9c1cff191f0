import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDuration, parseDuration } from './duration.ts';

test('reads what time.ParseDuration reads', () => {
  const cases: readonly [string, number][] = [
    ['0', 0],
    ['+0', 0],
    ['-0', 0],
    ['0h', 0],
    ['168h', 604_800_000],
    ['1m30s', 90_000],
    ['500ms', 500],
    ['-1.5h', -5_400_000],
    ['+5s', 5000],
    ['.5s', 500],
    ['5.s', 5000],
    ['0.1s', 100],
    ['30s1m', 90_000],
    ['1us', 0.001],
    ['1µs', 0.001],
    ['1μs', 0.001],
    ['250ns', 0.00025],
  ];
  for (const [text, ms] of cases) assert.equal(parseDuration(text), ms, text);
});

test('refuses what time.ParseDuration refuses', () => {
  const cases = [
    '',
    '1',
    '00',
    '0.0',
    '.s',
    '1d',
    '1h1',
    '1e3s',
    '1.0.0s',
    '--1s',
    '1 s',
    ' 1s',
    '1s ',
    '1H',
    '1m 30s',
    's',
  ];
  for (const text of [...cases, '3000000h', '2562048h', '१s', 'Infinitys', '\n', '0\n']) {
    assert.equal(parseDuration(text), undefined, text);
  }
});

test('writes the shortest form', () => {
  const cases: readonly [number, string][] = [
    [0, '0s'],
    [604_800_000, '168h'],
    [90_000, '1m30s'],
    [3_601_500, '1h1.5s'],
    [500, '500ms'],
    [0.001, '0.001ms'],
    [-5_400_000, '-1h30m'],
  ];
  for (const [ms, text] of cases) assert.equal(formatDuration(ms), text);
});

test('reads back what it writes', () => {
  const ms = fc.integer({ min: -(10 ** 12), max: 10 ** 12 });
  fc.assert(fc.property(ms, (value) => parseDuration(formatDuration(value)) === value));
});
