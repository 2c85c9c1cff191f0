import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { getOnce, nowMs } from '../load.ts';

/** How to run a server. */
export interface ServerProgram {
  readonly name: string;
  /** The script that Node runs. */
  readonly script: URL;
  arguments(port: number): string[];
  /** Beside the bench's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Flags of Node itself, such as `--cpu-prof`. */
  readonly nodeFlags?: readonly string[];
}

/** Longer than any server needs, so that one that hangs ends the benchmark. */
const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 20_000;

const RETRY_MS = 2;

/** A server in a process of its own, listening on 127.0.0.1; it ends with the bench if not before. */
export class ServerProcess implements AsyncDisposable {
  readonly name: string;
  readonly origin: string;
  /** From the start of the process to the end of the first answer, in ms. */
  readonly startMs: number;
  readonly #child: ChildProcess;

  private constructor(name: string, child: ChildProcess, origin: string, startMs: number) {
    this.name = name;
    this.origin = origin;
    this.startMs = startMs;
    this.#child = child;
  }

  /**
   * Starts a server and waits until it has answered.
   *
   * @param path What it is asked for first; has to be answered with 200.
   * @throws Error with what it wrote to stderr when it ends instead.
   */
  static async start(program: ServerProgram, path: string): Promise<ServerProcess> {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const spawnedAtMs = nowMs();
    const args = [...(program.nodeFlags ?? []), fileURLToPath(program.script), ...program.arguments(port)];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...program.env },
    });
    const kill = (): boolean => child.kill();
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-4000);
    });
    try {
      await firstAnswer(child, origin, path);
    } catch (cause) {
      child.kill('SIGKILL');
      throw new Error(`${program.name} did not start. ${stderr}`, { cause });
    }
    return new ServerProcess(program.name, child, origin, nowMs() - spawnedAtMs);
  }

  /** The id of the server's process, whose children are its workers. */
  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.name} has no process`);
    return this.#child.pid;
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
