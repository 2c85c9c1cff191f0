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
  if (!BUCKET_NAME.test(name) || IPV4.test(name)) {
    throw new AppError('invalid', { publicMessage: 'the path begins with no name of a bucket' });
  }
}

/**
 * Checks a bucket that the operator named. Old buckets, tenants of other servers and access points have names that the
 * rules for new buckets do not allow.
 *
 * @throws AppError `invalid`
 */
export function checkConfiguredBucket(name: string): void {
  if (!/^[A-Za-z0-9][\w.:-]*$/.test(name)) {
    throw new AppError('invalid', { publicMessage: `"${name}" is no name of an S3 bucket` });
  }
}
