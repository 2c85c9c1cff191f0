import { AppError } from '../../errors.ts';

/** What S3 says when it refuses. */
export interface S3Failure {
  readonly status: number;
  /** `NoSuchKey`, `AccessDenied`; empty for answers to HEAD, which have no body. */
  readonly code: string;
  /** For the log. */
  readonly text: string;
  /** Of the bucket, when another one was asked. */
  readonly region: string;
}

/** The server's own account of a failure, to be quoted to whoever runs it. */
interface ErrorHeaders {
  readonly 'x-amz-request-id'?: string | string[];
  readonly 'x-amz-bucket-region'?: string | string[];
}

const TIMEOUTS: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

/** Amazon S3 API Reference, "Error responses": those that pass. */
const PASSING: ReadonlySet<string> = new Set([
  'InternalError',
  'OperationAborted',
  'RequestTimeout',
  'ServiceUnavailable',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TooManyRequests',
]);

/** Our own credentials are wrong: the operator's business, whatever object was asked for. */
const UNKNOWN_SIGNER: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'InvalidAccessKeyId',
  'InvalidSecurity',
  'InvalidToken',
  'InvalidTokenId',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);

/**
 * Reads an error answer.
 *
 * @param body XML, or whatever else a server or a proxy wrote; it need not be whole.
 */
export function readS3Failure(status: number, headers: ErrorHeaders, body: string): S3Failure {
  const code = element(body, 'Code');
  const requestId = element(body, 'RequestId') || String(headers['x-amz-request-id'] ?? '');
  const message = code === '' ? body.slice(0, 200).replace(/\s+/g, ' ') : element(body, 'Message');
  const words = [code, `(${status})`, message, requestId && `request ${requestId}`];
  return {
    status,
    code,
    text: words.filter((word) => word !== '').join(' '),
    region: String(headers['x-amz-bucket-region'] ?? '') || element(body, 'Region'),
  };
}

/** Whether asking again may help. */
export function isPassing({ status, code }: S3Failure): boolean {
  return status === 429 || (status >= 500 && status !== 501) || PASSING.has(code);
}

/** Whether somebody took too long: asking once more would take as long again. */
export function isTimeout(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && TIMEOUTS.has(String(thrown.code));
}

/**
 * Names a refusal. What the server says – accounts, policies – is for the log alone.
 *
 * @param subject what was asked for: `s3://bucket/key`.
 */
export function s3StatusError(subject: string, failure: S3Failure): AppError {
  const { status, code } = failure;
  const detail = `${subject}: ${failure.text}`;
  if (isPassing(failure)) return new AppError('unavailable', { detail });
  if (UNKNOWN_SIGNER.has(code)) return new AppError('source-failed', { detail });
  if (status === 404) return new AppError('not-found', { detail });
  if (status === 401 || status === 403) {
    return new AppError('source-not-allowed', { publicMessage: 'the source may not be read', detail });
  }
  return new AppError('source-failed', { detail });
}

/** Whether it is the whole bucket that is not there. Answers to HEAD do not tell. */
export function isNoSuchBucket(error: unknown): boolean {
  return error instanceof AppError && error.code === 'not-found' && /: NoSuchBucket /.test(error.detail ?? '');
}

/** Names a failure of the network, which knows addresses and ports. */
export function s3NetworkError(subject: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const detail = `${subject}: ${thrown}`;
  return new AppError(isTimeout(thrown) ? 'timeout' : 'source-failed', { detail, cause: thrown });
}

/** The text of the first element of a name. These documents are flat and are never trusted. */
function element(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]?.trim() ?? '';
}
