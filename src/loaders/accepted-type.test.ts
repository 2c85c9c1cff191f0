import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTypeCheck } from './accepted-type.ts';

test('compares types with what was asked for', () => {
  const cases: readonly (readonly [accept: string, contentType: string, isAccepted: boolean])[] = [
    ['*/*', 'image/jpeg', true],
    ['*/*', 'text/html', true],
    ['*/*', '', true],
    ['', 'text/html', true],
    ['image/*', 'image/jpeg', true],
    ['image/*', 'IMAGE/SVG+XML; charset=utf-8', true],
    ['image/*', 'text/html', false],
    ['image/*', '', false],
    ['image/*;q=0.8, application/pdf', 'application/pdf', true],
    ['image/*;q=0.8, application/pdf', 'application/json', false],
    ['image/*,application/octet-stream', '', true],
  ];
  for (const [accept, contentType, isAccepted] of cases) {
    assert.equal(createTypeCheck(accept)(contentType), isAccepted, `${accept} on ${contentType}`);
  }
});
