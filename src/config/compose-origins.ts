import type { Loader, Storage } from '../core/ports.ts';
import { parseNetwork } from '../loaders/blocked-address.ts';
import { createHttpLoader } from '../loaders/http.ts';
import { createFileStorage } from '../storages/file.ts';
import { createMemoryStorage } from '../storages/memory.ts';
import { composeGcs } from './compose-gcs.ts';
import { composeS3 } from './compose-s3.ts';
import type { Config } from './config.ts';

/** Where sources come from and where sources and results are kept; each list in the order in which it is asked. */
export interface Origins {
  readonly loaders: Loader[];
  readonly storages: Storage[];
  readonly resultStorages: Storage[];
}

/**
 * Connects what the configuration switches on, in imagor's order.
 *
 * @param env The program's environment.
 * @throws AppError for options that an adapter refuses.
 */
export async function composeOrigins(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Origins> {
  const s3 = await composeS3(config, env);
  const gcs = await composeGcs(config, env);
  return {
    // HTTP comes last, since it takes every key for a host
    loaders: [...s3.loaders, ...gcs.loaders, ...fileLoader(config), ...httpLoader(config)],
    storages: [...s3.storages, ...gcs.storages, ...fileStorage(config)],
    resultStorages: [
      ...memoryResultStorage(config),
      ...s3.resultStorages,
      ...gcs.resultStorages,
      ...fileResultStorage(config),
    ],
  };
}

function fileLoader({ fileLoaderBaseDir: baseDir, fileLoaderPathPrefix: pathPrefix, fileSafeChars }: Config): Loader[] {
  return baseDir === '' ? [] : [createFileStorage({ baseDir, pathPrefix, safeChars: fileSafeChars })];
}

function fileStorage(config: Config): Storage[] {
  if (config.fileStorageBaseDir === '') return [];
  const storage = createFileStorage({
    baseDir: config.fileStorageBaseDir,
    pathPrefix: config.fileStoragePathPrefix,
    safeChars: config.fileSafeChars,
    mkdirMode: config.fileStorageMkdirPermission,
    writeMode: config.fileStorageWritePermission,
    expirationMs: config.fileStorageExpirationMs,
  });
  return [storage];
}

function fileResultStorage(config: Config): Storage[] {
  if (config.fileResultStorageBaseDir === '') return [];
  const storage = createFileStorage({
    baseDir: config.fileResultStorageBaseDir,
    pathPrefix: config.fileResultStoragePathPrefix,
    safeChars: config.fileSafeChars,
    mkdirMode: config.fileResultStorageMkdirPermission,
    writeMode: config.fileResultStorageWritePermission,
    expirationMs: config.fileResultStorageExpirationMs,
    etags: true,
  });
  return [storage];
}

/** What it has is never older than any storage behind it would serve. */
function memoryResultStorage(config: Config): Storage[] {
  const maxBytes = config.memoryResultStorageSizeBytes;
  if (maxBytes === 0) return [];
  const { s3ResultStorageExpirationMs, gcloudResultStorageExpirationMs, fileResultStorageExpirationMs } = config;
  const ages = [s3ResultStorageExpirationMs, gcloudResultStorageExpirationMs, fileResultStorageExpirationMs];
  const limits = ages.filter((age) => age > 0);
  return [createMemoryStorage({ maxBytes, expirationMs: limits.length > 0 ? Math.min(...limits) : 0 })];
}

function httpLoader(config: Config): Loader[] {
  if (config.httpLoaderDisable) return [];
  const forwardsAll = config.httpLoaderForwardClientHeaders || config.httpLoaderForwardAllHeaders;
  const loader = createHttpLoader({
    ...(config.httpLoaderBaseUrl === '' ? {} : { baseUrl: new URL(config.httpLoaderBaseUrl) }),
    defaultScheme: config.httpLoaderDefaultScheme === 'nil' ? '' : config.httpLoaderDefaultScheme,
    accept: config.httpLoaderAccept,
    forwardHeaders: forwardsAll ? ['*'] : config.httpLoaderForwardHeaders,
    overrideResponseHeaders: config.httpLoaderOverrideResponseHeaders,
    allowedSources: config.httpLoaderAllowedSources,
    allowedSourceRegexps: config.httpLoaderAllowedSourceRegexp === '' ? [] : [config.httpLoaderAllowedSourceRegexp],
    httpsOnly: config.httpLoaderHttpsOnly,
    // a stranger's source may have no end
    maxBytes: config.httpLoaderMaxAllowedSizeBytes || config.imagorSourceMemoryBytes,
    maxRedirects: config.httpLoaderMaxRedirects,
    insecureSkipVerify: config.httpLoaderInsecureSkipVerifyTransport,
    proxyUrls: config.httpLoaderProxyUrls.map((url) => new URL(url)),
    proxyAllowedSources: config.httpLoaderProxyAllowedSources,
    blockLoopback: config.httpLoaderBlockLoopbackNetworks,
    blockPrivate: config.httpLoaderBlockPrivateNetworks,
    blockLinkLocal: config.httpLoaderBlockLinkLocalNetworks,
    blockNetworks: config.httpLoaderBlockNetworks.map(parseNetwork),
  });
  return [loader];
}
