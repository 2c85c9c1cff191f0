import { AppError, type AppErrorOptions, type ErrorCode } from '../../errors.ts';

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
  'AccountProblem',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidSecurity',
  'InvalidToken',
  'InvalidTokenId',
  'MissingAuthenticationToken',
  'NotSignedUp',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

/** A refusal of S3. */
class S3Refusal extends AppError {
  /** As {@link S3Failure.code}. */
  readonly s3Code: string;

  constructor(code: ErrorCode, s3Code: string, options: AppErrorOptions) {
    super(code, options);
    this.s3Code = s3Code;
  }
}

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
  const detail = `${subject}: ${failure.text}`;
  const code = errorCodeOf(failure);
  const isRefused = code === 'source-not-allowed';
  return new S3Refusal(code, failure.code, {
    ...(isRefused && { publicMessage: 'the source may not be read' }),
    detail,
  });
}

function errorCodeOf(failure: S3Failure): ErrorCode {
  const { status, code } = failure;
  if (isPassing(failure)) return 'unavailable';
  if (UNKNOWN_SIGNER.has(code)) return 'source-failed';
  if (status === 404) return 'not-found';
  return status === 401 || status === 403 ? 'source-not-allowed' : 'source-failed';
}

/** Whether it is the whole bucket that is not there. Answers to HEAD do not tell. */
export function isNoSuchBucket(error: unknown): boolean {
  return error instanceof S3Refusal && error.s3Code === 'NoSuchBucket';
}

/**
 * Whether an object may not be read, or, by somebody who may not list the bucket, is not there: S3 does not tell which.
 * Refusals for other reasons – an archived object, an account that is closed – are no answer to what is there.
 */
export function isAccessDenied(error: unknown): error is AppError {
  return (
    error instanceof S3Refusal &&
    error.code === 'source-not-allowed' &&
    // answers to HEAD have no code
    (error.s3Code === 'AccessDenied' || error.s3Code === '')
  );
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
