import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Admission } from '../core/admission.ts';
import { App, type AppOptions } from '../core/app.ts';
import { MemoryBudget } from '../core/memory-budget.ts';
import { AppError } from '../errors.ts';
import type { CacheOptions } from '../http/cache-headers.ts';
import { createHandler, type Handler } from '../http/handler.ts';
import { Readiness } from '../http/readiness.ts';
import type { UploadOptions } from '../http/upload.ts';
import type { DetectionSetup } from '../imaging/job.ts';
import { type ImagingOptions, isFilterEnabled } from '../imaging/options.ts';
import { type ProcessorOptions, startProcessor, type WorkerProcessor } from '../imaging/processor.ts';
import type { WorkerExit } from '../imaging/worker-process.ts';
import { errorFields, type Log } from '../log.ts';
import type { Metrics } from '../telemetry/prometheus.ts';
import type { Origins } from './compose-origins.ts';
import { composeSigner } from './compose-signer.ts';
import { composeTelemetry, type Telemetry } from './compose-telemetry.ts';
import type { Config } from './config.ts';
import { LIBVIPS_VARIABLES } from './unknown-variables.ts';

/** What an {@link App} works with. */
export type AppParts = AppOptions & { readonly processor: WorkerProcessor };

/** A server but for its socket. */
export interface Service {
  readonly app: App;
  readonly handler: Handler;
  readonly processor: WorkerProcessor;
  readonly readiness: Readiness;
  /** Undefined where nobody fetches metrics. */
  readonly metrics: Metrics | undefined;
  /**
   * Finishes what is being saved, ends the workers and reports what is left. Call it when no request is under way.
   *
   * @param signal Aborted when saves have had time enough; what is not stored then is given up.
   */
  close(signal?: AbortSignal): Promise<void>;
}

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
 * Puts a server together: the one place that knows which adapters there are.
 *
 * @param env The program's environment.
 * @throws AppError for options that an adapter refuses; Error when the decoders cannot start.
 */
export async function compose(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
): Promise<Service> {
  const telemetry = await composeTelemetry(config, log);
  const parts = await composeParts(config, env, log, telemetry.onWorkerExit);
  const { admission, processor, sourceMemory } = parts;
  const app = new App(parts);
  const readiness = new Readiness({ hasWorker: () => processor.pids.length > 0, isFull: () => admission.isFull });
  telemetry.metrics?.lookAt(() => ({
    admission: admission.load,
    workers: { ready: processor.pids.length, ...processor.load },
    sourceBytes: sourceMemory.used,
    saves: app.saving,
  }));
  return {
    app,
    processor,
    readiness,
    handler: composeHandler(config, app, readiness, telemetry),
    metrics: telemetry.metrics,
    async close(signal) {
      await app.close(signal);
      await telemetry.close();
    },
  };
}

/**
 * All that an {@link App} is made of, connected and with the decoders running.
 *
 * @throws as {@link compose}.
 */
export async function composeParts(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
  onWorkerExit: (exit: WorkerExit) => void,
): Promise<AppParts> {
  const imaging = imagingOptions(config);
  const workers = config.imagorWorkers || availableParallelism();
  const { processor, origins } = await startTogether(
    startDecoders(config, env, log, { imaging, workers, onWorkerExit }),
    loadOrigins(config, env),
  );
  if (!processor.isOffline && process.platform === 'linux') {
    log.warn({}, 'decoder processes keep the network: seccomp is not to be had here');
  }
  return {
    ...origins,
    storagePathStyle: config.imagorStoragePathStyle,
    resultStoragePathStyle: config.imagorResultStoragePathStyle,
    modifiedTimeCheck: config.imagorModifiedTimeCheck,
    rawOnError: config.imagorResponseRawOnError,
    processor,
    admission: composeAdmission(config, workers),
    sourceMemory: new MemoryBudget(config.imagorSourceMemoryBytes),
    uploadMemory: new MemoryBudget(shareOf(config.imagorSourceMemoryBytes)),
    maxSavingBytes: shareOf(config.imagorSourceMemoryBytes),
    signer: composeSigner(config),
    unsafe: config.imagorUnsafe,
    requestTimeoutMs: config.imagorRequestTimeoutMs,
    loadTimeoutMs: config.imagorLoadTimeoutMs,
    // of 20 s: enough for any storage that works, and leaves a request the time to do without it
    stallTimeoutMs: config.imagorLoadTimeoutMs / 4,
    saveTimeoutMs: config.imagorSaveTimeoutMs,
    maxOverlays: config.imagorMaxOverlays,
    maxOverlayDepth: config.imagorMaxOverlayDepth,
    willRun: (name, index) =>
      isFilterEnabled(imaging, name) && (imaging.maxFilterOps <= 0 || index < imaging.maxFilterOps),
    baseParams: config.imagorBaseParams,
    onSaveFailure: ({ error, ...about }) => log.warn({ ...about, ...errorFields(error) }, 'not saved'),
    onLookupFailure: ({ error, ...about }) => log.warn({ ...about, ...errorFields(error) }, 'not read'),
    auto: { avif: config.imagorAutoAvif, webp: config.imagorAutoWebp, jpeg: config.imagorAutoJpeg },
  };
}

/** The decoders take as long to start as the adapters take to load. @throws what either throws, when both have ended. */
async function startTogether(
  starting: Promise<WorkerProcessor>,
  loading: Promise<Origins>,
): Promise<{ readonly processor: WorkerProcessor; readonly origins: Origins }> {
  const [started, loaded] = await Promise.allSettled([starting, loading]);
  if (loaded.status === 'rejected') {
    if (started.status === 'fulfilled') await started.value.close();
    throw loaded.reason;
  }
  if (started.status === 'rejected') throw started.reason;
  return { processor: started.value, origins: loaded.value };
}

async function loadOrigins(config: Config, env: Readonly<Record<string, string | undefined>>): Promise<Origins> {
  const { composeOrigins } = await import('./compose-origins.ts');
  return composeOrigins(config, env);
}

function startDecoders(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
  { imaging, workers, onWorkerExit }: Pick<ProcessorOptions, 'imaging' | 'workers' | 'onWorkerExit'>,
): Promise<WorkerProcessor> {
  return startProcessor({
    workers,
    threads: config.vipsConcurrency === -1 ? availableParallelism() : config.vipsConcurrency,
    libvipsPath: config.libvipsPath || undefined,
    fontFolder: config.vipsFontDir || undefined,
    ...(config.imagorDetectors.length > 0 ? { detection: detection(config) } : {}),
    imaging,
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
    ...(onWorkerExit ? { onWorkerExit } : {}),
    onWorkerStartFailure: (error) => log.error({ cause: error.message }, 'worker did not start'),
  });
}

/** What uploads, and objects on their way to one storage, may take of the memory for sources again; 0 stays no limit. */
function shareOf(sourceMemoryBytes: number): number {
  return Math.ceil(sourceMemoryBytes / 4);
}

/** How long answers may be kept. */
export function cacheOptions(config: Config): CacheOptions {
  return {
    ttlMs: config.imagorCacheHeaderNoCache ? 0 : config.imagorCacheHeaderTtlMs,
    staleWhileRevalidateMs: config.imagorCacheHeaderSwrMs,
  };
}

function composeHandler(config: Config, app: App, readiness: Readiness, telemetry: Telemetry): Handler {
  return createHandler(app, {
    cache: cacheOptions(config),
    pathPrefix: config.serverPathPrefix,
    stripQueryString: config.serverStripQueryString,
    basePathRedirect: config.imagorBasePathRedirect,
    disableErrorBody: config.imagorDisableErrorBody,
    disableParamsEndpoint: config.imagorDisableParamsEndpoint,
    cors: config.serverCors,
    notFoundTtlMs: config.imagorNotFoundTtlMs,
    readiness: () => readiness.state,
    uploads: composeUploads(config),
    observe: telemetry.observe,
    onError: telemetry.onRequestError,
  });
}

/** Anybody could use the server for pictures of his own, so only where anybody may use it anyway. */
function composeUploads(config: Config): UploadOptions | undefined {
  if (!config.uploadLoaderEnable || !config.imagorUnsafe) return undefined;
  return {
    maxBytes: config.uploadLoaderMaxAllowedSizeBytes,
    accept: config.uploadLoaderAccept,
    formFieldName: config.uploadLoaderFormFieldName,
  };
}

/**
 * With a concurrency of the operator's, as in imagor: that many load and process, the queue waits. Without one, the
 * workers bound what is processed, and whoever else is let in may load meanwhile: a slow source holds up nobody.
 */
function composeAdmission({ imagorProcessConcurrency, imagorProcessQueueSize }: Config, workers: number): Admission {
  const queueSize = imagorProcessQueueSize === -1 ? Number.POSITIVE_INFINITY : imagorProcessQueueSize;
  if (imagorProcessConcurrency > 0) return new Admission({ concurrency: imagorProcessConcurrency, queueSize });
  const concurrency = imagorProcessConcurrency === -1 ? Number.POSITIVE_INFINITY : workers + queueSize;
  return new Admission({ concurrency, queueSize: 0 });
}

function detection({ imagorDetectors, vipsDetectorProbeSize }: Config): DetectionSetup {
  return { modules: imagorDetectors.map((file) => path.resolve(file)), viewSize: vipsDetectorProbeSize };
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
