import { AppError } from '../errors.ts';
import { createObjectKey } from './object-key.ts';

/** Where an object lies. */
export interface GcsObject {
  readonly bucket: string;
  readonly name: string;
}

/** Which objects keys mean. */
export interface GcsObjectOptions {
  /** `*` takes the first segment of a key for the bucket, and the rest for the key in it. */
  readonly bucket: string;
  readonly baseDir: string;
  readonly pathPrefix: string;
  readonly safeChars: string;
}

/** Names that a bucket can be made with, at cloud.google.com/storage/docs/buckets: checked before Google is asked. */
const BUCKET_NAME = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;

/**
 * Compiles the way from keys to objects.
 *
 * @returns takes a key, and for a result the image that it was made of, which names the bucket where that is `*`;
 * undefined for a key outside of the prefix. Throws AppError `invalid` for a key that no object can have.
 * @throws AppError `invalid` for a bucket that is none.
 */
export function createGcsObjects(
  options: GcsObjectOptions,
): (key: string, resultOf: string | undefined) => GcsObject | undefined {
  const nameOf = createObjectKey({ ...options, keptChars: '' });
  const { bucket } = options;
  if (bucket !== '*') {
    // older buckets have names that nobody could choose today
    if (!/^[\w.:-]+$/.test(bucket)) {
      throw new AppError('invalid', { publicMessage: `"${bucket}" is no name of a Google Cloud Storage bucket` });
    }
    return (key) => inBucket(bucket, nameOf(key));
  }
  return (key, resultOf) => {
    const parts = splitBucket(resultOf ?? key);
    return inBucket(parts.bucket, nameOf(resultOf === undefined ? parts.rest : key));
  };
}

/** Its resource in the JSON API. */
export function pathOf({ bucket, name }: GcsObject): string {
  return `/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(name)}`;
}

/** What the log calls it. */
export function subjectOf({ bucket, name }: GcsObject): string {
  return `gs://${bucket}/${name}`;
}

function inBucket(bucket: string, name: string | undefined): GcsObject | undefined {
  return name === undefined ? undefined : { bucket, name };
}

/** Whether the first segment of an image is the name of a bucket: those of other loaders begin with a scheme or a host. */
export function namesGcsBucket(image: string): boolean {
  return BUCKET_NAME.test(segmentsOf(image).bucket);
}

function segmentsOf(image: string): { bucket: string; rest: string } {
  const [, bucket = '', rest = ''] = /^\/?([^/]*)\/(.*)$/s.exec(image) ?? [];
  return { bucket, rest };
}

function splitBucket(image: string): { bucket: string; rest: string } {
  const { bucket, rest } = segmentsOf(image);
  if (!BUCKET_NAME.test(bucket)) throw new AppError('invalid', { detail: 'the path names no bucket' });
  return { bucket, rest };
}
