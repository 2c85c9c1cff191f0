import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stop } from './server-process.ts';
import type { SignedGetResult, SignedGetTask } from './signed-get-loop.ts';

/** As fast as Node reads from S3: signed requests in a loop, without a server around them; see `signed-get-loop.ts`. */
export class SignedGet implements AsyncDisposable {
  readonly #loop: ChildProcess = fork(fileURLToPath(new URL('./signed-get-loop.js', import.meta.url)));

  /** @throws Error when the loop ends: what it met stands on stderr. */
  async work(task: SignedGetTask): Promise<SignedGetResult> {
    const settled = new AbortController();
    const message = once(this.#loop, 'message', settled) as Promise<[SignedGetResult]>;
    const exit = once(this.#loop, 'exit', settled).then(() => {
      throw new Error('the loop of signed requests has ended by itself');
    });
    try {
      this.#loop.send(task);
      const [result] = await Promise.race([message, exit]);
      return result;
    } finally {
      settled.abort();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stop(this.#loop, 'the loop of signed requests');
  }
}
