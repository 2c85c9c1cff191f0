/**
 * Waits for work, but no longer than a signal allows: undici takes notice of one only when it has a connection, and
 * credentials and timers know none. What comes of abandoned work concerns nobody.
 *
 * @throws the signal's reason; whatever the work throws.
 */
export function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
