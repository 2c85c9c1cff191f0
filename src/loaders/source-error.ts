import { AppError } from '../errors.ts';
import type { SourceUrl } from './source-url.ts';

const TIMEOUTS: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

/**
 * Names the failure of a request by what it means to the client: no such host, a timeout, or a source that could not be
 * fetched. What the system says goes to the log; the client learns neither addresses nor ports.
 *
 * @param thrown by undici, the resolver, a socket, TLS or zlib.
 */
export function toSourceError(thrown: unknown, { url, isGuess }: SourceUrl): AppError {
  if (thrown instanceof AppError) return thrown;
  const code = errorCode(thrown);
  // no credentials and no query, which may hold a token
  const detail = `${url.origin}${url.pathname}: ${code} ${thrown instanceof Error ? thrown.message : thrown}`;
  // EINVAL: of a name that is too long for one
  const isUnresolved = code === 'ENOTFOUND' || (isGuess && (code.startsWith('EAI_') || code === 'EINVAL'));
  if (isUnresolved) return new AppError('not-found', { detail, cause: thrown });
  if (TIMEOUTS.has(code)) return new AppError('timeout', { detail, cause: thrown });
  return new AppError('source-failed', { detail, cause: thrown });
}

/**
 * Names an answer that is no picture. The status is passed on; one that HTTP has not is a 502.
 *
 * @param status of the source, 300 and up.
 */
export function statusError(status: number, { url }: SourceUrl): AppError {
  const detail = `${url.origin}${url.pathname}: status ${status}`;
  if (status === 404) return new AppError('not-found', { detail });
  const publicMessage = `the source answered with status ${status}`;
  const passed = status >= 400 && status <= 599 ? { status } : {};
  return new AppError('source-failed', { ...passed, publicMessage, detail });
}

/** The system's name of an error: `ECONNRESET`, `UND_ERR_SOCKET`, `Z_DATA_ERROR`; empty where it has none. */
export function errorCode(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}
