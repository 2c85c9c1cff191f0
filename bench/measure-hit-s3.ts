import { createS3Client, type S3Client } from '../src/storages/s3/client.ts';
import { type Credentials, escapeKey } from '../src/storages/s3/sign.ts';
import { ForkedLoop } from './contestants/forked-loop.ts';
import { imagorWithResults } from './contestants/imagor.ts';
import { ServerProcess } from './contestants/server-process.ts';
import type { SignedGetResult, SignedGetTask } from './contestants/signed-get-loop.ts';
import { HIT_PATHS, SIGNED_HIT_PATHS } from './hit-paths.ts';
import { HIT_CONNECTIONS, type HitContestant, hitServer, measureHits } from './measure-hits.ts';
import type { Effort } from './measure-throughput.ts';
import type { Outcome } from './report.ts';
import { storeResults } from './store-results.ts';

/** An S3 to keep results in. */
export interface S3Place {
  /** A URL; undefined for a stand-in that the bench starts. */
  readonly endpoint: string | undefined;
  /** `AWS_ACCESS_KEY_ID` and so on, of that S3. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const FLOOR_PER_SECOND = 2_000;

const BUCKET = 'imagor-ts-bench';

const STAND_IN_KEYS: Credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };

/**
 * How often a second imagor-ts answers with a result that it has to get from S3, beside a bare client that gets the same
 * objects over as many connections and does nothing with them.
 *
 * @param photos The folder of sources.
 */
export async function measureHitS3(photos: string, effort: Effort, place: S3Place): Promise<Outcome> {
  await using standIn = place.endpoint === undefined ? await startStandIn() : undefined;
  const endpoint = place.endpoint ?? standIn?.origin ?? '';
  const region = place.env['AWS_REGION'] ?? 'us-east-1';
  const credentials = standIn ? STAND_IN_KEYS : credentialsOf(place.env);
  await using bucket = await makeBucket(endpoint, region, credentials);
  const flags = [`-s3-endpoint=${endpoint}`, '-s3-force-path-style', `-s3-result-storage-bucket=${BUCKET}`];
  const program = imagorWithResults(photos, [...flags, `-aws-region=${region}`], environment(credentials));
  await using imagor = await ServerProcess.start(program, '/healthcheck');
  const bytes = await storeResults(imagor.origin);
  bucket.keys.push(...HIT_PATHS);
  await using loop = new ForkedLoop<SignedGetTask, SignedGetResult>('./signed-get-loop.js');
  const paths = HIT_PATHS.map((key) => `/${BUCKET}/${escapeKey(key)}`);
  const bare: HitContestant = {
    name: 'signed GET',
    work: (span) => loop.run({ endpoint, region, credentials, paths, span }),
  };
  return await measureHits(
    {
      title: `hits of results in S3, ${HIT_CONNECTIONS} connections`,
      contestants: [hitServer('imagor-ts', imagor, SIGNED_HIT_PATHS), bare],
      floor: FLOOR_PER_SECOND,
      note: `${(bytes / 1000).toFixed(1)} kB each`,
    },
    effort,
  );
}

function startStandIn(): Promise<ServerProcess> {
  const script = new URL('./contestants/s3-server.js', import.meta.url);
  return ServerProcess.start(
    { name: 'the stand-in for S3', script, arguments: (port) => [String(port)] },
    '/healthcheck',
  );
}

/** A bucket of the bench's own, which goes again with what is in it. */
interface Bucket extends AsyncDisposable {
  readonly keys: string[];
}

async function makeBucket(endpoint: string, region: string, credentials: Credentials): Promise<Bucket> {
  const client: S3Client = await createS3Client({
    ...credentials,
    sessionToken: credentials.sessionToken ?? '',
    endpoint,
    region,
    forcePathStyle: true,
    maxIdleConnections: 1,
  });
  const call = async (method: 'PUT' | 'DELETE', key: string): Promise<void> => {
    const { body } = await client.send({ method, object: { bucket: BUCKET, key } }, AbortSignal.timeout(10_000));
    await body.dump();
  };
  const keys: string[] = [];
  await call('PUT', '');
  return {
    keys,
    async [Symbol.asyncDispose]() {
      for (const key of [...keys, '']) await call('DELETE', key);
      await client.close();
    },
  };
}

/** @throws Error that says what to set. */
function credentialsOf(env: S3Place['env']): Credentials {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env;
  if (!accessKeyId || !secretAccessKey) {
    throw new Error('--s3-endpoint needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment');
  }
  return { accessKeyId, secretAccessKey, sessionToken };
}

function environment({ accessKeyId, secretAccessKey, sessionToken }: Credentials): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken ?? '',
  };
}
