import { AppError } from '../errors.ts';

/**
 * Does work under a signal that is aborted after some time, or with its parent's reason when the parent is aborted.
 * Rejects at once then, whether or not the work takes notice.
 *
 * @param timeoutMs 0 for no limit but the parent's.
 * @param what Names the work in the log.
 * @param work May say that it gets on, by which its time begins anew.
 * @throws AppError `timeout`; the parent's reason; whatever the work throws.
 */
export async function withTimeout<Result>(
  parent: AbortSignal,
  timeoutMs: number,
  what: string,
  work: (signal: AbortSignal, goOn: () => void) => Promise<Result>,
): Promise<Result> {
  parent.throwIfAborted();
  const controller = new AbortController();
  // listeners on `controller.signal` itself would cost as much again, on every lookup
  return new Promise<Result>((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      parent.removeEventListener('abort', onParent);
    };
    const fail = (error: unknown): void => {
      settle();
      reject(error);
    };
    const end = (reason: unknown): void => {
      fail(reason);
      controller.abort(reason);
    };
    const onParent = (): void => end(parent.reason);
    const timer = timeoutMs > 0 ? setTimeout(() => end(tooLate(timeoutMs, what)), timeoutMs) : undefined;
    parent.addEventListener('abort', onParent, { once: true });
    const succeed = (result: Result): void => {
      settle();
      resolve(result);
    };
    try {
      work(controller.signal, () => timer?.refresh()).then(succeed, fail);
    } catch (error) {
      fail(error);
    }
  });
}

function tooLate(timeoutMs: number, what: string): AppError {
  return new AppError('timeout', { detail: `${what} took over ${timeoutMs} ms` });
}
