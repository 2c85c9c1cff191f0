import './localhost-names.ts';
import { randomUUID } from 'node:crypto';
import { createS3Client, type S3ClientOptions } from '../../../src/storages/s3/client.ts';
import { createS3Storage, type S3StorageOptions } from '../../../src/storages/s3/storage.ts';
import type { Storage } from '../../../src/core/ports.ts';
import type { Lifetime } from '../lifetime.ts';
import { type S3Server, startS3Server } from './s3-server.ts';
import type { S3Keys } from './s3-signature.ts';
import { createSdkClient, makeSdkBucket, type SdkBucket } from './sdk-client.ts';

/** An S3 to test against, in one style of addressing. */
export interface S3Target {
  readonly name: string;
  readonly endpoint: string;
  readonly forcePathStyle: boolean;
  /** Two accounts, each denied the other's buckets. */
  readonly alice: S3Keys;
  readonly bob: S3Keys;
  /** Ceph differs from Amazon here and there; tests say where. */
  readonly isCeph: boolean;
  /** A service that gives temporary keys for a role, and S3 beside it that takes them. */
  readonly sts?: { readonly endpoint: string; readonly role: string };
  /** The tests' own, for faults and for what only the server sees. */
  readonly server?: S3Server;
}

/** An S3 of the tests' own. */
export interface OwnTarget extends S3Target {
  readonly server: S3Server;
}

const ALICE: S3Keys = { account: 'alice', accessKeyId: 'ALICEKEY', secretAccessKey: 'alice/secret+1' };
const BOB: S3Keys = { account: 'bob', accessKeyId: 'BOBKEY', secretAccessKey: 'bob/secret+1' };

/** Starts the tests' own. */
export async function startOwnTarget(test: Lifetime, forcePathStyle: boolean = true): Promise<OwnTarget> {
  const server = await startS3Server(test, [ALICE, BOB]);
  const style = forcePathStyle ? 'paths' : 'virtual hosts';
  return {
    name: `S3 of the tests by ${style}`,
    endpoint: server.url,
    forcePathStyle,
    alice: ALICE,
    bob: BOB,
    isCeph: false,
    server,
  };
}

/**
 * Everything that is there to be tested: the tests' own in both styles of addressing, and the gateway that CI has started
 * and named by IMAGOR_TEST_S3_* (`.ci/ceph.sh`).
 */
export async function startTargets(test: Lifetime): Promise<S3Target[]> {
  return [await startOwnTarget(test, true), await startOwnTarget(test, false), ...realTargets()];
}

function realTargets(): S3Target[] {
  const { env } = process;
  const endpoint = env['IMAGOR_TEST_S3_ENDPOINT'];
  if (!endpoint) return [];
  const keysOf = (account: string, prefix: string): S3Keys => ({
    account,
    accessKeyId: env[`${prefix}_ACCESS_KEY_ID`] ?? '',
    secretAccessKey: env[`${prefix}_SECRET_ACCESS_KEY`] ?? '',
  });
  const sts = { endpoint: env['IMAGOR_TEST_S3_STS_ENDPOINT'] ?? '', role: env['IMAGOR_TEST_S3_STS_ROLE'] ?? '' };
  const common = {
    endpoint,
    ...(sts.endpoint && { sts }),
    alice: keysOf('alice', 'IMAGOR_TEST_S3'),
    bob: keysOf('bob', 'IMAGOR_TEST_S3_OTHER'),
    isCeph: true,
  };
  const byPath = { ...common, name: 'Ceph by paths', forcePathStyle: true };
  const byHost = { ...common, name: 'Ceph by virtual hosts', forcePathStyle: false };
  return env['IMAGOR_TEST_S3_VIRTUAL_HOSTS'] ? [byPath, byHost] : [byPath];
}

/** Makes a bucket of a name that nobody has yet. */
export async function makeBucket(test: Lifetime, target: S3Target, keys: S3Keys = target.alice): Promise<SdkBucket> {
  const client = createSdkClient({ ...target, keys });
  test.after(async () => client.destroy());
  return makeSdkBucket(client, `test-${randomUUID()}`);
}

/** Options of a client; quick to try again. */
export function clientOptions(target: S3Target, keys: S3Keys = target.alice): S3ClientOptions {
  return {
    endpoint: target.endpoint,
    region: '',
    accessKeyId: keys.accessKeyId,
    secretAccessKey: keys.secretAccessKey,
    sessionToken: keys.sessionToken ?? '',
    forcePathStyle: target.forcePathStyle,
    maxIdleConnections: 100,
    retryDelayMs: 1,
  };
}

/** Our storage over a target's bucket, closed with its test. */
export async function makeStorage(
  test: Lifetime,
  target: S3Target,
  options: Omit<S3StorageOptions, 'client'>,
  client: Partial<S3ClientOptions> = {},
): Promise<Storage> {
  const storage = createS3Storage({
    ...options,
    client: await createS3Client({ ...clientOptions(target), ...client }),
  });
  test.after(async () => storage.close?.());
  return storage;
}
