import type { AppError } from '../errors.ts';

/** Seconds after which a client that was turned away may try again. */
const RETRY_AFTER_SECONDS = 1;

/** Failures that may have passed by the next try, so that no cache may keep them: RFC 9110's 408, 429 and 5xx. */
function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status === 499 || status >= 500;
}

/**
 * The answer to a failed request: imagor's JSON `{"message","status"}`, the public message only.
 *
 * @param hasBody False where the operator wants errors without a body.
 */
export function errorResponse(error: AppError, hasBody: boolean): Response {
  const { code, status, publicMessage } = error;
  const headers = new Headers();
  if (code === 'method-not-allowed') headers.set('allow', 'GET, HEAD'); // RFC 9110 §15.5.6 asks for it
  if (isPassing(status)) headers.set('cache-control', 'no-store');
  if (status === 429 || status === 503) headers.set('retry-after', String(RETRY_AFTER_SECONDS));
  if (!hasBody) return new Response(null, { status, headers });
  headers.set('content-type', 'application/json');
  return new Response(JSON.stringify({ message: publicMessage, status }), { status, headers });
}
