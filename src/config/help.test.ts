import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configurationPage, envExample } from './docs-page.ts';
import { helpText } from './help.ts';
import { OPTION_GROUPS, OPTIONS } from './option.ts';
import { parseConfig } from './parse.ts';

test('the help has every flag and heading, in lines of at most 100 columns', () => {
  const lines = helpText([['imagor sign', 'Sign.']]).split('\n');
  assert.ok(lines.includes('  imagor sign'));
  assert.ok(lines.every((line) => line.length <= 100 && !line.endsWith(' ')));
  for (const { flag } of OPTIONS)
    assert.ok(
      lines.some((line) => line.split(' ').includes(`-${flag}`)),
      flag,
    );
  for (const heading of OPTION_GROUPS.keys()) assert.ok(lines.includes(`${heading}:`), heading);
});

test('the page has a row for every option, of three cells', () => {
  const rows = configurationPage()
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  assert.deepEqual(
    rows.map((row) => row.split('`')[1]),
    OPTIONS.map(({ env }) => env),
  );
  for (const row of rows) assert.equal(row.match(/(?<!\\)\|/g)?.length, 4, row);
});

test('the example file changes nothing when all of it is taken in', () => {
  const file = envExample().replace(/^#(?=[A-Z0-9_]+=)/gm, '');
  assert.match(file, /^PORT=8000$/m);
  const plain = parseConfig([], {}, () => '');
  const parsed = parseConfig([], {}, () => file);
  assert.ok(plain.command === 'serve' && parsed.command === 'serve');
  assert.deepEqual(parsed.config, plain.config);
  assert.deepEqual(parsed.warnings, plain.warnings);
});
