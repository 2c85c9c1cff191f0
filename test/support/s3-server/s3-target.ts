import './localhost-names.ts';
import { randomUUID } from 'node:crypto';
import type { S3Client as SdkClient } from '@aws-sdk/client-s3';
import type { Storage } from '../../../src/core/ports.ts';
import { createS3Client, type S3Client as OwnClient, type S3ClientOptions } from '../../../src/storages/s3/client.ts';
import { createS3Storage, type S3StorageOptions } from '../../../src/storages/s3/storage.ts';
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

/**
 * Those that a program of its own is tested against: by paths alone, for a program resolves names as the machine does and
 * not every machine knows `bucket.localhost`.
 */
export async function startProgramTargets(test: Lifetime): Promise<S3Target[]> {
  return [await startOwnTarget(test), ...realTargets().filter(({ forcePathStyle }) => forcePathStyle)];
}

/** What a program needs to know to ask a target, as one of its accounts. */
export function environmentOf({ endpoint, alice }: S3Target, keys: S3Keys = alice): Readonly<Record<string, string>> {
  return {
    S3_ENDPOINT: endpoint,
    S3_FORCE_PATH_STYLE: '1',
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  };
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
export async function makeBucket(target: S3Target, keys: S3Keys = target.alice): Promise<SdkBucket> {
  const clients = sharedClients(target);
  const client = clients.sdk.get(keys) ?? createSdkClient({ ...target, keys });
  clients.sdk.set(keys, client);
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

/** Our storage over a target's bucket, by the connections that all of a target's storages share. */
export async function makeStorage(target: S3Target, options: Omit<S3StorageOptions, 'client'>): Promise<Storage> {
  const clients = sharedClients(target);
  clients.own ??= createS3Client(clientOptions(target));
  return createS3Storage({ ...options, client: { ...(await clients.own), close: async () => {} } });
}

/** One with a client of its own, closed with its test. */
export async function makeSeparateStorage(
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

interface Clients {
  own?: Promise<OwnClient>;
  readonly sdk: Map<S3Keys, SdkClient>;
}

/** Clients cost more than what most tests do with them. Their idle connections keep no process alive. */
const clientsOf = new WeakMap<S3Target, Clients>();

function sharedClients(target: S3Target): Clients {
  const clients = clientsOf.get(target) ?? { sdk: new Map() };
  clientsOf.set(target, clients);
  return clients;
}
