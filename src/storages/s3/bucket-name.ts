import { AppError } from '../../errors.ts';

/** Three to 63 characters in labels of lower-case letters, digits and inner hyphens, as in a host name. */
const BUCKET_NAME = /^(?=.{3,63}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;

/**
 * Checks a bucket that a stranger named, by the naming rules of the Amazon S3 User Guide: it becomes part of a host name.
 *
 * @throws AppError `invalid` for what is no name of a bucket.
 */
export function checkBucketName(name: string): void {
  if (!isBucketName(name)) {
    throw new AppError('invalid', { publicMessage: 'the path begins with no name of a bucket' });
  }
}

/** Whether a text is a name by those rules. */
export function isBucketName(name: string): boolean {
  return BUCKET_NAME.test(name) && !IPV4.test(name);
}

/** An access point as Amazon writes it has slashes of its own: `arn:aws:s3:eu-west-1:123456789012:accesspoint/pictures`. */
const ACCESS_POINT = /^arn:[\w:-]+:(?:outpost\/[\w-]+\/)?accesspoint\/[\w.-]+/;

/** Takes `bucket/some/dir` apart; the directory begins with its slash, or is empty. */
export function splitBucketSetting(text: string): { readonly bucket: string; readonly dir: string } {
  const [bucket = ''] = ACCESS_POINT.exec(text) ?? text.split('/', 1);
  return { bucket, dir: text.slice(bucket.length) };
}

/**
 * Whether a text may be a bucket that the operator named. Old buckets, tenants of other servers and access points have
 * names that the rules for new buckets do not allow.
 */
export function isConfiguredBucket(name: string): boolean {
  return /^[A-Za-z0-9][\w.:-]*(?<!:)$/.test(name) || ACCESS_POINT.exec(name)?.[0] === name;
}

/** Whether a text names a bucket, one with a directory behind it (`bucket/some/dir`), or `*` for those that keys name. */
export function isBucketSetting(text: string): boolean {
  return text === '*' || (isConfiguredBucket(splitBucketSetting(text).bucket) && !/\p{Cc}/u.test(text));
}

/**
 * Checks a bucket that a program named.
 *
 * @throws AppError `invalid`
 */
export function checkConfiguredBucket(name: string): void {
  if (!isConfiguredBucket(name))
    throw new AppError('invalid', { publicMessage: `"${name}" is no name of an S3 bucket` });
}
