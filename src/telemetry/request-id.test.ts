import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestIdOf } from './request-id.ts';

const given = (id: string): string => requestIdOf(new Headers({ 'x-request-id': id }));

test("a proxy's id is taken over", () => {
  for (const id of ['abc-123', 'Root=1-67891233-abcdef012345678912345678', 'a/b+c==', 'x'.repeat(128)]) {
    assert.equal(given(id), id);
  }
});

test('what could forge a line of the log, or is no id, is replaced', () => {
  for (const id of ['', 'a b', 'a"b', 'é', 'x'.repeat(129), '{"level":50}']) {
    assert.match(given(id), /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  }
  assert.notEqual(given(''), given(''));
});
