import { AppError } from '../errors.ts';

/**
 * Does work under a signal that is aborted after some time, or with its parent's reason when the parent is aborted.
 * Rejects at once then, whether or not the work takes notice.
 *
 * @param timeoutMs 0 for no limit but the parent's.
 * @param what Names the work in the log.
 * @param work May say that it gets on, by which its time begins anew, and name waits that do not count.
 * @throws AppError `timeout`; the parent's reason; whatever the work throws.
 */
export async function withTimeout<Result>(
  parent: AbortSignal,
  timeoutMs: number,
  what: string,
  work: (signal: AbortSignal, goOn: () => void, spare: (wait: Promise<void>) => Promise<void>) => Promise<Result>,
): Promise<Result> {
  parent.throwIfAborted();
  const controller = new AbortController();
  let end = (_reason: unknown): void => {};
  const onParent = (): void => end(parent.reason);
  let spared = 0;
  const onTime = (): void => {
    if (spared > 0) timer?.refresh();
    else end(tooLate(timeoutMs, what));
  };
  const timer = timeoutMs > 0 ? setTimeout(onTime, timeoutMs) : undefined;
  const goOn = (): void => void timer?.refresh();
  const spare = async (wait: Promise<void>): Promise<void> => {
    spared += 1;
    await wait.finally(() => {
      spared -= 1;
      goOn();
    });
  };
  parent.addEventListener('abort', onParent, { once: true });
  try {
    return await new Promise<Result>((resolve, reject) => {
      // a listener on `controller.signal` would cost as much as the one on its parent, at every lookup
      end = (reason) => {
        reject(reason);
        controller.abort(reason);
      };
      work(controller.signal, goOn, spare).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    parent.removeEventListener('abort', onParent);
  }
}

function tooLate(timeoutMs: number, what: string): AppError {
  return new AppError('timeout', { detail: `${what} took over ${timeoutMs} ms` });
}
