import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Bucket, StoredObject } from './s3-bucket.ts';
import { S3Refusal } from './s3-refusal.ts';
import type { S3Request } from './s3-wire.ts';

const STORAGE_CLASSES: ReadonlySet<string> = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
]);

const ACLS: ReadonlySet<string> = new Set([
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
]);

const MAX_TAGS = 10;

/**
 * Refuses uploads whose length is not known, those with trailing checksums among them, as Ceph does.
 *
 * @throws S3Refusal before any of the body has been read.
 */
export function checkUpload(headers: S3Request['headers']): void {
  const isChunked = (headers.get('content-encoding') ?? '').includes('aws-chunked') || headers.has('x-amz-trailer');
  if (isChunked || !headers.has('content-length')) throw new S3Refusal(411, 'MissingContentLength');
}

/**
 * Reads what is to be kept.
 *
 * @throws S3Refusal for headers that S3 does not take, and for bytes that do not fit their checksum.
 */
export function readUpload({ headers, body }: S3Request, bucket: Bucket): StoredObject {
  const storageClass = headers.get('x-amz-storage-class') ?? 'STANDARD';
  if (!STORAGE_CLASSES.has(storageClass)) throw new S3Refusal(400, 'InvalidStorageClass');
  const acl = headers.get('x-amz-acl');
  if (acl !== undefined && !ACLS.has(acl)) throw new S3Refusal(400, 'InvalidArgument', 'x-amz-acl');
  if (acl !== undefined && !bucket.takesAcls) {
    throw new S3Refusal(400, 'AccessControlListNotSupported', 'The bucket does not allow ACLs');
  }
  checkCrc32(headers.get('x-amz-checksum-crc32'), body);
  const metadata = [...headers].filter(([name]) => name.startsWith('x-amz-meta-'));
  return {
    bytes: body,
    contentType: headers.get('content-type') ?? 'binary/octet-stream',
    etag: `"${createHash('md5').update(body).digest('hex')}"`,
    modifiedAt: new Date(),
    storageClass,
    acl: acl ?? 'private',
    tags: readTags(headers.get('x-amz-tagging') ?? ''),
    metadata: new Map(metadata),
  };
}

/** Amazon S3 User Guide, "Categorizing your objects using tags". */
function readTags(text: string): Map<string, string> {
  const tags = new Map<string, string>();
  for (const pair of text.split('&').filter((part) => part !== '')) {
    if (/[\s;]|%(?![0-9a-f]{2})/i.test(pair)) throw new S3Refusal(400, 'InvalidArgument', 'x-amz-tagging');
    const [[key, value] = ['', '']] = [...new URLSearchParams(pair)];
    if (key === '' || key.length > 128 || value.length > 256) throw new S3Refusal(400, 'InvalidTag');
    if (tags.has(key)) throw new S3Refusal(400, 'InvalidTag', 'Cannot provide multiple Tags with the same key');
    tags.set(key, value);
  }
  if (tags.size > MAX_TAGS) throw new S3Refusal(400, 'BadRequest', 'Object tags cannot be greater than 10');
  return tags;
}

function checkCrc32(declared: string | undefined, body: Uint8Array): void {
  if (declared === undefined) return;
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  if (sum.toString('base64') !== declared) throw new S3Refusal(400, 'BadDigest', 'x-amz-checksum-crc32');
}
