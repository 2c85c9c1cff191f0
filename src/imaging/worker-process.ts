import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { CHANNEL_FD } from './channel.ts';
import { encodeMessage, type Message } from './message.ts';
import { MessageReader } from './message-reader.ts';

/** How to start a worker. */
export interface WorkerOptions {
  /** The compiled entry file. */
  readonly entry: string;
  /** The whole environment of the process: nothing is inherited, credentials least of all. */
  readonly env: Readonly<Record<string, string>>;
}

/** Why a worker was stopped on purpose. */
export type KillCause = 'timeout' | 'memory' | 'abandoned' | 'recycled' | 'shutdown';

/** How a worker's process ended. */
export interface WorkerExit {
  /** Undefined for a crash. */
  readonly killed: KillCause | undefined;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last it wrote to its stderr, for the log. */
  readonly stderr: string;
}

/** Thrown by {@link WorkerProcess.request} when the process ended before it answered. */
export class WorkerGone extends Error {
  readonly exit: WorkerExit;

  constructor(exit: WorkerExit) {
    super(`a worker ended (${exit.killed ?? exit.signal ?? exit.exitCode}) ${exit.stderr}`.trim());
    this.name = 'WorkerGone';
    this.exit = exit;
  }
}

/** Characters of stderr kept. */
const STDERR_TAIL = 2_000;

/** What a process gets to end by itself: one that is stopped, or hangs, would never do so. */
const RETIRE_GRACE_MS = 1_000;

/** One child process that answers one message at a time. */
export class WorkerProcess {
  /** Settles when the process has ended; never rejects. */
  readonly exited: Promise<WorkerExit>;
  readonly #child: ChildProcess;
  readonly #channel: Socket;
  #answer: { resolve(message: Message<unknown>): void; reject(error: WorkerGone): void } | undefined;
  #killed: KillCause | undefined;
  #stderr = '';

  constructor({ entry, env }: WorkerOptions) {
    this.#child = spawn(process.execPath, [entry], {
      env: { ...env },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    });
    this.exited = this.#watch();
    // a process for which there are no descriptors left has no channel either; why not, its `error` tells in a moment
    this.#channel = (this.#child.stdio?.[CHANNEL_FD] as Socket | undefined) ?? new Socket();
    const reader = new MessageReader<unknown>((message) => {
      const answer = this.#answer;
      this.#answer = undefined;
      answer?.resolve(message);
    });
    this.#channel.on('data', (chunk: Uint8Array) => reader.push(chunk));
    // a worker that dies takes its end of the socket along; `exited` tells why
    this.#channel.on('error', () => {});
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_TAIL);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * Sends a message and waits for the answer; one at a time.
   *
   * @throws WorkerGone when the process ends first.
   */
  request<Answer>(message: Message<unknown>): Promise<Message<Answer>> {
    return new Promise((resolve, reject) => {
      this.#answer = { resolve: resolve as (message: Message<unknown>) => void, reject };
      this.#channel.cork();
      for (const chunk of encodeMessage(message)) this.#channel.write(chunk);
      this.#channel.uncork();
    });
  }

  /** Ends the process at once, whatever it is doing. */
  kill(cause: KillCause): void {
    this.#killed ??= cause;
    this.#child.kill('SIGKILL');
  }

  /** Lets an idle process end by itself: it does when its channel closes. One that does not is killed. */
  retire(cause: 'recycled' | 'shutdown'): void {
    this.#killed ??= cause;
    this.#channel.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), RETIRE_GRACE_MS);
    void this.exited.then(() => clearTimeout(timer));
  }

  #watch(): Promise<WorkerExit> {
    return new Promise((resolve) => {
      const end = (exitCode: number | null, signal: NodeJS.Signals | null): void => {
        const exit = { killed: this.#killed, exitCode, signal, stderr: this.#stderr.trim() };
        resolve(exit);
        this.#answer?.reject(new WorkerGone(exit));
        this.#answer = undefined;
      };
      this.#child.once('close', end);
      this.#child.on('error', (error) => {
        this.#stderr = error.message; // it could not even be started
        end(null, null);
      });
    });
  }
}
