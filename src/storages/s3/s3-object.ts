import { createObjectKey } from '../object-key.ts';
import { checkBucketName, checkConfiguredBucket, isBucketName, splitBucketSetting } from './bucket-name.ts';

/** Where an object lies. */
export interface S3Object {
  readonly bucket: string;
  /** As S3 knows it, not escaped for the wire. */
  readonly key: string;
}

/** Which objects keys mean. */
export interface S3ObjectOptions {
  /**
   * A bucket, `bucket/base/dir`, or `*`, which takes the first segment of a key for the bucket and the rest for the key
   * in it.
   */
  readonly bucket: string;
  /** Wins over the directory that stands after the bucket. */
  readonly baseDir: string;
  readonly pathPrefix: string;
  readonly safeChars: string;
}

/** Left unescaped in S3 keys: all of them are safe there but for `"`, which imagor lets through too. */
const KEPT_CHARS = '!"()*';

/**
 * Compiles the way from keys to objects.
 *
 * @returns takes a key, and for a result the image that it was made of, which names the bucket where that is `*`;
 * undefined for a key outside of the prefix. Throws AppError `invalid` for a key that no object can have.
 * @throws AppError `invalid` for a bucket that is none.
 */
export function createS3Objects(
  options: S3ObjectOptions,
): (key: string, resultOf: string | undefined) => S3Object | undefined {
  const isWildcard = options.bucket === '*';
  const { bucket, dir } = splitBucketSetting(options.bucket);
  const baseDir = options.baseDir || dir;
  const keyOf = createObjectKey({ ...options, baseDir, keptChars: KEPT_CHARS });
  if (!isWildcard) {
    checkConfiguredBucket(bucket);
    return (key) => inBucket(bucket, keyOf(key));
  }
  return (key, resultOf) => {
    const { named, rest } = splitBucket(resultOf ?? key);
    checkBucketName(named);
    return inBucket(named, keyOf(resultOf === undefined ? rest : key));
  };
}

/** Whether the first segment of an image is the name of a bucket: those of other loaders begin with a scheme or a host. */
export function namesBucket(image: string): boolean {
  return isBucketName(splitBucket(image).named);
}

/** What the log calls it. */
export function subjectOf({ bucket, key }: S3Object): string {
  return `s3://${bucket}/${key}`;
}

function splitBucket(image: string): { named: string; rest: string } {
  const [, named = '', rest = ''] = /^\/?([^/]*)\/(.*)$/s.exec(image) ?? [];
  return { named, rest };
}

function inBucket(bucket: string, key: string | undefined): S3Object | undefined {
  return key === undefined ? undefined : { bucket, key };
}
