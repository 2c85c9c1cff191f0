import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRequestTarget } from './request-target.ts';

describe('parseRequestTarget', () => {
  const cases: [string, string, string][] = [
    ['/', '', ''],
    ['/unsafe/a.jpg', 'unsafe/a.jpg', ''],
    ['/unsafe/a.jpg?', 'unsafe/a.jpg', ''],
    ['/unsafe/a.jpg?b=c?d', 'unsafe/a.jpg', 'b=c?d'],
    ['/?a', '', 'a'],
    ['//host/a', '/host/a', ''],
    ['http://example.com/unsafe/a.jpg?b', 'unsafe/a.jpg', 'b'],
    ['HTTPS://example.com:8000/a', 'a', ''],
    ['http://example.com', '', ''],
    ['http://example.com?a', '', 'a'],
    ['/unsafe/https://example.com/a.jpg', 'unsafe/https://example.com/a.jpg', ''],
    ['/unsafe/../%2e%2e/./a%20b.jpg', 'unsafe/../%2e%2e/./a%20b.jpg', ''],
    ['*', '*', ''],
    ['', '', ''],
  ];
  for (const [target, path, query] of cases) {
    it(`splits ${JSON.stringify(target)}`, () => assert.deepEqual(parseRequestTarget(target), { path, query }));
  }
});
