import type { ObjectCannedACL, StorageClass } from '@aws-sdk/client-s3';
import type { Dispatcher } from 'undici';
import type { Blob, Stat } from '../../core/blob.ts';
import type { IoContext, Known, Storage } from '../../core/ports.ts';
import { AppError } from '../../errors.ts';
import { isKnown } from '../is-known.ts';
import { splitBucketSetting } from './bucket-name.ts';
import type { S3Client, S3Request } from './client.ts';
import { MissingBuckets } from './missing-buckets.ts';
import { discard, isReadAtOnce, takeS3Body } from './s3-body.ts';
import { isAccessDenied, isNoSuchBucket, s3NetworkError } from './s3-error.ts';
import { createS3Objects, namesBucket, type S3Object, subjectOf } from './s3-object.ts';

/** Options of an S3 loader or storage, named after imagor's `S3_*`; strings are empty by default. */
export interface S3StorageOptions {
  /** Closed with the storage; those of several roles may share one. */
  readonly client: S3Client;
  /** `bucket`, `bucket/base/dir`, or `*` for the one that each key names. */
  readonly bucket: string;
  readonly baseDir?: string;
  /** Keys outside of it are not served. */
  readonly pathPrefix?: string;
  /** Characters that keys hold unescaped; `--` for all. */
  readonly safeChars?: string;
  /** Of objects written. */
  readonly storageClass?: StorageClass | '';
  /** Canned, of objects written; none is sent by default, as buckets with ACLs switched off require. */
  readonly acl?: ObjectCannedACL | '';
  /** Of objects written, as a query string. */
  readonly tagging?: string;
  /** Older objects count as absent; 0, the default, for no limit. */
  readonly expirationMs?: number;
  /** S3 answers 403 for what is not there to those who may not list the bucket. */
  readonly forbiddenAsNotFound?: boolean;
  /**
   * Milliseconds for which a bucket that a key named and that is not there is neither asked nor written to; 0, the
   * default, to find out each time. For storages, beside whose bucket there may be other loaders.
   */
  readonly missingBucketTtlMs?: number;
  /** Larger objects are not read; 0, the default, for no limit. */
  readonly maxBytes?: number;
}

type Headers = Dispatcher.ResponseData['headers'];

/**
 * Keeps objects in S3.
 *
 * @throws AppError `invalid` for a bucket that is none, or that the client cannot ask.
 */
export function createS3Storage(options: S3StorageOptions): Storage {
  const { client, expirationMs = 0, maxBytes = 0, forbiddenAsNotFound = false } = options;
  const objectOf = createS3Objects({
    bucket: options.bucket,
    baseDir: options.baseDir ?? '',
    pathPrefix: options.pathPrefix ?? '',
    safeChars: options.safeChars ?? '',
  });
  const isWildcard = options.bucket === '*';
  if (!isWildcard) client.checkBucket(splitBucketSetting(options.bucket).bucket);
  const missingBuckets = new MissingBuckets(isWildcard ? (options.missingBucketTtlMs ?? 0) : 0);
  const writeHeaders = headersOf({
    'x-amz-storage-class': options.storageClass,
    'x-amz-acl': options.acl,
    // headers are ASCII; what is escaped already stays as it is
    'x-amz-tagging': options.tagging?.trim().replace(/[^!-~]/gu, encodeURIComponent),
  });

  const read = async (request: S3Request, signal: AbortSignal): Promise<Dispatcher.ResponseData> => {
    const { bucket } = request.object;
    if (missingBuckets.has(bucket)) throw new AppError('not-found', { detail: `no bucket ${bucket}` });
    try {
      return await client.send(request, signal);
    } catch (error) {
      if (isNoSuchBucket(error)) missingBuckets.add(bucket);
      if (!forbiddenAsNotFound || !isAccessDenied(error)) throw error;
      throw new AppError('not-found', { ...(error.detail && { detail: error.detail }), cause: error });
    }
  };

  const refuseExpired = ({ modifiedAt }: Stat): void => {
    const isExpired = expirationMs > 0 && modifiedAt && Date.now() - modifiedAt.getTime() > expirationMs;
    if (isExpired) throw new AppError('not-found', { detail: `expired, of ${modifiedAt.toISOString()}` });
  };

  const toBlob = async (
    object: S3Object,
    { headers, body }: Dispatcher.ResponseData,
    { signal, makeRoom }: IoContext,
  ): Promise<Blob> => {
    const stat = statOf(headers);
    try {
      refuseExpired(stat);
      if (isReadAtOnce(stat.size)) await makeRoom?.(stat.size);
    } catch (error) {
      discard(body);
      throw error;
    }
    const subject = subjectOf(object);
    const toError = (thrown: unknown): unknown => (signal.aborted ? signal.reason : s3NetworkError(subject, thrown));
    const contentType = header(headers, 'content-type');
    const taken = await takeS3Body(body, { size: stat.size, maxBytes, toError });
    return { body: taken, stat, ...(contentType && { contentType }) };
  };

  const get: Storage['get'] = async (key, context) => {
    const { signal, resultOf } = context;
    signal.throwIfAborted();
    const object = objectOf(key, resultOf);
    return object && toBlob(object, await read({ method: 'GET', object }, signal), context);
  };

  const readStat = async (object: S3Object, signal: AbortSignal): Promise<Stat> => {
    const { headers, body } = await read({ method: 'HEAD', object }, signal);
    await body.dump();
    const found = statOf(headers);
    refuseExpired(found);
    return found;
  };

  const stat: Storage['stat'] = async (key, { signal, resultOf }) => {
    signal.throwIfAborted();
    const object = objectOf(key, resultOf);
    return object && readStat(object, signal);
  };

  const getIfChanged: Storage['getIfChanged'] = async (key, known, context) => {
    const { signal, resultOf } = context;
    signal.throwIfAborted();
    const object = objectOf(key, resultOf);
    if (!object) return undefined;
    if (known.etag?.includes(',')) {
      // S3 compares with one etag only, and Ceph sends the object whatever a list holds
      const found = await readStat(object, signal);
      return isKnown(found, known) ? { stat: found } : get(key, context);
    }
    const response = await read({ method: 'GET', object, headers: conditionOf(known) }, signal);
    if (response.statusCode !== 304) return toBlob(object, response, context);
    await response.body.dump();
    const found = statOf({ ...response.headers, 'content-length': undefined });
    // the date is optional in a 304 (RFC 9110 section 15.4.5), and who asked needs it
    if (!found.modifiedAt) return { stat: await readStat(object, signal) };
    refuseExpired(found);
    return { stat: found };
  };

  const put: Storage['put'] = async (key, { body, contentType }, { signal, resultOf }) => {
    signal.throwIfAborted();
    // what is outside of the prefix, or came from no bucket, is somebody else's to keep, as in reading
    if (isWildcard && !namesBucket(resultOf ?? key)) return;
    const object = objectOf(key, resultOf);
    if (!object || missingBuckets.has(object.bucket)) return;
    const headers = { ...writeHeaders, 'content-type': contentType ?? 'application/octet-stream' };
    try {
      const response = await client.send({ method: 'PUT', object, headers, body }, signal);
      await response.body.dump();
    } catch (error) {
      if (!isWildcard || !isNoSuchBucket(error)) throw error;
      missingBuckets.add(object.bucket);
    }
  };

  const remove: Storage['delete'] = async (key, { signal, resultOf }) => {
    signal.throwIfAborted();
    const object = objectOf(key, resultOf);
    if (!object) return;
    try {
      const response = await client.send({ method: 'DELETE', object }, signal);
      await response.body.dump();
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'not-found')) throw error;
    }
  };

  const locate = (key: string, resultOf?: string): string[] => {
    const object = objectOf(key, resultOf);
    return object ? [subjectOf(object)] : [];
  };

  const identify: Storage['identify'] = (key, resultOf) =>
    locate(key, resultOf).map((place) => `${client.server} ${place}`);

  return {
    name: 's3',
    isOwn: true,
    get,
    getIfChanged,
    stat,
    locate,
    identify,
    put,
    delete: remove,
    close: client.close,
  };
}

/** S3 compares etags byte by byte; proxies in front of us may have made one weak. */
function conditionOf({ etag, modifiedAt }: Known): Record<string, string> {
  if (etag !== undefined) return { 'if-none-match': etag.replace(/^W\//, '') };
  return headersOf({ 'if-modified-since': modifiedAt?.toUTCString() });
}

function statOf(headers: Headers): Stat {
  const size = header(headers, 'content-length');
  const modifiedAt = new Date(header(headers, 'last-modified'));
  const etag = header(headers, 'etag');
  const contentType = header(headers, 'content-type');
  return {
    ...(/^\d+$/.test(size) && { size: Number(size) }),
    ...(!Number.isNaN(modifiedAt.getTime()) && { modifiedAt }),
    ...(etag && { etag }),
    ...(contentType && { contentType }),
  };
}

/** Empty for a header that is not there. */
function header(headers: Headers, name: string): string {
  return [headers[name] ?? []].flat()[0] ?? '';
}

/** Without those that have no value. */
function headersOf(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
