import { fileURLToPath } from 'node:url';
import type { ProcessInput, ProcessOutput, Processor } from '../core/ports.ts';
import { AppError } from '../errors.ts';
import type { Job, JobAnswer, Setup, SetupAnswer } from './job.ts';
import type { ImagingOptions } from './options.ts';
import { WorkerPool } from './pool.ts';
import type { WorkerExit } from './worker-process.ts';

/** How to run the decoder processes. */
export interface ProcessorOptions {
  /** Worker processes, each for one picture at a time. */
  readonly workers: number;
  /** A libvips of your own; undefined for the one npm installed. */
  readonly libvipsPath: string | undefined;
  readonly imaging: ImagingOptions;
  /** Milliseconds that one picture may take, waiting for a worker included. */
  readonly timeoutMs: number;
  readonly maxMemoryBytes: number;
  readonly recycleMemoryBytes: number;
  readonly recycleJobs: number;
  /** All that workers get to see of the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Told of every worker that ended. */
  onWorkerExit?(exit: WorkerExit): void;
}

/** A {@link Processor} with its workers running, and what there is to tell about them. */
export interface WorkerProcessor extends Processor {
  /** Of the libvips in use, `8.18.2`. */
  readonly libvipsVersion: string;
  readonly load: WorkerPool['load'];
  readonly pids: number[];
}

/**
 * Starts the decoder processes.
 *
 * @throws Error with one sentence when they cannot start, such as for want of a libvips.
 */
export async function startProcessor(options: ProcessorOptions): Promise<WorkerProcessor> {
  let libvipsVersion = '';
  const setup: Setup = { libvipsPath: options.libvipsPath, options: options.imaging };
  const pool = new WorkerPool({
    entry: fileURLToPath(new URL('./worker.js', import.meta.url)),
    env: options.env,
    size: options.workers,
    setup: { data: setup, blobs: [] },
    acceptSetup(message) {
      const answer = message.data as SetupAnswer;
      if ('failure' in answer) throw new Error(answer.failure);
      libvipsVersion = answer.version;
    },
    maxMemoryBytes: options.maxMemoryBytes,
    recycleMemoryBytes: options.recycleMemoryBytes,
    recycleJobs: options.recycleJobs,
    ...(options.onWorkerExit ? { onExit: options.onWorkerExit } : {}),
  });
  await pool.start();
  return {
    libvipsVersion,
    get load() {
      return pool.load;
    },
    get pids() {
      return pool.pids;
    },
    process: (input, signal) => run(pool, input, Date.now() + options.timeoutMs, signal),
    close: () => pool.close(),
  };
}

/** libvips gives up this long before the process is killed, so that the worker lives to say so. */
const SOFT_DEADLINE_MS = 100;

async function run(
  pool: WorkerPool,
  { params, source, images }: ProcessInput,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<ProcessOutput> {
  const job: Job = { params, imageKeys: [...images.keys()], deadlineMs: deadlineMs - SOFT_DEADLINE_MS };
  const { data, blobs } = await pool.run<JobAnswer>(
    { data: job, blobs: [source, ...images.values()] },
    deadlineMs,
    signal,
  );
  if ('error' in data) {
    const { code, ...options } = data.error;
    throw new AppError(code, options);
  }
  const [bytes = new Uint8Array()] = blobs;
  return { bytes, contentType: data.contentType };
}
