import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Admission } from '../core/admission.ts';
import { App, type AppOptions } from '../core/app.ts';
import { MemoryBudget } from '../core/memory-budget.ts';
import type { CacheOptions } from '../http/cache-headers.ts';
import { createHandler, type Handler } from '../http/handler.ts';
import { Readiness } from '../http/readiness.ts';
import type { UploadOptions } from '../http/upload.ts';
import { isFilterEnabled } from '../imaging/options.ts';
import type { WorkerProcessor } from '../imaging/processor.ts';
import type { WorkerExit } from '../imaging/worker-process.ts';
import { errorFields, type Log } from '../log.ts';
import type { Metrics } from '../telemetry/prometheus.ts';
import { imagingOptions, startDecoders } from './compose-decoders.ts';
import type { Origins } from './compose-origins.ts';
import { composeSigner } from './compose-signer.ts';
import { composeTelemetry, type Telemetry } from './compose-telemetry.ts';
import type { Config } from './config.ts';

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
  const { admission, processor, sourceMemory, uploadMemory } = parts;
  const app = new App(parts);
  const readiness = new Readiness({ hasWorker: () => processor.pids.length > 0, isFull: () => admission.isFull });
  telemetry.metrics?.lookAt(() => ({
    admission: admission.load,
    workers: { ready: processor.pids.length, ...processor.load },
    sourceBytes: sourceMemory.used + uploadMemory.used,
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
    startDecoders(config, env, log, workers, onWorkerExit),
    loadOrigins(config, env),
  );
  if (!processor.isOffline && process.platform === 'linux') {
    log.warn({}, 'decoder processes keep the network: seccomp is not to be had here');
  }
  if (config.fileLoaderBaseDir !== '' && !existsSync(config.fileLoaderBaseDir)) {
    log.warn(
      {},
      `FILE_LOADER_BASE_DIR: there is no directory ${config.fileLoaderBaseDir}; nothing is found in it until there is.`,
    );
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
    timeoutMs: config.imagorRequestTimeoutMs,
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
