import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError, type ErrorCode } from '../errors.ts';
import { type ErrorStyle, errorResponse } from './error-response.ts';

const STYLE: ErrorStyle = { hasBody: true, notFoundTtlMs: 10_000, allow: 'GET, HEAD' };

const header = (code: ErrorCode, name: string, style = STYLE): string | null =>
  errorResponse(new AppError(code), style).headers.get(name);

describe('errorResponse', () => {
  it('tells the public message and the status, and nothing else', async () => {
    const error = new AppError('internal', { detail: '/srv/secret: EACCES', cause: new Error('with a stack') });
    const response = errorResponse(error, STYLE);
    assert.equal(response.status, 500);
    assert.equal(response.headers.get('content-type'), 'application/json');
    assert.equal(await response.text(), '{"message":"internal error","status":500}');
  });

  it('keeps an upstream’s status', async () => {
    const response = errorResponse(new AppError('source-failed', { status: 451, publicMessage: 'not here' }), STYLE);
    assert.deepEqual([response.status, await response.json()], [451, { message: 'not here', status: 451 }]);
  });

  it('sends the bare status where no body is wanted', async () => {
    const response = errorResponse(new AppError('too-many-requests'), { ...STYLE, hasBody: false });
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
    for (const code of ['invalid', 'signature-mismatch', 'unsupported-format', 'expired'] as const) {
      assert.equal(header(code, 'cache-control'), null, code);
    }
  });

  it('lets caches keep what is missing for as long as the operator says', () => {
    const of = (notFoundTtlMs: number) => header('not-found', 'cache-control', { ...STYLE, notFoundTtlMs });
    assert.deepEqual([10_000, 1_999, 999, 0].map(of), [
      'public, max-age=10',
      'public, max-age=1',
      'no-store',
      'no-store',
    ]);
  });

  it('says when to come back, and what else there is', () => {
    assert.equal(header('too-many-requests', 'retry-after'), '1');
    assert.equal(header('unavailable', 'retry-after'), '1');
    assert.equal(header('internal', 'retry-after'), null);
    assert.equal(header('method-not-allowed', 'allow'), 'GET, HEAD');
  });
});
