import { readBlob } from '../../core/blob.ts';
import type { IoContext, Storage } from '../../core/ports.ts';
import { AppError } from '../../errors.ts';
import { splitBucketSetting } from '../../storages/s3/bucket-name.ts';
import type { S3Client } from '../../storages/s3/client.ts';
import { isAccessDenied, isNoSuchBucket } from '../../storages/s3/s3-error.ts';

/** One thing to try. */
export interface Step {
  readonly name: string;
  /** When it fails, the probe may be there. */
  readonly mayLeaveProbe: boolean;
  /** @returns what to know of its success, if anything. @throws what went wrong, {@link Uncertain} among it. */
  run(context: IoContext): Promise<string | undefined>;
}

/** What is to be tried, and with what. */
export interface Tried {
  readonly client: S3Client;
  /** Hides nothing: no expiration, no refusal that counts as missing. */
  readonly storage: Storage;
  /** With the directory behind it, if there is one. */
  readonly bucket: string;
  /** A key that nobody has used. */
  readonly probe: string;
  /** Whether the server takes refusals for missing objects. */
  readonly forbiddenAsNotFound: boolean;
  readonly isWritten: boolean;
}

/** Neither works nor fails, as far as can be told. */
export class Uncertain extends Error {
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.advice = advice;
  }
}

const AS_CONFIGURED = 'refused, as S3_FORBIDDEN_AS_NOT_FOUND expects';

/** The steps of a bucket, in order: those of reading, and for one that is written to, those with an object of our own. */
export function checkSteps(tried: Tried): Step[] {
  const { storage, probe, isWritten } = tried;
  const body = Buffer.from(`imagor s3 check ${probe}`);
  let etag = '';
  const reading: Step[] = [
    { name: 'head bucket', mayLeaveProbe: false, run: (context) => headBucket(tried, context) },
    { name: 'read', mayLeaveProbe: false, run: (context) => readMissing(tried, context) },
  ];
  if (!isWritten) return reading;
  return [
    ...reading,
    {
      name: 'write',
      mayLeaveProbe: true,
      async run(context) {
        await storage.put(probe, { body, contentType: 'text/plain' }, context);
        return undefined;
      },
    },
    {
      name: 'read back',
      mayLeaveProbe: true,
      async run(context) {
        const blob = await storage.get(probe, context);
        const bytes = blob && (await readBlob(blob));
        if (!bytes || Buffer.compare(bytes, body) !== 0) throw new Error('other bytes came back than were written');
        etag = blob.stat?.etag ?? '';
        return undefined;
      },
    },
    {
      name: 'revalidate',
      mayLeaveProbe: true,
      async run(context) {
        const found = await storage.getIfChanged(probe, { etag }, context);
        if (found?.body) throw new Error('If-None-Match is not heeded');
        return undefined;
      },
    },
    {
      name: 'delete',
      mayLeaveProbe: false,
      async run(context) {
        await storage.delete(probe, context);
        return undefined;
      },
    },
  ];
}

async function headBucket(
  { client, bucket, forbiddenAsNotFound }: Tried,
  { signal }: IoContext,
): Promise<string | undefined> {
  const object = { bucket: splitBucketSetting(bucket).bucket, key: '' };
  try {
    const { body } = await client.send({ method: 'HEAD', object }, signal);
    await body.dump();
    return undefined;
  } catch (error) {
    if (forbiddenAsNotFound && isAccessDenied(error)) return AS_CONFIGURED;
    throw error;
  }
}

/** Looks for what cannot be there. Of a bucket that is not there, S3 says 404 as well. */
async function readMissing(
  { storage, probe, forbiddenAsNotFound, isWritten }: Tried,
  context: IoContext,
): Promise<string | undefined> {
  try {
    await storage.get(probe, context);
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found' && !isNoSuchBucket(error)) return undefined;
    if (!forbiddenAsNotFound || !isAccessDenied(error)) throw error;
    if (isWritten) return AS_CONFIGURED; // an object of our own will tell
    throw new Uncertain(
      'cannot tell: S3 refuses what is missing as it refuses what may not be read',
      'Ask the server for a picture that is there; or allow s3:ListBucket on the bucket, and this command can tell.',
    );
  }
  throw new Error('an object is there that nobody has written');
}
