import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Lifetime } from './lifetime.ts';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

/** How a program ended, and what it wrote. */
export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A line of the server's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string };

/** A server as users start it. */
export interface ImagorProcess {
  readonly pid: number;
  readonly port: number;
  /** `http://127.0.0.1:port`, without a final slash. */
  readonly url: string;
  /** All lines so far. */
  readonly log: readonly LogLine[];
  /** The first such line, which may be yet to come. */
  logged(msg: string, isIt?: (line: LogLine) => boolean): Promise<LogLine>;
  /** Sends a signal; does not wait. */
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

/** The program sees no environment but this one: what the machine sets must not change a test. */
function spawnImagor(
  flags: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
  starter: readonly string[] = [],
): ChildProcess {
  const [program = '', ...args] = [...starter, process.execPath, CLI, ...flags];
  return spawn(program, args, { cwd, env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
}

async function watch(child: ChildProcess): Promise<Ended> {
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { exitCode, signal, ...output };
}

/** Runs the program until it ends by itself: a command, `-h`, or a start that fails. */
export async function runImagor(
  flags: readonly string[],
  env: Readonly<Record<string, string>> = {},
  stdin: string = '',
): Promise<Ended> {
  const child = spawnImagor(flags, env, tmpdir());
  child.stdin?.on('error', () => {}).end(stdin); // it may not read what it is given
  return watch(child);
}

/**
 * Starts a server on a free port, and stops it with its test.
 *
 * @param starter A command that starts the command behind it in its own place, by `exec`.
 * @throws Error with what it wrote to stderr when it ends before it listens.
 */
export async function startImagor(
  test: Lifetime,
  flags: readonly string[],
  env: Readonly<Record<string, string>> = {},
  starter: readonly string[] = [],
): Promise<ImagorProcess> {
  const where = { PORT: '0', SERVER_ADDRESS: '127.0.0.1' };
  const child = spawnImagor(flags, { ...where, ...env }, tmpdir(), starter);
  child.stdin?.end();
  const ended = watch(child);
  test.after(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const log: LogLine[] = [];
  const arrivals = new EventEmitter();
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    const fields = JSON.parse(line) as Record<string, unknown>;
    const entry = { ...fields, msg: String(fields['msg'] ?? fields['message']) }; // LOG_ECS has the other name
    log.push(entry);
    arrivals.emit('line', entry);
  });
  const logged: ImagorProcess['logged'] = async (msg, isIt = () => true) => {
    for (;;) {
      const found = log.find((line) => line.msg === msg && isIt(line));
      if (found) return found;
      await once(arrivals, 'line');
    }
  };
  const port = await Promise.race([
    logged('listening').then((line) => Number(line['port'] ?? line['imagor.port'])),
    ended.then(({ stderr }) => Promise.reject(new Error(`the server did not start: ${stderr}`))),
  ]);
  return {
    pid: child.pid as number,
    port,
    url: `http://127.0.0.1:${port}`,
    log,
    logged,
    kill: (signal) => void child.kill(signal),
    ended,
  };
}

/** Makes a directory that is removed with its test. */
export async function makeDir(test: Lifetime): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'imagor-ts-e2e-'));
  test.after(() => rm(dir, { recursive: true }));
  return dir;
}
