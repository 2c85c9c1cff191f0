import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stop } from './server-process.ts';

/** A process that does one task after the other: what it is sent, and what it answers with. */
export class ForkedLoop<Task extends object, Result> implements AsyncDisposable {
  readonly #name: string;
  readonly #child: ChildProcess;

  /** @param script Beside this file: `limit-loop.js`. */
  constructor(script: string, ...args: string[]) {
    this.#name = script;
    const file = fileURLToPath(new URL(script, import.meta.url));
    this.#child = fork(file, args, { serialization: 'advanced' });
  }

  /** @throws Error when the process ends instead; what it met stands on stderr. */
  async run(task: Task): Promise<Result> {
    const settled = new AbortController();
    const message = once(this.#child, 'message', settled) as Promise<[Result]>;
    const exit = once(this.#child, 'exit', settled).then(() => {
      throw new Error(`${this.#name} has ended by itself`);
    });
    try {
      this.#child.send(task);
      const [result] = await Promise.race([message, exit]);
      return result;
    } finally {
      settled.abort();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stop(this.#child, this.#name);
  }
}
