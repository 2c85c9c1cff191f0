import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError, type ErrorCode } from '../errors.ts';
import { errorResponse } from './error-response.ts';

const header = (code: ErrorCode, name: string): string | null =>
  errorResponse(new AppError(code), true).headers.get(name);

describe('errorResponse', () => {
  it('tells the public message and the status, and nothing else', async () => {
    const error = new AppError('internal', { detail: '/srv/secret: EACCES', cause: new Error('with a stack') });
    const response = errorResponse(error, true);
    assert.equal(response.status, 500);
    assert.equal(response.headers.get('content-type'), 'application/json');
    assert.equal(await response.text(), '{"message":"internal error","status":500}');
  });

  it('keeps an upstream’s status', async () => {
    const response = errorResponse(new AppError('source-failed', { status: 451, publicMessage: 'not here' }), true);
    assert.deepEqual([response.status, await response.json()], [451, { message: 'not here', status: 451 }]);
  });

  it('sends the bare status where no body is wanted', async () => {
    const response = errorResponse(new AppError('too-many-requests'), false);
    assert.deepEqual([response.status, response.body, response.headers.get('content-type')], [429, null, null]);
    assert.equal(response.headers.get('retry-after'), '1');
  });

  it('keeps caches from keeping what may pass', () => {
    for (const code of [
      'timeout',
      'too-many-requests',
      'client-gone',
      'internal',
      'source-failed',
      'unavailable',
    ] as const) {
      assert.equal(header(code, 'cache-control'), 'no-store', code);
    }
    assert.equal(header('not-found', 'cache-control'), null);
  });

  it('says when to come back, and what else there is', () => {
    assert.equal(header('too-many-requests', 'retry-after'), '1');
    assert.equal(header('unavailable', 'retry-after'), '1');
    assert.equal(header('internal', 'retry-after'), null);
    assert.equal(header('method-not-allowed', 'allow'), 'GET, HEAD');
  });
});
