import { fileURLToPath } from 'node:url';
import type { KeptKeys, ProcessInput, ProcessOutput, Processor } from '../core/ports.ts';
import type { ImageParams } from '../endpoint/params.ts';
import { AppError } from '../errors.ts';
import { monotonicMs } from '../vips/monotonic-clock.ts';
import { type FontConfiguration, writeFontConfiguration } from './fonts.ts';
import type { DetectionSetup, JobAnswer, JobError, KeepAnswer, Setup, SetupAnswer, TraceAnswer } from './job.ts';
import type { Message } from './message.ts';
import type { ImagingOptions } from './options.ts';
import { PictureCache, type PictureCacheOptions } from './picture-cache.ts';
import { type Ask, KeepingProcess } from './picture-cache-process.ts';
import { WorkerPool } from './pool.ts';
import type { SupposedSource } from './stand-in.ts';
import type { TracedStep } from './trace.ts';
import type { WorkerExit } from './worker-process.ts';

/** How to run the decoder processes. */
export interface ProcessorOptions {
  /** Worker processes, each for one picture at a time. */
  readonly workers: number;
  /** A libvips of your own; undefined for the one npm installed. */
  readonly libvipsPath: string | undefined;
  /** Threads of libvips in each worker; 1 without it. */
  readonly threads?: number;
  readonly imaging: ImagingOptions;
  /**
   * Milliseconds that one picture may take, waiting for a worker included. libvips stops a little before, and the
   * worker lives on; one that has not stopped a second later is killed.
   */
  readonly timeoutMs: number;
  readonly maxMemoryBytes: number;
  readonly recycleMemoryBytes: number;
  readonly recycleJobs: number;
  /** All that workers get to see of the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Decoded pictures to keep between requests; none without it, or without room for any. */
  readonly pictures?: PictureCacheOptions;
  /** Where to find what is in pictures; nothing is found without it. */
  readonly detection?: DetectionSetup;
  /** Fonts for text filters, beside the machine's and those that came along. */
  readonly fontFolder?: string | undefined;
  /** Told of every worker that ended. */
  onWorkerExit?(exit: WorkerExit): void;
  /** Told of every worker that did not start in the place of another. */
  onWorkerStartFailure?(error: Error): void;
}

/** A {@link Processor} with its workers running, and what there is to tell about them. */
export interface WorkerProcessor extends Processor {
  /** Of the libvips in use, `8.18.2`. */
  readonly libvipsVersion: string;
  /** The kernel keeps workers from opening sockets. */
  readonly isOffline: boolean;
  readonly load: WorkerPool['load'];
  readonly pids: number[];
  /** Bytes of decoded pictures that are kept. */
  readonly keptBytes: number;
  kept(params: ImageParams, variant: string): KeptKeys;
  /**
   * Takes every step of a picture but the last, and tells the size after each.
   *
   * @param supposed Stands in for the source where there is none; sizes do not depend on images laid over then.
   * @throws AppError `timeout`, `internal` where a worker was lost; the signal's reason.
   */
  trace(
    input: Omit<ProcessInput, 'keeping'>,
    supposed: SupposedSource | undefined,
    signal: AbortSignal,
  ): Promise<TracedPicture>;
}

/** How the size of a picture comes about. */
export interface TracedPicture {
  readonly steps: readonly TracedStep[];
  /** Why there are no more steps. */
  readonly failure: AppError | undefined;
}

/**
 * Starts the decoder processes.
 *
 * @throws Error with one sentence when they cannot start, such as for want of a libvips.
 */
export async function startProcessor(options: ProcessorOptions): Promise<WorkerProcessor> {
  let libvipsVersion = '';
  let isOffline = true;
  const cache = options.pictures?.maxBytes ? await openCache(options.pictures) : undefined;
  const setup: Setup = {
    libvipsPath: options.libvipsPath,
    options: options.imaging,
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    pictures: cache?.files,
    ...(options.detection ? { detection: options.detection } : {}),
  };
  const fonts = await findFonts(options);
  const pool = new WorkerPool({
    entry: fileURLToPath(new URL('./worker.js', import.meta.url)),
    env: { ...options.env, ...fonts?.env },
    size: options.workers,
    setup: { data: setup, blobs: [] },
    acceptSetup(message) {
      const answer = message.data as SetupAnswer;
      if ('failure' in answer) throw new Error(answer.failure);
      libvipsVersion = answer.version;
      isOffline &&= answer.isOffline;
    },
    maxMemoryBytes: options.maxMemoryBytes,
    recycleMemoryBytes: options.recycleMemoryBytes,
    recycleJobs: options.recycleJobs,
    startTimeoutMs: START_TIMEOUT_MS,
    ...(fonts ? { beforeStart: fonts.ensure } : {}),
    ...(options.onWorkerExit ? { onExit: options.onWorkerExit } : {}),
    ...(options.onWorkerStartFailure ? { onStartFailure: options.onWorkerStartFailure } : {}),
  });
  const ask: Ask = async (job, blobs, deadlineMs, signal) => {
    await fonts?.ensure();
    return request(pool, job, blobs, deadlineMs, signal);
  };
  const keeping = cache && new KeepingProcess(cache, options.imaging, options.timeoutMs, ask);
  const close = async (): Promise<void> => {
    await pool.close();
    await cache?.close();
    await fonts?.remove();
  };
  try {
    await pool.start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    libvipsVersion,
    isOffline,
    get load() {
      return pool.load;
    },
    get pids() {
      return pool.pids;
    },
    get keptBytes() {
      return cache?.bytes ?? 0;
    },
    kept: (params, variant) => keeping?.kept(params, variant) ?? NOTHING_KEPT,
    process(input, signal) {
      const deadlineMs = monotonicMs() + options.timeoutMs;
      if (!keeping || !input.keeping) return run(ask, input, deadlineMs, signal);
      return keeping.process({ ...input, keeping: input.keeping }, deadlineMs, signal);
    },
    async trace({ params, source, images }, supposed, signal) {
      const job = { traced: params, imageKeys: [...images.keys()], ...(supposed && { supposed }) };
      const blobs = [source, ...images.values()];
      const { data } = await ask<TraceAnswer>(job, blobs, monotonicMs() + options.timeoutMs, signal);
      return { steps: data.steps, failure: data.failure ? toAppError(data.failure) : undefined };
    },
    close,
  };
}

/** A cache for which there is no place is no reason not to serve. */
async function openCache(options: PictureCacheOptions): Promise<PictureCache | undefined> {
  try {
    return await PictureCache.open(options);
  } catch (error) {
    options.onFailure?.(new AppError('internal', { detail: `there is no place for decoded pictures: ${error}` }));
    return undefined;
  }
}

/** Whoever configures fontconfig by its own variables has his way. */
async function findFonts({ env, fontFolder }: ProcessorOptions): Promise<FontConfiguration | undefined> {
  if (env['FONTCONFIG_FILE'] !== undefined || env['FONTCONFIG_PATH'] !== undefined) return undefined;
  return writeFontConfiguration({ folder: fontFolder });
}

/** libvips gives up this long before the time is over, so that the worker is there to say so. */
const SOFT_DEADLINE_MS = 100;

/** A worker takes a fraction of a second, and detectors may read large models. */
const START_TIMEOUT_MS = 30_000;

const NOTHING_KEPT: KeptKeys = { source: false, images: new Set() };

async function run(
  ask: Ask,
  { params, source, images }: ProcessInput,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<ProcessOutput> {
  const job = { params, imageKeys: [...images.keys()] };
  const { data, blobs } = await ask<JobAnswer>(job, [source, ...images.values()], deadlineMs, signal);
  if ('missing' in data) throw new AppError('internal', { detail: 'a worker lacks a picture it was not given' });
  const [bytes = new Uint8Array()] = blobs;
  return { bytes, contentType: data.contentType };
}

async function request<Answer extends JobAnswer | KeepAnswer | TraceAnswer>(
  pool: WorkerPool,
  job: Parameters<Ask>[0],
  blobs: readonly Uint8Array[],
  deadlineMs: number,
  signal: AbortSignal,
): Promise<Message<Exclude<Answer, { readonly error: JobError }>>> {
  const data = { ...job, deadlineMs: deadlineMs - SOFT_DEADLINE_MS };
  const answer = await pool.run<Answer>({ data, blobs }, deadlineMs, signal);
  if ('error' in answer.data) throw toAppError(answer.data.error);
  return answer as Message<Exclude<Answer, { readonly error: JobError }>>;
}

function toAppError({ code, ...options }: JobError): AppError {
  return new AppError(code, options);
}
