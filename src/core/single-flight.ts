import { AppError } from '../errors.ts';

/** Keeps a finished flight to join, until a promise that never rejects has settled. */
export type Hold = (until: Promise<void>) => void;

/** Somebody who waits for shared work. */
export interface Caller {
  readonly signal: AbortSignal;
  /** 0 for no limit. */
  readonly timeoutMs: number;
}

/** One piece of work that several wait for. */
interface Flight<Result> {
  readonly result: Promise<Result>;
  readonly controller: AbortController;
  waiters: number;
}

/**
 * Lets callers that want the same thing at the same time share one piece of work. The work belongs to none of them: it
 * goes on while anybody waits, and is aborted when the last one has gone.
 */
export class SingleFlight<Result> {
  readonly #flights = new Map<string, Flight<Result>>();

  /** Pieces of work under way. */
  get size(): number {
    return this.#flights.size;
  }

  /** Whether there is work under way to join. */
  has(key: string): boolean {
    return this.#flights.has(key);
  }

  /**
   * Joins the work under way for `key`, or starts it.
   *
   * @param caller When its signal is aborted or its time is over, the caller leaves and the others stay.
   * @param work Gets the signal of the shared work, and may have its result given to newcomers for longer, such as until
   * it is stored; not called when there is work to join.
   * @throws what the work throws, to all; the signal's reason or AppError `timeout`, to the caller that left.
   */
  async run(
    key: string,
    { signal, timeoutMs }: Caller,
    work: (signal: AbortSignal, hold: Hold) => Promise<Result>,
  ): Promise<Result> {
    signal.throwIfAborted();
    const flight = this.#flights.get(key) ?? this.#start(key, work);
    flight.waiters += 1;
    return new Promise((resolve, reject) => {
      const leave = (reason: unknown): void => {
        this.#leave(key, flight, reason);
        reject(reason);
      };
      const onAbort = (): void => leave(signal.reason);
      if (signal.aborted) return onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      const timer = timeoutMs > 0 ? setTimeout(() => leave(tooLate(timeoutMs)), timeoutMs) : undefined;
      const settle = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      };
      flight.result.then(
        (result) => {
          settle();
          resolve(result);
        },
        (error: unknown) => {
          settle();
          reject(error);
        },
      );
    });
  }

  #start(key: string, work: (signal: AbortSignal, hold: Hold) => Promise<Result>): Flight<Result> {
    const controller = new AbortController();
    const holds: Promise<void>[] = [];
    const land = (): void => {
      // an abandoned flight may already have a successor
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    const result = work(controller.signal, (until) => holds.push(until)).finally(() => {
      if (holds.length === 0) land();
      else void Promise.all(holds).then(land);
    });
    const flight: Flight<Result> = { result, controller, waiters: 0 };
    // whoever waits is told; what the failed work has begun and not ended must stop
    result.catch((error: unknown) => controller.abort(error));
    this.#flights.set(key, flight);
    return flight;
  }

  #leave(key: string, flight: Flight<Result>, reason: unknown): void {
    flight.waiters -= 1;
    if (flight.waiters > 0) return;
    // whoever comes next must not join work that is being given up
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
    flight.controller.abort(reason);
  }
}

function tooLate(timeoutMs: number): AppError {
  return new AppError('timeout', { detail: `the request took over ${timeoutMs} ms` });
}
