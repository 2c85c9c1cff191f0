import { Worker } from 'node:worker_threads';
import type { Image } from './image.ts';
import type { Libvips } from './library.ts';

/** Where the two threads meet: see {@link Watchdog}. */
export interface WatchdogMemory {
  /** One of the states below. */
  readonly state: Int32Array;
  /** The image to stop. */
  readonly pointer: BigUint64Array;
  /** When to stop it, as of Date.now(). */
  readonly deadlineMs: Float64Array;
}

/** What the watchdog is doing. It alone leaves KILLING; whoever guards an image does everything else. */
export const WATCHDOG = { IDLE: 0, ARMED: 1, KILLING: 2, KILLED: 3, ENDED: 4 } as const;

const STATE_BYTES = 8;

/** Lays the shared memory out. */
export function watchdogMemory(buffer: SharedArrayBuffer): WatchdogMemory {
  return {
    state: new Int32Array(buffer, 0, 1),
    pointer: new BigUint64Array(buffer, STATE_BYTES, 1),
    deadlineMs: new Float64Array(buffer, 2 * STATE_BYTES, 1),
  };
}

/**
 * Makes libvips give up on a picture when a time has passed, although the thread that called libvips is blocked in it:
 * a second thread sets the image's kill flag, which libvips looks at between tiles. A single call into a codec (an AVIF
 * encoder at work) runs to its end, so a limit that must hold takes a process that can be killed.
 *
 * libvips' own way, a callback on its `eval` signal, is not open to JavaScript: some savers emit it from threads of
 * their own while this one waits for them.
 */
export class Watchdog implements Disposable {
  readonly #memory: WatchdogMemory;
  readonly #thread: Worker;

  /** Starts the second thread; it does not keep the process alive. */
  constructor({ path }: Libvips) {
    const buffer = new SharedArrayBuffer(3 * STATE_BYTES);
    this.#memory = watchdogMemory(buffer);
    this.#thread = new Worker(new URL('./kill-thread.js', import.meta.url), { workerData: { path, buffer } });
    this.#thread.unref();
  }

  /**
   * Does synchronous work on an image. Work on images made from it meanwhile is not stopped; guard the last one.
   *
   * @param deadlineMs As of Date.now().
   * @throws VipsError that says "killed" when the work was stopped; whatever the work throws.
   */
  guard<Result>(image: Image, deadlineMs: number, work: () => Result): Result {
    const { state, pointer, deadlineMs: deadline } = this.#memory;
    pointer[0] = image.pointer;
    deadline[0] = deadlineMs;
    Atomics.store(state, 0, WATCHDOG.ARMED);
    Atomics.notify(state, 0);
    try {
      return work();
    } finally {
      // the image must not be let go while the other thread has its hand on it
      Atomics.compareExchange(state, 0, WATCHDOG.ARMED, WATCHDOG.IDLE);
      Atomics.wait(state, 0, WATCHDOG.KILLING);
      Atomics.compareExchange(state, 0, WATCHDOG.KILLED, WATCHDOG.IDLE);
    }
  }

  /** Ends the second thread. */
  [Symbol.dispose](): void {
    Atomics.store(this.#memory.state, 0, WATCHDOG.ENDED);
    Atomics.notify(this.#memory.state, 0);
    void this.#thread.terminate();
  }
}
