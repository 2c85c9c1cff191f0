import type { Loader, Storage } from '../core/ports.ts';
import type { S3Client, S3ClientOptions } from '../storages/s3/client.ts';
import { createS3Router } from '../storages/s3/router.ts';
import { createS3Storage } from '../storages/s3/storage.ts';
import type { Config } from './config.ts';
import { type Environment, proxyEnvironment } from './proxy-environment.ts';
import { planS3, type S3BucketPlan, type S3RouterPlan } from './s3-plan.ts';

/** The roles that S3 plays; empty for those whose bucket is not set. */
export interface S3Roles {
  readonly loaders: Loader[];
  readonly storages: Storage[];
  readonly resultStorages: Storage[];
}

/**
 * Connects the S3 roles that are on. All of them share their connections, those of one account its credentials as well;
 * closing one closes all.
 *
 * @param env The program's environment, which may name proxies.
 * @throws AppError `invalid` for settings that S3 cannot be asked with.
 */
export async function composeS3(config: Config, env: Environment): Promise<S3Roles> {
  const { loader, storage, resultStorage } = await planS3(config);
  if (!loader && !storage && !resultStorage) return { loaders: [], storages: [], resultStorages: [] };
  const { createS3Client } = await import('../storages/s3/client.ts'); // slow to load, and not everybody needs it
  const { createS3Dispatcher } = await import('../storages/s3/s3-dispatcher.ts');
  const dispatcher = createS3Dispatcher(config.s3HttpMaxIdleConnsPerHost, proxyEnvironment(env, config));
  const clients = new Map<string, Promise<S3Client>>();
  const connect = (account: S3ClientOptions): Promise<S3Client> => {
    const id = JSON.stringify(account);
    const client = clients.get(id) ?? createS3Client(account, dispatcher);
    clients.set(id, client);
    return client;
  };
  const open = async ({ account, storage: options }: S3BucketPlan): Promise<Storage> =>
    createS3Storage({ ...options, client: await connect(account) });
  return {
    loaders: loader ? [await ('config' in loader ? openRouter(loader, open) : open(loader))] : [],
    storages: storage ? [await open(storage)] : [],
    resultStorages: resultStorage ? [await open(resultStorage)] : [],
  };
}

async function openRouter(
  { config, bucket, anyBucket }: S3RouterPlan,
  open: (plan: S3BucketPlan) => Promise<Storage>,
): Promise<Loader> {
  return createS3Router(config, (settings) => open(bucket(settings)), await open(anyBucket));
}
