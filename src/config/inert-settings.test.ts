import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inertSettings } from './inert-settings.ts';
import type { OptionRow } from './option-row.ts';
import type { Setting } from './setting.ts';

const help = 'Does something.';

function setting(name: string, row: OptionRow, text: string): Setting {
  const option = { flag: name.toLowerCase(), env: name, key: 'port', row } as const;
  return { option, origin: 'environment', text, name, dropped: undefined };
}

test('what has an effect passes', () => {
  assert.deepEqual(inertSettings([setting('A', { type: 'text', help }, 'x')]), []);
});

test('inert options say why they do nothing, together where the reason is the same', () => {
  const settings = [
    setting('A', { type: 'integer', default: '0', help, inert: 'there is no cache' }, '1'),
    setting('B', { type: 'integer', default: '0', help, inert: 'there is no engine' }, '1'),
    setting('C', { type: 'integer', default: '0', help, inert: 'there is no cache' }, '2'),
  ];
  assert.deepEqual(inertSettings(settings), [
    'A, C: without effect, for there is no cache.',
    'B: without effect, for there is no engine.',
  ]);
});

test('a setting that repeats the default, or cannot be read at all, is not spoken of', () => {
  const settings = [
    setting('A', { type: 'switch', help, inert: 'x' }, 'false'),
    setting('B', { type: 'duration', default: '1m', help, inert: 'x' }, '60s'),
    setting('C', { type: 'duration', default: '1m', help, inert: 'x' }, '60'),
  ];
  assert.deepEqual(inertSettings(settings), []);
});
