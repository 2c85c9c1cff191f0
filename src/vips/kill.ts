import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Pointer } from './declarations.ts';
import type { Libvips } from './library.ts';
import { monotonicMs } from './monotonic-clock.ts';
import { Scope, type ScopeGuard } from './scope.ts';
import { DeadlineExceeded } from './vips-error.ts';
import { MEMORY_BYTES, WATCHDOG, type WatchdogMemory, watchdogMemory } from './watchdog-memory.ts';

/**
 * Makes libvips give up on a picture when a time has passed, although the thread that called libvips is blocked in it:
 * a second thread sets the kill flags of all images of the scope, which libvips looks at before each of their tiles. A
 * single call into a codec (an AVIF encoder at work) runs to its end, so a limit that must hold takes a process that can
 * be killed.
 *
 * libvips' own way, a callback on its `eval` signal, is not open to JavaScript: some savers emit it from threads of
 * their own while this one waits for them.
 */
export class Watchdog implements Disposable {
  readonly #libvips: Libvips;
  readonly #memory: WatchdogMemory;
  readonly #thread: Worker;
  readonly #guard: ScopeGuard;

  /** Starts the second thread; it does not keep the process alive. */
  constructor(libvips: Libvips) {
    const buffer = new SharedArrayBuffer(MEMORY_BYTES);
    this.#libvips = libvips;
    this.#memory = watchdogMemory(buffer);
    this.#guard = {
      watch: (image) => this.#watch(image),
      assertTime: () => this.#assertTime(),
      assertUnstopped: () => this.#assertUnstopped(),
    };
    // beside this file, compiled or not
    const entry = new URL(`./kill-thread${path.extname(import.meta.url)}`, import.meta.url);
    this.#thread = new Worker(entry, { workerData: { path: libvips.path, buffer } });
    this.#thread.unref();
  }

  /**
   * Does synchronous work in a scope of its own, which ends with it.
   *
   * @param deadlineMs As of {@link monotonicMs}.
   * @throws DeadlineExceeded when the work was stopped; whatever the work throws.
   */
  guard<Result>(deadlineMs: number, work: (scope: Scope) => Result): Result {
    const { state, count, deadlineMs: deadline } = this.#memory;
    if (Atomics.load(state, 0) !== WATCHDOG.IDLE) throw new Error('a watchdog guards one scope at a time');
    Atomics.store(count, 0, 0);
    deadline[0] = deadlineMs;
    Atomics.store(state, 0, WATCHDOG.ARMED);
    Atomics.notify(state, 0);
    const scope = new Scope(this.#libvips, this.#guard);
    try {
      return work(scope);
    } finally {
      // images must not be let go while the other thread has its hand on them
      this.#disarm();
      scope[Symbol.dispose]();
    }
  }

  /** Ends the second thread. */
  [Symbol.dispose](): void {
    Atomics.store(this.#memory.state, 0, WATCHDOG.ENDED);
    Atomics.notify(this.#memory.state, 0);
    void this.#thread.terminate();
  }

  #watch(image: Pointer): void {
    const { count, images } = this.#memory;
    const index = Atomics.load(count, 0);
    Atomics.store(images, index % images.length, image);
    Atomics.store(count, 0, index + 1); // last: the other thread goes by it
  }

  /** By the clock, since images that are made after the others were stopped would not be. */
  #assertTime(): void {
    if (monotonicMs() >= (this.#memory.deadlineMs[0] ?? 0)) throw new DeadlineExceeded();
    this.#assertUnstopped();
  }

  #assertUnstopped(): void {
    const { state } = this.#memory;
    Atomics.wait(state, 0, WATCHDOG.KILLING);
    if (Atomics.load(state, 0) === WATCHDOG.KILLED) throw new DeadlineExceeded();
  }

  #disarm(): void {
    const { state } = this.#memory;
    Atomics.compareExchange(state, 0, WATCHDOG.ARMED, WATCHDOG.IDLE);
    while (Atomics.load(state, 0) === WATCHDOG.KILLING) Atomics.wait(state, 0, WATCHDOG.KILLING);
    Atomics.compareExchange(state, 0, WATCHDOG.ARMED, WATCHDOG.IDLE); // it had been a false alarm
    Atomics.compareExchange(state, 0, WATCHDOG.KILLED, WATCHDOG.IDLE);
  }
}
