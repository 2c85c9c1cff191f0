import { closedLoop, getOnce, type Span } from '../load.ts';
import { LANES } from '../photos.ts';
import { FIRST_JOB, type Job } from '../scenarios.ts';
import type { Contestant, ContestantName } from './contestant.ts';
import { ServerProcess, type ServerProgram } from './server-process.ts';

/** How to run a server, and how to ask it. */
export interface ServerRecipe extends ServerProgram {
  readonly name: ContestantName;
  /**
   * Where a job's answer is found.
   *
   * @param source The file to take it from: the job's own, or a link to it.
   */
  pathOf(job: Job, source: string): string;
}

/** A server of pictures. */
export class Server implements Contestant {
  readonly name: ContestantName;
  readonly #recipe: ServerRecipe;
  readonly #process: ServerProcess;

  private constructor(recipe: ServerRecipe, process: ServerProcess) {
    this.name = recipe.name;
    this.#recipe = recipe;
    this.#process = process;
  }

  /**
   * Starts a server and waits for its first picture.
   *
   * @throws Error with what it wrote to stderr when it ends instead.
   */
  static async start(recipe: ServerRecipe): Promise<Server> {
    // sharp works on as many pictures at a time as libuv has threads
    const env = { ...recipe.env, UV_THREADPOOL_SIZE: String(LANES.length) };
    return new Server(
      recipe,
      await ServerProcess.start({ ...recipe, env }, recipe.pathOf(FIRST_JOB, FIRST_JOB.source)),
    );
  }

  get origin(): string {
    return this.#process.origin;
  }

  /** From the start of the process to the end of the first picture, in ms. */
  get startMs(): number {
    return this.#process.startMs;
  }

  /** The id of the server's process, whose children are its workers. */
  get pid(): number {
    return this.#process.pid;
  }

  answer(job: Job): Promise<Uint8Array> {
    return getOnce(this.origin, this.#recipe.pathOf(job, job.source));
  }

  work(job: Job, span: Span): Promise<number[]> {
    const paths = LANES.map((lane) => this.#recipe.pathOf(job, `${lane}/${job.source}`));
    return closedLoop(this.origin, paths, span);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }
}
