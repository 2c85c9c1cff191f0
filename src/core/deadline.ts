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
  const { signal } = controller;
  const onParent = (): void => controller.abort(parent.reason);
  const onTime = (): void => controller.abort(tooLate(timeoutMs, what));
  const timer = timeoutMs > 0 ? setTimeout(onTime, timeoutMs) : undefined;
  parent.addEventListener('abort', onParent, { once: true });
  try {
    return await new Promise<Result>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      work(signal, () => timer?.refresh()).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    parent.removeEventListener('abort', onParent);
  }
}

function tooLate(timeoutMs: number, what: string): AppError {
  return new AppError('timeout', { detail: `${what} took over ${timeoutMs} ms` });
}
