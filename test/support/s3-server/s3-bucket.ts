import { S3Refusal } from './s3-refusal.ts';
import type { S3Signer } from './s3-signature.ts';
import type { S3Request } from './s3-wire.ts';

/** An object as the server keeps it. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** With quotes. */
  readonly etag: string;
  modifiedAt: Date;
  readonly storageClass: string;
  /** Canned; `private` where none was sent. */
  readonly acl: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** A bucket and its rules. */
export interface Bucket {
  readonly name: string;
  /** The one account that may use it. */
  readonly owner: string;
  region: string;
  /** How requests for another region are answered: 301 and 307 are redirects, 400 blames the signature. */
  wrongRegionStatus: 301 | 307 | 400;
  /** Who may not list a bucket is not told what is missing in it. */
  isListable: boolean;
  /** Whether writes may carry an ACL: buckets that Amazon makes today say no. */
  takesAcls: boolean;
  readonly objects: Map<string, StoredObject>;
}

/** A new bucket. */
export function createBucket(name: string, owner: string, region: string): Bucket {
  return {
    name,
    owner,
    region,
    wrongRegionStatus: 400,
    isListable: true,
    takesAcls: true,
    objects: new Map(),
  };
}

/** What a request is about. */
export interface S3Address {
  readonly bucket: string;
  /** Decoded once; empty for the bucket itself. */
  readonly key: string;
}

/** Finds bucket and key: the bucket stands before `.localhost` in the host name, else first in the path. */
export function addressOf({ path, headers }: S3Request): S3Address {
  const virtualHost = /^(.+)\.localhost(?::\d+)?$/.exec(headers.get('host') ?? '')?.[1];
  if (virtualHost !== undefined) return { bucket: virtualHost, key: decodeURIComponent(path.slice(1)) };
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) };
}

/**
 * Lets an account into its buckets.
 *
 * @throws S3Refusal for those of others, and for signatures of another region.
 */
export function checkAccess(bucket: Bucket, { account, region }: S3Signer): void {
  if (region !== bucket.region) {
    const headers = { 'x-amz-bucket-region': bucket.region };
    const code = { 301: 'PermanentRedirect', 307: 'TemporaryRedirect', 400: 'AuthorizationHeaderMalformed' };
    const message = `the region '${region}' is wrong; expecting '${bucket.region}'`;
    const status = bucket.wrongRegionStatus;
    throw new S3Refusal(status, code[status], message, { headers, elements: { Region: bucket.region } });
  }
  if (account !== bucket.owner) throw denied(bucket, account, 's3:GetObject');
}

/** What S3 says of an object that is not there. */
export function missing(bucket: Bucket, key: string, { account }: S3Signer): S3Refusal {
  if (!bucket.isListable) return denied(bucket, account, 's3:ListBucket');
  return new S3Refusal(404, 'NoSuchKey', 'The specified key does not exist.', { elements: { Key: key } });
}

/** As Amazon words it: with names that are nobody else's business. */
function denied({ name }: Bucket, account: string, action: string): S3Refusal {
  const who = `arn:aws:iam::111122223333:user/${account}`;
  const message = `User: ${who} is not authorized to perform: ${action} on resource: "arn:aws:s3:::${name}"`;
  return new S3Refusal(403, 'AccessDenied', message);
}
