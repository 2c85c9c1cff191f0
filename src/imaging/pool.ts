import { withTimeout } from '../core/deadline.ts';
import { AppError } from '../errors.ts';
import { monotonicMs } from '../vips/monotonic-clock.ts';
import type { Message } from './message.ts';
import { residentBytes } from './resident-memory.ts';
import { type StartOptions, startWorker } from './start-worker.ts';
import { WaitingLine } from './waiting-line.ts';
import { type WorkerExit, WorkerGone, type WorkerProcess } from './worker-process.ts';

/** How many workers, and when to end one. */
export interface PoolOptions extends StartOptions {
  readonly size: number;
  /** Resident memory at which a busy worker is killed; 0 for no limit. Enforced on Linux, by looking every 100 ms. */
  readonly maxMemoryBytes: number;
  /** Resident memory after a job at which a worker is replaced; 0 for never. */
  readonly recycleMemoryBytes: number;
  /** Jobs after which a worker is replaced; 0 for never. */
  readonly recycleJobs: number;
  /** Told of every worker that ended, wanted or not. */
  onExit?(exit: WorkerExit): void;
  /** Told of every worker that did not start in the place of another; it is tried again. */
  onStartFailure?(error: Error): void;
}

/** What an answer tells the pool beside what it tells the caller. */
interface Answer {
  readonly residentBytes: number;
}

/** A worker and what the pool knows of it. */
interface Member {
  readonly worker: WorkerProcess;
  jobs: number;
  isBusy: boolean;
  /** `leaving` works on until its successor is ready, `replaced` ends after its job. */
  state: 'staying' | 'leaving' | 'replaced';
}

/** How often busy workers' memory is looked at. */
const MEMORY_CHECK_MS = 100;

/** How long a job that nobody waits for may go on: most end sooner, and a new worker costs more. */
const ABANDONED_GRACE_MS = 1_000;

/** A worker may say itself that the time is up, which costs no new one; it is killed when it has not by then. */
const TIMEOUT_GRACE_MS = 1_000;

/** The pause before a worker that failed to start is tried again doubles from the first to the last of these. */
const RESTART_PAUSE_MS = { first: 100, last: 5_000 };

/**
 * Child processes that answer one message at a time each. A worker that crashes, works past its job's deadline or grows
 * too large takes its one job along and is replaced. Jobs wait in line, first come, first served.
 */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #members = new Set<Member>();
  /** Every process that has not ended, those starting and those that were replaced included. */
  readonly #alive = new Set<WorkerProcess>();
  readonly #line = new WaitingLine<Member>();
  readonly #memoryCheck: NodeJS.Timeout | undefined;
  /** Workers that are not ready yet. */
  #starting = 0;
  /** Why the last one did not start; undefined when it did. */
  #startFailure: Error | undefined;
  #isClosed = false;

  /** Call {@link start} before anything else. */
  constructor(options: PoolOptions) {
    this.#options = options;
    if (options.maxMemoryBytes > 0) {
      this.#memoryCheck = setInterval(() => this.#killTheLarge(), MEMORY_CHECK_MS).unref();
    }
  }

  /** Starts all workers. @throws the first error that a worker or its setup met; all workers have ended then. */
  async start(): Promise<void> {
    const starts = Array.from({ length: this.#options.size }, () => this.#addMember());
    try {
      await Promise.all(starts);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Workers that have a job, and jobs that wait for one. */
  get load(): { readonly busy: number; readonly waiting: number } {
    return { busy: [...this.#members].filter(({ isBusy }) => isBusy).length, waiting: this.#line.length };
  }

  /** Process ids of the workers that are ready. */
  get pids(): number[] {
    return [...this.#members].flatMap(({ worker }) => worker.pid ?? []);
  }

  /**
   * Has a worker answer a message.
   *
   * @param deadlineMs As of {@link monotonicMs}; the worker is killed a second later if it has not answered by then.
   * @param signal Aborted when nobody wants the answer any more.
   * @throws AppError `timeout`, `max-memory-exceeded`, `internal` when the worker crashed, `unavailable` after
   * {@link close} and while there is no worker because none starts; the signal's reason when it is aborted.
   */
  async run<Data extends Answer>(
    message: Message<unknown>,
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<Message<Data>> {
    const hopeless = this.#isClosed ? 'the workers have been stopped' : this.#outage;
    if (hopeless !== undefined) throw new AppError('unavailable', { detail: hopeless });
    signal.throwIfAborted();
    const member = this.#takeIdle() ?? (await this.#line.wait(deadlineMs, signal));
    const answer = this.#request<Data>(member, message, deadlineMs, signal);
    try {
      return await withTimeout(signal, Math.max(1, deadlineMs - monotonicMs()), 'a job', () => answer);
    } catch (error) {
      throw error instanceof WorkerGone ? failureOf(error) : error;
    }
  }

  /** Refuses jobs that wait and ends all workers, killing those still busy. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#memoryCheck);
    this.#line.sendAway('the workers have been stopped');
    const idle = new Set([...this.#members].filter(({ isBusy }) => !isBusy).map(({ worker }) => worker));
    const ends = [...this.#alive].map((worker) => {
      if (idle.has(worker)) worker.retire('shutdown');
      else worker.kill('shutdown');
      return worker.exited;
    });
    await Promise.all(ends);
  }

  /** Sees a job through in its worker, whether or not anybody still waits for it. */
  async #request<Data extends Answer>(
    member: Member,
    message: Message<unknown>,
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<Message<Data>> {
    const { worker } = member;
    const deadline = setTimeout(() => worker.kill('timeout'), deadlineMs + TIMEOUT_GRACE_MS - monotonicMs());
    let grace: NodeJS.Timeout | undefined;
    const onAbort = (): void => {
      grace = setTimeout(() => worker.kill('abandoned'), ABANDONED_GRACE_MS);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const answer = await worker.request<Data>(message);
      this.#release(member, answer.data.residentBytes);
      return answer;
    } finally {
      clearTimeout(deadline);
      clearTimeout(grace);
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Why nobody need wait for a worker; undefined while there is one, or one about to be. */
  get #outage(): string | undefined {
    if (this.#members.size > 0 || this.#starting > 0 || !this.#startFailure) return undefined;
    return `no worker is left, and none starts: ${this.#startFailure.message}`;
  }

  async #addMember(): Promise<void> {
    this.#starting += 1;
    try {
      const worker = await startWorker(this.#options, (started) => {
        this.#alive.add(started);
        if (this.#isClosed) started.kill('shutdown');
        void started.exited.then(() => this.#alive.delete(started));
      });
      this.#startFailure = undefined;
      this.#join(worker);
    } catch (error) {
      this.#startFailure = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      this.#starting -= 1;
    }
  }

  #join(worker: WorkerProcess): void {
    if (this.#isClosed) {
      worker.kill('shutdown');
      return;
    }
    const member: Member = { worker, jobs: 0, isBusy: false, state: 'staying' };
    this.#members.add(member);
    void worker.exited.then((exit) => this.#onExit(member, exit));
    this.#offer(member);
  }

  #onExit(member: Member, exit: WorkerExit): void {
    this.#members.delete(member);
    this.#options.onExit?.(exit);
    if (member.state === 'staying') this.#restart(RESTART_PAUSE_MS.first);
  }

  /** Starts a worker in the place of one that is gone, however often it takes. */
  #restart(pauseMs: number): void {
    if (this.#isClosed) return;
    this.#addMember().catch((error: unknown) => {
      this.#onStartFailure(error);
      const longer = Math.min(RESTART_PAUSE_MS.last, pauseMs * 2);
      setTimeout(() => this.#restart(longer), pauseMs).unref();
    });
  }

  /** Those who wait for the first worker of many that do not start are told at once. */
  #onStartFailure(error: unknown): void {
    if (this.#isClosed) return;
    this.#options.onStartFailure?.(error instanceof Error ? error : new Error(String(error)));
    if (this.#outage !== undefined) this.#line.sendAway(this.#outage);
  }

  #takeIdle(): Member | undefined {
    const idle = [...this.#members].find(({ isBusy }) => !isBusy);
    if (idle) idle.isBusy = true;
    return idle;
  }

  #release(member: Member, residentMemory: number): void {
    const { recycleJobs, recycleMemoryBytes } = this.#options;
    member.jobs += 1;
    const isWornOut = recycleJobs > 0 && member.jobs >= recycleJobs;
    const isLarge = recycleMemoryBytes > 0 && residentMemory > recycleMemoryBytes;
    if (member.state === 'replaced') this.#retire(member);
    else {
      if ((isWornOut || isLarge) && member.state === 'staying') this.#replace(member);
      this.#offer(member);
    }
  }

  /** Gives a free worker to the job that has waited longest. */
  #offer(member: Member): void {
    member.isBusy = true;
    member.isBusy = this.#line.offer(member);
  }

  /** Starts a successor first, so that there is never a worker less. */
  #replace(member: Member): void {
    if (this.#isClosed) return;
    member.state = 'leaving';
    this.#addMember().then(
      () => {
        member.state = 'replaced';
        if (!member.isBusy) this.#retire(member);
      },
      (error: unknown) => {
        this.#onStartFailure(error);
        member.state = 'staying'; // better a large worker than none
        if (!this.#members.has(member)) this.#restart(RESTART_PAUSE_MS.first);
      },
    );
  }

  #retire(member: Member): void {
    this.#members.delete(member);
    member.worker.retire('recycled');
  }

  #killTheLarge(): void {
    for (const { worker, isBusy } of this.#members) {
      const resident = isBusy && worker.pid !== undefined ? residentBytes(worker.pid) : undefined;
      if (resident !== undefined && resident > this.#options.maxMemoryBytes) worker.kill('memory');
    }
  }
}

function failureOf(gone: WorkerGone): AppError {
  const detail = gone.message;
  switch (gone.exit.killed) {
    case 'timeout':
      return new AppError('timeout', { detail });
    case 'memory':
      return new AppError('max-memory-exceeded', { detail });
    case 'shutdown':
    case 'recycled':
    case 'abandoned':
      return new AppError('unavailable', { detail });
    case undefined:
      return new AppError('internal', { publicMessage: 'the picture could not be processed', detail });
  }
}
