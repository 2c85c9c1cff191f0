import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OptionRow } from './option-row.ts';
import type { Setting } from './setting.ts';
import { checkStanding } from './standing.ts';

const help = 'Does something.';

function setting(name: string, row: OptionRow, text: string): Setting {
  const option = { flag: name.toLowerCase(), env: name, key: 'port', row } as const;
  return { option, origin: 'environment', text, name, isCutByComment: false };
}

test('what is built passes', () => {
  assert.deepEqual(checkStanding([setting('A', { type: 'text', help }, 'x')]), { problems: [], warnings: [] });
});

test('planned options that must not be passed over are problems, the others one warning', () => {
  const settings = [
    setting('A', { type: 'text', help, planned: 'refuse' }, 'x'),
    setting('B', { type: 'switch', help, planned: 'warn' }, '1'),
    setting('C', { type: 'list', help, planned: 'warn' }, 'x,y'),
  ];
  assert.deepEqual(checkStanding(settings), {
    problems: ['A is planned, but this release cannot do it yet: unset it to start without.'],
    warnings: ['Planned, but without effect in this release: B, C.'],
  });
});

test('inert options say why they do nothing, together where the reason is the same', () => {
  const settings = [
    setting('A', { type: 'integer', default: '0', help, inert: 'there is no cache' }, '1'),
    setting('B', { type: 'integer', default: '0', help, inert: 'there is no engine' }, '1'),
    setting('C', { type: 'integer', default: '0', help, inert: 'there is no cache' }, '2'),
  ];
  assert.deepEqual(checkStanding(settings), {
    problems: [],
    warnings: ['A, C: without effect, for there is no cache.', 'B: without effect, for there is no engine.'],
  });
});

test('a setting that repeats the default, or cannot be read at all, is not spoken of', () => {
  const settings = [
    setting('A', { type: 'switch', help, planned: 'refuse' }, 'false'),
    setting('B', { type: 'duration', default: '1m', help, planned: 'refuse' }, '60s'),
    setting('C', { type: 'duration', default: '1m', help, planned: 'refuse' }, '60'),
  ];
  assert.deepEqual(checkStanding(settings), { problems: [], warnings: [] });
});
