import { readFile } from 'node:fs/promises';
import type { Loader, Storage } from '../core/ports.ts';
import { AppError } from '../errors.ts';
import { createS3Client, type S3Client, type S3ClientOptions } from '../storages/s3/client.ts';
import { s3RoleOptions } from '../storages/s3/role-options.ts';
import { createS3Router } from '../storages/s3/router.ts';
import { type BucketSettings, parseRouterConfig, type RouterConfig } from '../storages/s3/router-config.ts';
import { createS3Storage } from '../storages/s3/storage.ts';
import type { Config } from './config.ts';

/** The roles that S3 plays; empty for those whose bucket is not set. */
export interface S3Roles {
  readonly loaders: Loader[];
  readonly storages: Storage[];
  readonly resultStorages: Storage[];
}

/** Connects the S3 roles that are on. Those of the same account at the same server share their connections. */
export async function composeS3(config: Config): Promise<S3Roles> {
  const clients = new Map<string, Promise<S3Client>>();
  const connect = (options: S3ClientOptions): Promise<S3Client> => {
    const id = JSON.stringify(options);
    const client = clients.get(id) ?? createS3Client(options);
    clients.set(id, client);
    return client;
  };
  return {
    loaders: await loader(config, connect),
    storages: await storage(config, connect),
    resultStorages: await resultStorage(config, connect),
  };
}

type Connect = (options: S3ClientOptions) => Promise<S3Client>;

async function loader(config: Config, connect: Connect): Promise<Loader[]> {
  if (config.s3LoaderBucket === '' && config.s3LoaderBucketRouterConfig === '') return [];
  const own = {
    endpoint: config.s3LoaderEndpoint,
    region: config.awsLoaderRegion,
    accessKeyId: config.awsLoaderAccessKeyId,
    secretAccessKey: config.awsLoaderSecretAccessKey,
    sessionToken: config.awsLoaderSessionToken,
  };
  const role = s3RoleOptions(sharedOptions(config), own);
  const open = async (bucket: string, options: S3ClientOptions): Promise<Storage> =>
    createS3Storage({
      client: await connect(options),
      bucket,
      baseDir: config.s3LoaderBaseDir,
      pathPrefix: config.s3LoaderPathPrefix,
      safeChars: config.s3SafeChars,
      forbiddenAsNotFound: config.s3ForbiddenAsNotFound,
    });
  if (config.s3LoaderBucketRouterConfig === '') return [await open(config.s3LoaderBucket, role)];
  const router = await readRouterConfig(config.s3LoaderBucketRouterConfig, config.s3LoaderBucket);
  const openBucket = (bucket: BucketSettings): Promise<Storage> => open(bucket.name, s3RoleOptions(role, bucket));
  return [await createS3Router(router, openBucket, await open('*', role))];
}

/** S3_LOADER_BUCKET, where it is set, names the default bucket, which keeps what else the file says of it. */
async function readRouterConfig(file: string, bucket: string): Promise<RouterConfig> {
  return parseRouterConfig(await readRouterFile(file), file, bucket);
}

async function readRouterFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const publicMessage = `S3_LOADER_BUCKET_ROUTER_CONFIG: ${file} cannot be read; name a YAML file that is there`;
    throw new AppError('invalid', { publicMessage, cause });
  }
}

async function storage(config: Config, connect: Connect): Promise<Storage[]> {
  if (config.s3StorageBucket === '') return [];
  const own = {
    endpoint: config.s3StorageEndpoint,
    region: config.awsStorageRegion,
    accessKeyId: config.awsStorageAccessKeyId,
    secretAccessKey: config.awsStorageSecretAccessKey,
    sessionToken: config.awsStorageSessionToken,
  };
  const made = createS3Storage({
    client: await connect(s3RoleOptions(sharedOptions(config), own)),
    bucket: config.s3StorageBucket,
    baseDir: config.s3StorageBaseDir,
    pathPrefix: config.s3StoragePathPrefix,
    safeChars: config.s3SafeChars,
    storageClass: config.s3StorageClass,
    acl: config.s3StorageAcl,
    tagging: config.s3StorageTagging,
    expirationMs: config.s3StorageExpirationMs,
    forbiddenAsNotFound: config.s3ForbiddenAsNotFound,
  });
  return [made];
}

async function resultStorage(config: Config, connect: Connect): Promise<Storage[]> {
  if (config.s3ResultStorageBucket === '') return [];
  const own = {
    endpoint: config.s3ResultStorageEndpoint,
    region: config.awsResultStorageRegion,
    accessKeyId: config.awsResultStorageAccessKeyId,
    secretAccessKey: config.awsResultStorageSecretAccessKey,
    sessionToken: config.awsResultStorageSessionToken,
  };
  const made = createS3Storage({
    client: await connect(s3RoleOptions(sharedOptions(config), own)),
    bucket: config.s3ResultStorageBucket,
    baseDir: config.s3ResultStorageBaseDir,
    pathPrefix: config.s3ResultStoragePathPrefix,
    safeChars: config.s3SafeChars,
    storageClass: config.s3StorageClass,
    acl: config.s3ResultStorageAcl,
    tagging: config.s3ResultStorageTagging,
    expirationMs: config.s3ResultStorageExpirationMs,
    forbiddenAsNotFound: config.s3ForbiddenAsNotFound,
  });
  return [made];
}

function sharedOptions(config: Config): S3ClientOptions {
  return {
    endpoint: config.s3Endpoint,
    region: config.awsRegion,
    accessKeyId: config.awsAccessKeyId,
    secretAccessKey: config.awsSecretAccessKey,
    sessionToken: config.awsSessionToken,
    forcePathStyle: config.s3ForcePathStyle,
    maxIdleConnections: config.s3HttpMaxIdleConnsPerHost,
  };
}
