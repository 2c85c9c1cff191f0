import type { AppError } from '../errors.ts';
import { emptyResponse } from './empty-response.ts';

/** How failures are told to clients. */
export interface ErrorStyle {
  /** False where the operator wants errors without a body. */
  readonly hasBody: boolean;
  /** Milliseconds that caches may keep a 404; below a second they may not. */
  readonly notFoundTtlMs: number;
  /** Methods there are, for those who tried another. */
  readonly allow: string;
}

/** Seconds after which a client that was turned away may try again. */
const RETRY_AFTER_SECONDS = 1;

/** Failures that may have passed by the next try, so that no cache may keep them: RFC 9110's 408, 429 and 5xx. */
function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status === 499 || status >= 500;
}

/** Headers that an answer of this status has, whatever its body. */
export function errorHeaders(status: number, { notFoundTtlMs, allow }: ErrorStyle): Record<string, string> {
  const notFoundTtl = Math.trunc(notFoundTtlMs / 1000);
  const isKept = status === 404 && notFoundTtl > 0;
  const isStored = status !== 404 && !isPassing(status);
  return {
    ...(isKept ? { 'cache-control': `public, max-age=${notFoundTtl}` } : {}),
    ...(isKept || isStored ? {} : { 'cache-control': 'no-store' }),
    ...(status === 405 ? { allow } : {}), // RFC 9110 §15.5.6 asks for it
    ...(status === 429 || status === 503 ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {}),
  };
}

/** The answer to a failed request: imagor's JSON `{"message","status"}`, the public message only. */
export function errorResponse({ status, publicMessage }: AppError, style: ErrorStyle): Response {
  const headers = new Headers(errorHeaders(status, style));
  if (!style.hasBody) return emptyResponse(status, headers);
  headers.set('content-type', 'application/json');
  return new Response(JSON.stringify({ message: publicMessage, status }), { status, headers });
}
