import type { Message } from './message.ts';
import { type WorkerOptions, WorkerProcess } from './worker-process.ts';

/** How to start a worker and to make it ready. */
export interface StartOptions extends WorkerOptions {
  /** The first message to each worker. */
  readonly setup: Message<unknown>;
  /** A worker that has not answered its setup after this long is given up. */
  readonly startTimeoutMs: number;
  /** Looks at a worker's answer to its setup. @throws Error when the worker is of no use. */
  acceptSetup(answer: Message<unknown>): void;
  /** Done before each worker is started. */
  beforeStart?(): Promise<void>;
}

/**
 * Starts a worker.
 *
 * @param onProcess Told of the process before it is ready.
 * @returns it when it is ready.
 * @throws WorkerGone when it ended first; Error when it refused its setup, or was too slow. It has been killed then.
 */
export async function startWorker(
  options: StartOptions,
  onProcess: (worker: WorkerProcess) => void,
): Promise<WorkerProcess> {
  const { setup, startTimeoutMs } = options;
  await options.beforeStart?.();
  const worker = new WorkerProcess(options);
  onProcess(worker);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    worker.kill('timeout');
  }, startTimeoutMs);
  try {
    options.acceptSetup(await worker.request(setup));
    return worker;
  } catch (cause) {
    worker.kill('shutdown');
    if (!isLate) throw cause;
    const seconds = startTimeoutMs / 1_000;
    throw new Error(`a worker was not ready after ${seconds} s: does a detector's module take that long to load?`, {
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}
