import { AppError } from '../errors.ts';
import { monotonicMs } from '../vips/monotonic-clock.ts';

/** One who waits. */
interface Place<Item> {
  readonly resolve: (item: Item) => void;
  readonly reject: (reason: unknown) => void;
}

/** A line of those who wait for something that is given out one at a time: first come, first served. */
export class WaitingLine<Item> {
  readonly #places = new Set<Place<Item>>();

  get length(): number {
    return this.#places.size;
  }

  /**
   * Waits for the next item that is nobody else's.
   *
   * @param deadlineMs As of {@link monotonicMs}.
   * @throws AppError `timeout` at the deadline, `unavailable` when all are sent away; the signal's reason when aborted.
   */
  wait(deadlineMs: number, signal: AbortSignal): Promise<Item> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        this.#places.delete(place);
      };
      const place: Place<Item> = {
        resolve: (item) => {
          leave();
          resolve(item);
        },
        reject: (reason) => {
          leave();
          reject(reason);
        },
      };
      const onAbort = (): void => place.reject(signal.reason);
      const tooLate = (): void => place.reject(new AppError('timeout', { detail: 'no worker was free in time' }));
      const timer = setTimeout(tooLate, deadlineMs - monotonicMs());
      signal.addEventListener('abort', onAbort, { once: true });
      this.#places.add(place);
    });
  }

  /** Gives an item to whoever has waited longest. @returns false when nobody waits. */
  offer(item: Item): boolean {
    const [first] = this.#places;
    first?.resolve(item);
    return first !== undefined;
  }

  /** Sends everybody away with `unavailable`. @param detail Why, for the log. */
  sendAway(detail: string): void {
    for (const place of this.#places) place.reject(new AppError('unavailable', { detail }));
  }
}
