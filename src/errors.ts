/** Every way a request or the start of the server can fail, and the HTTP status each answers with. */
const STATUS = {
  invalid: 400,
  'max-size-exceeded': 400,
  'signature-mismatch': 403,
  'source-not-allowed': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'unsupported-format': 406,
  timeout: 408,
  expired: 410,
  'max-resolution-exceeded': 422,
  'max-memory-exceeded': 422,
  'too-many-requests': 429,
  'client-gone': 499,
  internal: 500,
  'source-failed': 502,
  unavailable: 503,
} as const;

/** What clients are told when the thrower has nothing more helpful to say. imagor's words where imagor has the case. */
const PUBLIC_MESSAGE: Record<ErrorCode, string> = {
  invalid: 'invalid',
  'max-size-exceeded': 'maximum size exceeded',
  'signature-mismatch': 'url signature mismatch',
  'source-not-allowed': 'http source not allowed',
  'not-found': 'not found',
  'method-not-allowed': 'method not allowed',
  'unsupported-format': 'unsupported format',
  timeout: 'timeout',
  expired: 'expired',
  'max-resolution-exceeded': 'maximum resolution exceeded',
  'max-memory-exceeded': 'the picture needs more memory than a worker may use',
  'too-many-requests': 'too many requests',
  'client-gone': 'client closed the request',
  internal: 'internal error',
  'source-failed': 'the source could not be fetched',
  unavailable: 'temporarily unavailable',
};

/** The closed list of failures; see {@link AppError}. */
export type ErrorCode = keyof typeof STATUS;

/** What an {@link AppError} may carry beside its code. */
export interface AppErrorOptions {
  /** Sent to the client: says what to change; never holds a path, a credential or another request's text. */
  readonly publicMessage?: string;
  /** Replaces the code's own HTTP status: an upstream's 451 stays a 451. */
  readonly status?: number;
  /** For the log only: libvips' text, a bucket, a key, a system error. */
  readonly detail?: string;
  /** The error underneath, for the log only. */
  readonly cause?: unknown;
}

/** The one error class of the project: `publicMessage` is for the client, `detail` and `cause` are for the log. */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** HTTP status code, 400–599. */
  readonly status: number;
  readonly publicMessage: string;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    const publicMessage = options.publicMessage ?? PUBLIC_MESSAGE[code];
    super(options.detail ? `${publicMessage}: ${options.detail}` : publicMessage, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = options.status ?? STATUS[code];
    this.publicMessage = publicMessage;
    this.detail = options.detail;
  }

  /** Turns anything thrown into an AppError: itself, a timeout for an expired deadline, or `internal` around the rest. */
  static from(thrown: unknown): AppError {
    if (thrown instanceof AppError) return thrown;
    if (thrown instanceof Error && thrown.name === 'TimeoutError') return new AppError('timeout', { cause: thrown });
    return new AppError('internal', { cause: thrown });
  }
}
