import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ecsFields } from './log-ecs.ts';

test('an access is named by the Elastic Common Schema', () => {
  const access = { method: 'GET', url: '/a', status: 200, tookMs: 12.5, sentBytes: 99, requestId: 'r', userAgent: 'u' };
  assert.deepEqual(ecsFields({ ...access, remoteAddress: '::1' }), {
    'http.request.method': 'GET',
    'url.original': '/a',
    'http.response.status_code': 200,
    'event.duration': 12_500_000,
    'http.response.bytes': 99,
    'http.request.id': 'r',
    'user_agent.original': 'u',
    'client.ip': '::1',
  });
});

test('what the schema has no name for stands under ours', () => {
  assert.deepEqual(ecsFields({ code: 'timeout', detail: 'x', workers: 2 }), {
    'error.code': 'timeout',
    'error.message': 'x',
    'imagor.workers': 2,
  });
});
