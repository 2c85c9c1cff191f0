import type { Lifetime } from '../support/lifetime.ts';

/** What servers and files of a fuzz run go with. */
export class RunLifetime implements Lifetime {
  readonly #callbacks: (() => Promise<unknown>)[] = [];

  after(callback: () => Promise<unknown>): void {
    this.#callbacks.push(callback);
  }

  /** Ends everything, the last first. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const callback of this.#callbacks.splice(0).reverse()) await callback();
  }
}
