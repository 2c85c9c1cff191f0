import type { Loader, Storage } from '../core/ports.ts';
import { createGcsStorage, type GcsAcl } from '../storages/gcs.ts';
import type { Config } from './config.ts';
import { type Environment, proxyEnvironment } from './proxy-environment.ts';

/** What Google Cloud Storage does. */
export interface GcsRoles {
  readonly loaders: readonly Loader[];
  readonly storages: readonly Storage[];
  readonly resultStorages: readonly Storage[];
}

/**
 * Connects to Google Cloud Storage, once for all roles and only where there is one.
 *
 * @param env The program's environment: `STORAGE_EMULATOR_HOST`, proxies.
 * @throws AppError `invalid` where there are no credentials, and for a bucket that is none.
 */
export async function composeGcs(config: Config, env: Environment): Promise<GcsRoles> {
  const buckets = [config.gcloudLoaderBucket, config.gcloudStorageBucket, config.gcloudResultStorageBucket];
  if (buckets.every((bucket) => bucket === '')) return { loaders: [], storages: [], resultStorages: [] };
  const { connectGcs } = await import('../storages/gcs-client.ts'); // slow to load, and few need it
  const emulatorHost = env['STORAGE_EMULATOR_HOST'] ?? '';
  const client = await connectGcs({ emulatorHost, proxies: proxyEnvironment(env, config) });
  const role = (
    bucket: string,
    baseDir: string,
    pathPrefix: string,
    acl?: GcsAcl | '',
    expirationMs = 0,
  ): Storage[] => {
    if (bucket === '') return [];
    const safeChars = config.gcloudSafeChars;
    return [createGcsStorage(client, { bucket, baseDir, pathPrefix, safeChars, expirationMs, ...(acl && { acl }) })];
  };
  return {
    loaders: role(config.gcloudLoaderBucket, config.gcloudLoaderBaseDir, config.gcloudLoaderPathPrefix),
    storages: role(
      config.gcloudStorageBucket,
      config.gcloudStorageBaseDir,
      config.gcloudStoragePathPrefix,
      config.gcloudStorageAcl,
      config.gcloudStorageExpirationMs,
    ),
    resultStorages: role(
      config.gcloudResultStorageBucket,
      config.gcloudResultStorageBaseDir,
      config.gcloudResultStoragePathPrefix,
      config.gcloudResultStorageAcl,
      config.gcloudResultStorageExpirationMs,
    ),
  };
}
