import { AppError } from '../errors.ts';
import { turnIn } from './turn.ts';

/** How much may go on at once. */
export interface AdmissionOptions {
  /** Requests that load and process at the same time. */
  readonly concurrency: number;
  /** Requests that may wait for one of those to end. */
  readonly queueSize: number;
}

/** Made once: one who refuses hundreds a second has better to do than to trace where. */
const FULL = new AppError('too-many-requests');

/** Lets a bounded number of requests work, a bounded number wait, and turns the rest away at once. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #queue = new Set<() => void>();
  #working = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Requests at work, and requests that wait. */
  get load(): { readonly working: number; readonly waiting: number } {
    return { working: this.#working, waiting: this.#queue.size };
  }

  /** Whether the next request would be turned away. */
  get isFull(): boolean {
    const { concurrency, queueSize } = this.#options;
    return this.#working >= concurrency && this.#queue.size >= queueSize;
  }

  /**
   * Does `work` when there is room for it.
   *
   * @throws AppError `too-many-requests` when the queue is full; the signal's reason when it is aborted before the work
   * has begun.
   */
  async run<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    signal.throwIfAborted();
    await this.#enter(signal);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #enter(signal: AbortSignal): Promise<void> | undefined {
    if (this.#working < this.#options.concurrency) {
      this.#working += 1;
      return undefined;
    }
    if (this.isFull) throw FULL;
    return turnIn(this.#queue, signal);
  }

  /** Hands the place on to whoever waits longest. */
  #leave(): void {
    const [next] = this.#queue;
    if (!next) {
      this.#working -= 1;
      return;
    }
    this.#queue.delete(next);
    next();
  }
}
