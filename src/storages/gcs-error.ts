import { AppError } from '../errors.ts';

const TIMEOUTS: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

/** Whether somebody took too long: asking once more would take as long again. */
export function isTimeout(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && TIMEOUTS.has(String(thrown.code));
}

/**
 * Names an answer of Google's other than success. What the answer says – accounts, permissions – is for the log alone.
 *
 * @param subject what was asked for: `gs://bucket/name`.
 * @param status 300 and up.
 * @param text of the answer.
 */
export function gcsStatusError(subject: string, status: number, text: string): AppError {
  const detail = `${subject}: status ${status} ${text}`.trim();
  if (status === 404) return new AppError('not-found', { detail });
  if (status === 401 || status === 403) {
    return new AppError('source-not-allowed', { publicMessage: 'the source may not be read', detail });
  }
  if (status === 429 || status >= 500) return new AppError('unavailable', { detail });
  return new AppError('source-failed', { detail });
}

/** Names a failure of the network, which knows addresses and ports. */
export function gcsNetworkError(subject: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const detail = `${subject}: ${thrown}`;
  return new AppError(isTimeout(thrown) ? 'timeout' : 'source-failed', { detail, cause: thrown });
}
