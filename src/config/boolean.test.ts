import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBoolean } from './boolean.ts';

test('reads what strconv.ParseBool reads', () => {
  for (const text of ['1', 't', 'T', 'true', 'TRUE', 'True']) assert.equal(parseBoolean(text), true, text);
  for (const text of ['0', 'f', 'F', 'false', 'FALSE', 'False']) assert.equal(parseBoolean(text), false, text);
});

test('refuses everything else', () => {
  for (const text of ['', 'yes', 'no', 'on', 'off', 'tRUE', '2', '-1', ' true', 'true ', '__proto__']) {
    assert.equal(parseBoolean(text), undefined, text);
  }
});
