import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Readiness, readinessResponse } from './readiness.ts';

const STYLE = { hasBody: true, notFoundTtlMs: 10_000, allow: 'GET' };

test('Readiness follows its signs, and an end announced is for good', () => {
  const signs = { worker: false, full: true };
  const readiness = new Readiness({ hasWorker: () => signs.worker, isFull: () => signs.full });
  assert.equal(readiness.state, 'starting');
  signs.worker = true;
  assert.equal(readiness.state, 'saturated');
  signs.full = false;
  assert.equal(readiness.state, 'ready');
  readiness.drain();
  assert.equal(readiness.state, 'draining');
});

test('readinessResponse is 200, or 503 with its reason, and never kept by caches', async () => {
  const ready = readinessResponse('ready', STYLE);
  assert.deepEqual([ready.status, ready.headers.get('retry-after'), await ready.text()], [200, null, '']);
  assert.equal(ready.headers.get('cache-control'), 'no-store');
  for (const state of ['starting', 'draining', 'saturated'] as const) {
    const response = readinessResponse(state, STYLE);
    const { headers } = response;
    assert.deepEqual(
      [response.status, headers.get('retry-after'), headers.get('cache-control')],
      [503, '1', 'no-store'],
    );
    assert.deepEqual(await response.json(), { message: state, status: 503 });
    assert.equal(await readinessResponse(state, { ...STYLE, hasBody: false }).text(), '');
  }
});
