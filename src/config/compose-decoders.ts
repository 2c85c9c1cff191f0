import { availableParallelism } from 'node:os';
import path from 'node:path';
import { AppError } from '../errors.ts';
import type { DetectionSetup } from '../imaging/job.ts';
import type { ImagingOptions } from '../imaging/options.ts';
import { startProcessor, type WorkerProcessor } from '../imaging/processor.ts';
import type { WorkerExit } from '../imaging/worker-process.ts';
import { errorFields, type Log } from '../log.ts';
import type { Config } from './config.ts';
import { LIBVIPS_VARIABLES } from './unknown-variables.ts';

/** What decoders may see of the environment: how to find libraries, memory, fonts and their caches, and no credential. */
const WORKER_VARIABLES = [
  'DYLD_LIBRARY_PATH',
  'FONTCONFIG_FILE',
  'FONTCONFIG_PATH',
  'HOME',
  'LANG',
  'LD_LIBRARY_PATH',
  'LD_PRELOAD',
  'MALLOC_ARENA_MAX',
  'MALLOC_CONF',
  'MALLOC_MMAP_THRESHOLD_',
  'MALLOC_TRIM_THRESHOLD_',
  'TMPDIR',
  'TZ',
];

/**
 * How glibc gives out a worker's memory. It would give every thread that an encoder starts an arena of its own, and
 * rarely empty it; and hand the memory of each picture back to the kernel, to ask for it again at the next one, which
 * costs a tenth of a large JPEG's time. The thresholds are those that it comes to by itself in the end (mallopt(3)).
 */
const WORKER_MALLOC = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: String(32 << 20),
  MALLOC_TRIM_THRESHOLD_: String(64 << 20),
};

/**
 * Starts the decoder processes.
 *
 * @param env The program's environment, of which they see little.
 * @throws Error when they cannot start.
 */
export function startDecoders(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
  workers: number,
  onWorkerExit: (exit: WorkerExit) => void,
): Promise<WorkerProcessor> {
  return startProcessor({
    workers,
    threads: config.vipsConcurrency === -1 ? availableParallelism() : config.vipsConcurrency,
    libvipsPath: config.libvipsPath || undefined,
    fontFolder: config.vipsFontDir || undefined,
    ...(config.imagorDetectors.length > 0 ? { detection: detection(config) } : {}),
    imaging: imagingOptions(config),
    timeoutMs: config.imagorProcessTimeoutMs,
    maxMemoryBytes: config.imagorWorkerMaxMemoryBytes,
    recycleMemoryBytes: config.imagorWorkerRecycleMemoryBytes,
    recycleJobs: config.imagorWorkerRecycleJobs,
    env: workerEnvironment(env, config),
    pictures: {
      maxBytes: config.vipsCacheSizeBytes,
      maxWidth: config.vipsCacheMaxWidth,
      maxHeight: config.vipsCacheMaxHeight,
      ttlMs: config.vipsCacheTtlMs,
      format: config.vipsCacheFormat,
      onFailure: (error) => log.warn(errorFields(AppError.from(error)), 'picture not kept'),
    },
    onWorkerExit,
    onWorkerStartFailure: (error) => log.error({ cause: error.message }, 'worker did not start'),
  });
}

/** What pictures may be and do. */
export function imagingOptions(config: Config): ImagingOptions {
  return {
    maxWidth: config.vipsMaxWidth,
    maxHeight: config.vipsMaxHeight,
    maxResolution: config.vipsMaxResolution,
    unlimited: config.vipsUnlimited,
    maxAnimationFrames: config.vipsMaxAnimationFrames,
    maxFilterOps: config.vipsMaxFilterOps,
    disabledFilters: config.vipsDisableFilters,
    disableBlur: config.vipsDisableBlur,
    stripMetadata: config.vipsStripMetadata,
    stripColorProfile: config.vipsStripColorProfile,
    avifSpeed: config.vipsAvifSpeed,
    mozjpeg: config.vipsMozjpeg,
    compat: config.imagorCompat,
  };
}

function detection({ imagorDetectors, vipsDetectorProbeSize }: Config): DetectionSetup {
  return { modules: imagorDetectors.map((file) => path.resolve(file)), viewSize: vipsDetectorProbeSize };
}

function workerEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  { vipsVector }: Config,
): Record<string, string> {
  const passed = [...WORKER_VARIABLES, ...LIBVIPS_VARIABLES].flatMap((name) =>
    env[name] === undefined ? [] : [[name, env[name]] as const],
  );
  // pictures stay in memory, not in temporary files, and damaged ones are no news. libvips knows k, m and g: 1t is a byte
  const vector = vipsVector === 0 ? {} : { VIPS_VECTOR: String(vipsVector) };
  return {
    VIPS_DISC_THRESHOLD: '1024g',
    VIPS_WARNING: '0',
    ...WORKER_MALLOC,
    ...vector,
    ...Object.fromEntries(passed),
  };
}
