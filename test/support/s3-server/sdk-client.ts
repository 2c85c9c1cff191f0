import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import type { S3Keys } from './s3-signature.ts';

/** What a bucket holds, as seen by Amazon's own client: nothing here is ours. */
export interface SdkBucket {
  readonly name: string;
  put(key: string, body: Uint8Array | string, more?: Partial<PutObjectCommandInput>): Promise<void>;
  get(key: string): Promise<Buffer>;
  head(key: string): Promise<HeadObjectCommandOutput>;
  delete(key: string): Promise<void>;
  /** Sorted. */
  keys(prefix?: string): Promise<string[]>;
  tags(key: string): Promise<Record<string, string>>;
  /** Whom it lets in beside its owner: `AllUsers READ`. */
  grants(key: string): Promise<string[]>;
}

/** Where a bucket is, and whose. */
export interface SdkPlace {
  readonly endpoint: string;
  readonly forcePathStyle: boolean;
  readonly keys: S3Keys;
}

/** Amazon's client, to be destroyed by the caller. */
export function createSdkClient({ endpoint, forcePathStyle, keys }: SdkPlace): S3Client {
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  return new S3Client({
    endpoint,
    forcePathStyle,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
    maxAttempts: 1,
  });
}

/** Makes a bucket. */
export async function makeSdkBucket(client: S3Client, name: string): Promise<SdkBucket> {
  await client.send(new CreateBucketCommand({ Bucket: name }));
  return sdkBucket(client, name);
}

function sdkBucket(client: S3Client, Bucket: string): SdkBucket {
  return {
    name: Bucket,
    put: async (Key, Body, more) => {
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
    },
    get: async (Key) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    head: (Key) => client.send(new HeadObjectCommand({ Bucket, Key })),
    delete: async (Key) => {
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
    },
    keys: async (Prefix = '') => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
      return Contents.map(({ Key = '' }) => Key).sort();
    },
    tags: async (Key) => {
      const { TagSet = [] } = await client.send(new GetObjectTaggingCommand({ Bucket, Key }));
      return Object.fromEntries(TagSet.map((tag) => [tag.Key, tag.Value]));
    },
    grants: async (Key) => {
      const { Grants = [] } = await client.send(new GetObjectAclCommand({ Bucket, Key }));
      return Grants.flatMap(({ Grantee, Permission }) =>
        Grantee?.URI ? [`${Grantee.URI.split('/').at(-1)} ${Permission}`] : [],
      ).sort();
    },
  };
}
