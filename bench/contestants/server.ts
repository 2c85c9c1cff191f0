import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { closedLoop, getOnce, nowMs, type Span } from '../load.ts';
import { LANES } from '../photos.ts';
import { FIRST_JOB, type Job } from '../scenarios.ts';
import type { Contestant, ContestantName } from './contestant.ts';

/** How to run a server, and how to ask it. */
export interface ServerRecipe {
  readonly name: ContestantName;
  /** The script that Node runs. */
  readonly script: URL;
  arguments(port: number): string[];
  /**
   * Where a job's answer is found.
   *
   * @param source The file to take it from: the job's own, or a link to it.
   */
  pathOf(job: Job, source: string): string;
}

/** Longer than any server needs, so that one that hangs ends the benchmark. */
const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 20_000;

const RETRY_MS = 2;

/** A server in a process of its own, listening on 127.0.0.1. */
export class Server implements Contestant {
  readonly name: ContestantName;
  readonly origin: string;
  /** From the start of the process to the end of the first picture, in ms. */
  readonly startMs: number;
  readonly #recipe: ServerRecipe;
  readonly #child: ChildProcess;

  private constructor(recipe: ServerRecipe, child: ChildProcess, origin: string, startMs: number) {
    this.name = recipe.name;
    this.origin = origin;
    this.startMs = startMs;
    this.#recipe = recipe;
    this.#child = child;
  }

  /**
   * Starts a server and waits for its first picture.
   *
   * @throws Error with what it wrote to stderr when it ends instead.
   */
  static async start(recipe: ServerRecipe): Promise<Server> {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const spawnedAtMs = nowMs();
    const child = spawn(process.execPath, [fileURLToPath(recipe.script), ...recipe.arguments(port)], {
      stdio: ['ignore', 'ignore', 'pipe'],
      // sharp works on as many pictures at a time as libuv has threads
      env: { ...process.env, UV_THREADPOOL_SIZE: String(LANES.length) },
    });
    const kill = (): boolean => child.kill();
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-4000);
    });
    try {
      await firstAnswer(child, origin, recipe.pathOf(FIRST_JOB, FIRST_JOB.source));
    } catch (cause) {
      child.kill('SIGKILL');
      throw new Error(`${recipe.name} did not start. ${stderr}`, { cause });
    }
    return new Server(recipe, child, origin, nowMs() - spawnedAtMs);
  }

  /** The id of the server's process, whose children are its workers. */
  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.name} has no process`);
    return this.#child.pid;
  }

  answer(job: Job): Promise<Uint8Array> {
    return getOnce(this.origin, this.#recipe.pathOf(job, job.source));
  }

  work(job: Job, span: Span): Promise<number[]> {
    const paths = LANES.map((lane) => this.#recipe.pathOf(job, `${lane}/${job.source}`));
    return closedLoop(this.origin, paths, span);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stop(this.#child, this.name);
  }
}

async function firstAnswer(child: ChildProcess, origin: string, path: string): Promise<void> {
  const limitMs = nowMs() + START_LIMIT_MS;
  for (;;) {
    try {
      await getOnce(origin, path);
      return;
    } catch (error) {
      const isRefused = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
      if (!isRefused || child.exitCode !== null || nowMs() > limitMs) throw error;
      await delay(RETRY_MS);
    }
  }
}

/**
 * Ends a process and waits until it is gone.
 *
 * @throws Error when it does not end on SIGTERM; it is killed then.
 */
export async function stop(child: ChildProcess, name: string): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill();
  const ended = await Promise.race([exit, delay(STOP_LIMIT_MS, undefined, { ref: false })]);
  if (ended) return;
  child.kill('SIGKILL');
  throw new Error(`${name} did not stop within ${STOP_LIMIT_MS} ms`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
