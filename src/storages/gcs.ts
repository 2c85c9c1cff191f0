import type { Readable } from 'node:stream';
import type { Blob } from '../core/blob.ts';
import type { Storage } from '../core/ports.ts';
import { AppError } from '../errors.ts';
import { gcsBody } from './gcs-body.ts';
import type { GcsClient } from './gcs-client.ts';
import { gcsNetworkError } from './gcs-error.ts';
import { createGcsObjects, type GcsObject, namesGcsBucket, pathOf, subjectOf } from './gcs-object.ts';
import { type GcsStat, header, headerStat, metadataStat, STAT_FIELDS } from './gcs-stat.ts';
import { isKnown } from './is-known.ts';

/** Google's predefined ACLs of objects. */
export type GcsAcl =
  | 'authenticatedRead'
  | 'bucketOwnerFullControl'
  | 'bucketOwnerRead'
  | 'private'
  | 'projectPrivate'
  | 'publicRead';

/** Options of a Google Cloud Storage loader or storage, named after imagor's `GCLOUD_*`. */
export interface GcsStorageOptions {
  /** `*` takes the first segment of a key for the bucket; of a result, that of the image it was made of. */
  readonly bucket: string;
  /** What object names begin with. */
  readonly baseDir?: string;
  /** Keys outside of it are not served. None by default. */
  readonly pathPrefix?: string;
  /** Characters that object names hold unescaped; `--` for all. */
  readonly safeChars?: string;
  /** Of objects written; the bucket's default where it is not given. */
  readonly acl?: GcsAcl;
  /** Older objects count as absent; 0, the default, for no limit. */
  readonly expirationMs?: number;
}

/**
 * Keeps objects in Google Cloud Storage.
 *
 * @param client Closed with the storage; those of several roles may share one.
 * @throws AppError `invalid` for a bucket that is none.
 */
export function createGcsStorage(client: GcsClient, options: GcsStorageOptions): Storage {
  const { expirationMs = 0 } = options;
  const isWildcard = options.bucket === '*';
  const objectOf = createGcsObjects({
    bucket: options.bucket,
    baseDir: options.baseDir ?? '',
    pathPrefix: options.pathPrefix ?? '',
    safeChars: options.safeChars ?? '',
  });

  const refuseExpired = ({ modifiedAt }: GcsStat): void => {
    const isExpired = expirationMs > 0 && Date.now() - modifiedAt.getTime() > expirationMs;
    if (isExpired) throw new AppError('not-found', { detail: `expired, of ${modifiedAt.toISOString()}` });
  };

  /** Google sends the date with the bytes without documenting it. A server that does not is asked for it before. */
  let sendsDates = true;

  const read = async (object: GcsObject, signal: AbortSignal): Promise<Blob> => {
    const asked = sendsDates ? undefined : await readStat(object, signal);
    const subject = subjectOf(object);
    const { headers, body } = await client.send(
      { method: 'GET', path: `${pathOf(object)}?alt=media`, subject },
      signal,
    );
    try {
      const stat = headerStat(headers, asked);
      if (stat) {
        refuseExpired(stat);
        const isPacked = header(headers, 'content-encoding') === 'gzip';
        const toError = (thrown: unknown): unknown =>
          signal.aborted ? signal.reason : gcsNetworkError(subject, thrown);
        const contentType = header(headers, 'content-type');
        return { body: gcsBody(body, isPacked, toError), stat, ...(contentType && { contentType }) };
      }
    } catch (error) {
      abandon(body);
      throw error;
    }
    abandon(body);
    sendsDates = false;
    return read(object, signal);
  };

  const readStat = async (object: GcsObject, signal: AbortSignal): Promise<GcsStat> => {
    const subject = subjectOf(object);
    const path = `${pathOf(object)}?fields=${STAT_FIELDS}`;
    const { body } = await client.send({ method: 'GET', path, subject }, signal);
    try {
      const stat = metadataStat(await body.json());
      refuseExpired(stat);
      return stat;
    } catch (error) {
      signal.throwIfAborted();
      throw gcsNetworkError(subject, error);
    }
  };

  const get: Storage['get'] = async (key, { signal, resultOf }) => {
    signal.throwIfAborted();
    const object = objectOf(key, resultOf);
    return object && read(object, signal);
  };

  const stat: Storage['stat'] = async (key, { signal, resultOf }) => {
    signal.throwIfAborted();
    const object = objectOf(key, resultOf);
    return object && readStat(object, signal);
  };

  const getIfChanged: Storage['getIfChanged'] = async (key, known, { signal, resultOf }) => {
    signal.throwIfAborted();
    const object = objectOf(key, resultOf);
    if (!object) return undefined;
    // Google's own condition, ifGenerationNotMatch, answers a bare 304, and the object's date is needed too
    const found = await readStat(object, signal);
    return isKnown(found, known) ? { stat: found } : read(object, signal);
  };

  const put: Storage['put'] = async (key, { body, contentType }, { signal, resultOf }) => {
    signal.throwIfAborted();
    if (isWildcard && !namesGcsBucket(resultOf ?? key)) return; // another loader's image
    const object = objectOf(key, resultOf);
    if (!object) return; // somebody else's, as in reading
    const query = new URLSearchParams({ uploadType: 'media', name: object.name, fields: 'generation' });
    if (options.acl) query.set('predefinedAcl', options.acl);
    const path = `/upload/storage/v1/b/${encodeURIComponent(object.bucket)}/o?${query}`;
    const type = contentType ?? 'application/octet-stream';
    const request = { method: 'POST', path, subject: subjectOf(object), contentType: type, body } as const;
    const response = await client.send(request, signal);
    await response.body.dump();
  };

  const remove: Storage['delete'] = async (key, { signal, resultOf }) => {
    signal.throwIfAborted();
    const object = objectOf(key, resultOf);
    if (!object) return;
    try {
      const request = { method: 'DELETE', path: pathOf(object), subject: subjectOf(object) } as const;
      const response = await client.send(request, signal);
      await response.body.dump();
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'not-found')) throw error;
    }
  };

  const locate: Storage['locate'] = (key, resultOf) => {
    const object = objectOf(key, resultOf);
    return object ? [subjectOf(object)] : [];
  };

  return {
    name: 'gcs',
    isOwn: true,
    get,
    getIfChanged,
    stat,
    locate,
    identify: locate,
    put,
    delete: remove,
    close: client.close,
  };
}

/** Closes the connection of a body that nobody will read. */
function abandon(body: Readable): void {
  body.on('error', reported).destroy();
}

/** Nobody waits for what is left. */
function reported(): void {}
