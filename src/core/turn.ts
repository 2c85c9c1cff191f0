/**
 * Waits in a queue until somebody who has taken the place out calls it.
 *
 * @param queue First in, first to be called; whoever leaves is no longer in it.
 * @throws the signal's reason when it is aborted meanwhile.
 */
export function turnIn(queue: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onTurn = (): void => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    };
    const onAbort = (): void => {
      queue.delete(onTurn);
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    queue.add(onTurn);
  });
}
