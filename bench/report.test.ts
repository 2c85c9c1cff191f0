import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatChart, formatTable } from './report.ts';

test('a floor is reached from its own side', () => {
  const figures = [
    { what: 'jpeg', against: 'limit', value: 0.951, unit: '×', floor: { atLeast: 0.95 } },
    { what: 'jpeg', against: 'sharp', value: 0.9, unit: '×' },
    { what: 'start', value: 1001, unit: 'ms', floor: { atMost: 1000 } },
  ] as const;
  assert.equal(
    formatTable(figures),
    [
      'jpeg    against limit   0.95×     ≥ 0.95×     pass\n',
      'jpeg    against sharp   0.90×\n',
      'start                   1001 ms   ≤ 1000 ms   MISS\n',
    ].join(''),
  );
});

test('bars are as long as their values', () => {
  const chart = formatChart({
    title: 'small',
    unit: 'a second',
    bars: [
      { name: 'limit', value: 160, samples: [160] },
      { name: 'ipx', value: 2, samples: [2], note: '3 kB each' },
    ],
  });
  assert.equal(
    chart,
    [
      'small\n',
      `  limit  ${'█'.repeat(40)}  160 a second\n`,
      `  ipx    ▌${' '.repeat(39)}  2.00 a second, 3 kB each\n`,
    ].join(''),
  );
});
