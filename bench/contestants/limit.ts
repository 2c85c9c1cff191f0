import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Span } from '../load.ts';
import type { Job } from '../scenarios.ts';
import type { Contestant } from './contestant.ts';
import type { LimitResult, LimitTask } from './limit-loop.ts';
import { stop } from './server-process.ts';

/** As fast as this machine can be: libvips in a loop, one process a core, the source in memory, no server. */
export class Limit implements Contestant {
  readonly name = 'limit';
  readonly #loops: readonly ChildProcess[];

  constructor(photos: string) {
    const script = fileURLToPath(new URL('./limit-loop.js', import.meta.url));
    this.#loops = Array.from({ length: availableParallelism() }, () =>
      fork(script, [photos], { serialization: 'advanced' }),
    );
  }

  async answer(job: Job): Promise<Uint8Array> {
    const [first] = this.#loops;
    if (!first) throw new Error('there are no loops');
    return (await run(first, { job, span: { seconds: 0, answers: 1 } })).answer;
  }

  async work(job: Job, span: Span): Promise<number[]> {
    // each loop needs two, for there to be a rate
    const answers = Math.max(2, Math.ceil(span.answers / this.#loops.length));
    const results = await Promise.all(this.#loops.map((loop) => run(loop, { job, span: { ...span, answers } })));
    // once the first loop has ended, the others have the machine to themselves
    const endMs = Math.min(...results.map(({ completedAtMs }) => completedAtMs.at(-1) ?? 0));
    const all = results.flatMap(({ completedAtMs }) => completedAtMs);
    return all.filter((time) => time <= endMs).sort((a, b) => a - b);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#loops.map((loop) => stop(loop, 'a loop')));
  }
}

async function run(loop: ChildProcess, task: LimitTask): Promise<LimitResult> {
  const settled = new AbortController();
  const message = once(loop, 'message', settled) as Promise<[LimitResult]>;
  const exit = once(loop, 'exit', settled).then(() => {
    throw new Error('a libvips loop has ended by itself');
  });
  try {
    loop.send(task);
    const [result] = await Promise.race([message, exit]);
    return result;
  } finally {
    settled.abort();
  }
}
