import { unlessAborted } from '../core/unless-aborted.ts';
import { AppError } from '../errors.ts';
import type { Message } from './message.ts';
import { residentBytes } from './resident-memory.ts';
import { WaitingLine } from './waiting-line.ts';
import { type WorkerExit, WorkerGone, type WorkerOptions, WorkerProcess } from './worker-process.ts';

/** How many workers, and when to end one. */
export interface PoolOptions extends WorkerOptions {
  readonly size: number;
  /** The first message to each worker. */
  readonly setup: Message<unknown>;
  /** Looks at a worker's answer to its setup. @throws Error when the worker is of no use. */
  acceptSetup(answer: Message<unknown>): void;
  /** Resident memory at which a busy worker is killed; 0 for no limit. Enforced on Linux, by looking every 100 ms. */
  readonly maxMemoryBytes: number;
  /** Resident memory after a job at which a worker is replaced; 0 for never. */
  readonly recycleMemoryBytes: number;
  /** Jobs after which a worker is replaced; 0 for never. */
  readonly recycleJobs: number;
  /** Told of every worker that ended, wanted or not. */
  onExit?(exit: WorkerExit): void;
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
   * @param deadlineMs As of Date.now(); the worker is killed then.
   * @param signal Aborted when nobody wants the answer any more.
   * @throws AppError `timeout`, `max-memory-exceeded`, `unavailable` after {@link close}, `internal` when the worker
   * crashed; the signal's reason when it is aborted.
   */
  async run<Data extends Answer>(
    message: Message<unknown>,
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<Message<Data>> {
    if (this.#isClosed) throw new AppError('unavailable');
    signal.throwIfAborted();
    const member = this.#takeIdle() ?? (await this.#line.wait(deadlineMs, signal));
    const answer = this.#request<Data>(member, message, deadlineMs, signal);
    try {
      return await unlessAborted(answer, signal);
    } catch (error) {
      throw error instanceof WorkerGone ? failureOf(error) : error;
    }
  }

  /** Refuses jobs that wait and ends all workers, killing those still busy. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#memoryCheck);
    this.#line.close();
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
    const deadline = setTimeout(() => worker.kill('timeout'), deadlineMs - Date.now());
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

  async #addMember(): Promise<void> {
    const worker = new WorkerProcess(this.#options);
    this.#alive.add(worker);
    void worker.exited.then(() => this.#alive.delete(worker));
    try {
      this.#options.acceptSetup(await worker.request(this.#options.setup));
    } catch (error) {
      worker.kill('shutdown');
      throw error;
    }
    if (this.#isClosed) return worker.kill('shutdown');
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
    this.#addMember().catch(() => {
      const longer = Math.min(RESTART_PAUSE_MS.last, pauseMs * 2);
      setTimeout(() => this.#restart(longer), pauseMs).unref();
    });
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
      () => {
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
