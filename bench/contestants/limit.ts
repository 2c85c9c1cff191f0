import { availableParallelism } from 'node:os';
import type { Span } from '../load.ts';
import type { Job } from '../scenarios.ts';
import type { Contestant } from './contestant.ts';
import { ForkedLoop } from './forked-loop.ts';
import type { LimitResult, LimitTask } from './limit-loop.ts';

/** As fast as this machine can be: libvips in a loop, one process a core, the source in memory, no server. */
export class Limit implements Contestant {
  readonly name = 'limit';
  readonly #loops: readonly ForkedLoop<LimitTask, LimitResult>[];

  constructor(photos: string) {
    this.#loops = Array.from({ length: availableParallelism() }, () => new ForkedLoop('./limit-loop.js', photos));
  }

  async answer(job: Job): Promise<Uint8Array> {
    const [first] = this.#loops;
    if (!first) throw new Error('there are no loops');
    return (await first.run({ job, span: { seconds: 0, answers: 1 } })).answer;
  }

  async work(job: Job, span: Span): Promise<number[]> {
    // each loop needs two, for there to be a rate
    const answers = Math.max(2, Math.ceil(span.answers / this.#loops.length));
    const results = await Promise.all(this.#loops.map((loop) => loop.run({ job, span: { ...span, answers } })));
    // once the first loop has ended, the others have the machine to themselves
    const endMs = Math.min(...results.map(({ completedAtMs }) => completedAtMs.at(-1) ?? 0));
    const all = results.flatMap(({ completedAtMs }) => completedAtMs);
    return all.filter((time) => time <= endMs).sort((a, b) => a - b);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#loops.map((loop) => loop[Symbol.asyncDispose]()));
  }
}
