import { readFile } from 'node:fs/promises';
import { AppError } from '../errors.ts';
import type { S3ClientOptions } from '../storages/s3/client.ts';
import { type S3RoleSettings, s3RoleOptions } from '../storages/s3/role-options.ts';
import type { BucketSettings, RouterConfig } from '../storages/s3/router-config.ts';
import type { S3StorageOptions } from '../storages/s3/storage.ts';
import type { Config } from './config.ts';

/** A bucket, or `*`: who asks it, and for what. */
export interface S3BucketPlan {
  readonly account: S3ClientOptions;
  readonly storage: Omit<S3StorageOptions, 'client'>;
}

/** Where the Loader finds its buckets. */
export interface S3RouterPlan {
  readonly config: RouterConfig;
  /** A bucket that the file declares. */
  bucket(settings: BucketSettings): S3BucketPlan;
  /** Those that only keys name. */
  readonly anyBucket: S3BucketPlan;
}

/** What S3 is to do, by role; undefined for a role whose bucket is not set. */
export interface S3Plan {
  readonly loader: S3BucketPlan | S3RouterPlan | undefined;
  readonly storage: S3BucketPlan | undefined;
  readonly resultStorage: S3BucketPlan | undefined;
}

/** So long a bucket that a stranger named and that is not there is left alone. */
const MISSING_BUCKET_TTL_MS = 60_000;

/**
 * Works out the S3 roles. Connects to nothing.
 *
 * @throws AppError `invalid` for a router's file that cannot be read or is not as it should be.
 */
export async function planS3(config: Config): Promise<S3Plan> {
  return { loader: await planLoader(config), storage: planStorage(config), resultStorage: planResultStorage(config) };
}

async function planLoader(config: Config): Promise<S3Plan['loader']> {
  const { s3LoaderBucket: bucket, s3LoaderBucketRouterConfig: file } = config;
  if (bucket === '' && file === '') return undefined;
  const account = accountOf(config, {
    endpoint: config.s3LoaderEndpoint,
    region: config.awsLoaderRegion,
    accessKeyId: config.awsLoaderAccessKeyId,
    secretAccessKey: config.awsLoaderSecretAccessKey,
    sessionToken: config.awsLoaderSessionToken,
  });
  const of = (name: string): S3BucketPlan['storage'] => ({
    bucket: name,
    baseDir: config.s3LoaderBaseDir,
    pathPrefix: config.s3LoaderPathPrefix,
    safeChars: config.s3SafeChars,
    forbiddenAsNotFound: config.s3ForbiddenAsNotFound,
  });
  if (file === '') return { account, storage: of(bucket) };
  const { parseRouterConfig } = await import('../storages/s3/router-config.ts'); // a parser of YAML is slow to load
  return {
    config: parseRouterConfig(await readRouterFile(file), file, bucket),
    bucket: (settings) => ({ account: s3RoleOptions(account, settings), storage: of(settings.name) }),
    anyBucket: { account, storage: of('*') },
  };
}

async function readRouterFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const publicMessage = `S3_LOADER_BUCKET_ROUTER_CONFIG: ${file} cannot be read; name a YAML file that is there`;
    throw new AppError('invalid', { publicMessage, cause });
  }
}

function planStorage(config: Config): S3BucketPlan | undefined {
  if (config.s3StorageBucket === '') return undefined;
  return {
    account: accountOf(config, {
      endpoint: config.s3StorageEndpoint,
      region: config.awsStorageRegion,
      accessKeyId: config.awsStorageAccessKeyId,
      secretAccessKey: config.awsStorageSecretAccessKey,
      sessionToken: config.awsStorageSessionToken,
    }),
    storage: {
      bucket: config.s3StorageBucket,
      baseDir: config.s3StorageBaseDir,
      pathPrefix: config.s3StoragePathPrefix,
      safeChars: config.s3SafeChars,
      storageClass: config.s3StorageClass,
      acl: config.s3StorageAcl,
      tagging: config.s3StorageTagging,
      expirationMs: config.s3StorageExpirationMs,
      forbiddenAsNotFound: config.s3ForbiddenAsNotFound,
      missingBucketTtlMs: MISSING_BUCKET_TTL_MS,
    },
  };
}

function planResultStorage(config: Config): S3BucketPlan | undefined {
  if (config.s3ResultStorageBucket === '') return undefined;
  return {
    account: accountOf(config, {
      endpoint: config.s3ResultStorageEndpoint,
      region: config.awsResultStorageRegion,
      accessKeyId: config.awsResultStorageAccessKeyId,
      secretAccessKey: config.awsResultStorageSecretAccessKey,
      sessionToken: config.awsResultStorageSessionToken,
    }),
    storage: {
      bucket: config.s3ResultStorageBucket,
      baseDir: config.s3ResultStorageBaseDir,
      pathPrefix: config.s3ResultStoragePathPrefix,
      safeChars: config.s3SafeChars,
      storageClass: config.s3StorageClass,
      acl: config.s3ResultStorageAcl,
      tagging: config.s3ResultStorageTagging,
      expirationMs: config.s3ResultStorageExpirationMs,
      forbiddenAsNotFound: config.s3ForbiddenAsNotFound,
      missingBucketTtlMs: MISSING_BUCKET_TTL_MS,
    },
  };
}

function accountOf(config: Config, own: S3RoleSettings): S3ClientOptions {
  const shared = {
    endpoint: config.s3Endpoint,
    region: config.awsRegion,
    accessKeyId: config.awsAccessKeyId,
    secretAccessKey: config.awsSecretAccessKey,
    sessionToken: config.awsSessionToken,
    forcePathStyle: config.s3ForcePathStyle,
    maxIdleConnections: config.s3HttpMaxIdleConnsPerHost,
  };
  return s3RoleOptions(shared, own);
}
