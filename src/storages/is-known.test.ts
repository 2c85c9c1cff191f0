import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKnown } from './is-known.ts';

const modifiedAt = new Date('2024-05-06T07:08:09.500Z');
const stat = { etag: '"a,b"', modifiedAt };

test('knows an object by any etag of a list, weak or strong, commas inside and all', () => {
  for (const etag of ['"a,b"', '"x", "a,b"', '"a,b","x"', 'W/"a,b"', '"", W/"a,b" ,"y"']) {
    assert.ok(isKnown(stat, { etag }), etag);
    assert.ok(isKnown({ etag: 'W/"a,b"' }, { etag }), etag);
  }
  assert.ok(isKnown({ etag: 'bare' }, { etag: '"x",bare' }));
});

test('does not know it by another etag, or a piece of one, whatever the date', () => {
  for (const etag of ['"a"', 'a', '"a","b"', '"A,B"', 'w/"a,b"', '', 'W/', '*']) {
    assert.ok(!isKnown(stat, { etag, modifiedAt }), etag);
  }
  assert.ok(!isKnown({ modifiedAt }, { etag: '"a,b"', modifiedAt }));
});

test('knows it by a date, in whole seconds, where there is no etag', () => {
  assert.ok(isKnown(stat, { modifiedAt: new Date('2024-05-06T07:08:09Z') }));
  assert.ok(isKnown(stat, { modifiedAt: new Date('2024-05-06T07:08:10Z') }));
  assert.ok(!isKnown(stat, { modifiedAt: new Date('2024-05-06T07:08:08Z') }));
  assert.ok(!isKnown({ etag: '"a,b"' }, { modifiedAt }));
  assert.ok(!isKnown(stat, {}));
});
