import { AppError, type ErrorCode } from '../errors.ts';

/** What an adapter is used as. */
export type Role = 'loader' | 'storage' | 'result-storage';

/**
 * A part of a request's way that takes time: a result is looked up, a source loaded, a picture processed, an object
 * saved, or another request's work is waited for.
 */
export type Step =
  | { readonly name: 'lookup' | 'load' | 'save'; readonly role: Role; readonly adapter: string; readonly key: string }
  | { readonly name: 'process' | 'join' };

/** How a step ended; `absent` and `unchanged` are good news, too. */
export type Outcome = 'done' | 'absent' | 'unchanged' | ErrorCode;

/** Ends a step, once. `bytes`: how many were read, made or written. */
export type EndStep = (outcome: Outcome, bytes?: number) => void;

/** Follows one request: metrics count its steps, traces draw them, and its id stands in the log. */
export interface Observer {
  /** Tells the request from others in the log, and to the client as `X-Request-Id`. */
  readonly requestId: string;
  begin(step: Step): EndStep;
}

/** Follows a request until it is answered. */
export interface RequestObserver extends Observer {
  /** @param status Of the answer. */
  end(status: number): void;
}

/** Who follows a request, and what ends its work. */
interface Watched {
  readonly observer?: Observer | undefined;
  readonly signal: AbortSignal;
}

/** How work ended that has not thrown, and how many bytes it came to. */
export type Told = readonly [outcome: Outcome, bytes?: number];

/**
 * Does the work of a step under an observer's eyes.
 *
 * @param tell What to tell of the result; `done` without it.
 * @throws what the work throws.
 */
export function observe<Result>(
  { observer, signal }: Watched,
  step: Step,
  work: () => Promise<Result>,
  tell?: (result: Result) => Told,
): Promise<Result> {
  return endWith(observer?.begin(step), signal, work, tell);
}

/** Does the rest of a step that has begun; as {@link observe}. */
export async function endWith<Result>(
  end: EndStep | undefined,
  signal: AbortSignal,
  work: () => Promise<Result>,
  tell: (result: Result) => Told = () => ['done'],
): Promise<Result> {
  try {
    const result = await work();
    end?.(...tell(result));
    return result;
  } catch (error) {
    end?.(failureOf(error, signal));
    throw error;
  }
}

/** The outcome of a step that has thrown. Work that is aborted for no failure of its own was for a client that left. */
export function failureOf(error: unknown, { aborted }: AbortSignal): ErrorCode {
  if (aborted && !(error instanceof AppError)) return 'client-gone';
  return AppError.from(error).code;
}
