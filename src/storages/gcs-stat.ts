import type { Stat } from '../core/blob.ts';
import { AppError } from '../errors.ts';

/** What is known of an object: always an etag and a date. */
export type GcsStat = Stat & { readonly etag: string; readonly modifiedAt: Date };

/** An answer's headers, as undici has them. */
export type GcsHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What {@link metadataStat} reads of an object's metadata. */
export const STAT_FIELDS = 'generation,md5Hash,updated,size,contentEncoding';

/** @throws AppError `source-failed` for what is no metadata of an object. */
export function metadataStat(metadata: unknown): GcsStat {
  const { generation, md5Hash, updated, size, contentEncoding } = Object(metadata) as Readonly<Record<string, unknown>>;
  return toStat(etagOf(md5Hash, generation), String(updated), contentEncoding ? '' : String(size));
}

/**
 * What comes with an object's bytes.
 *
 * @param asked what its metadata said just before, for servers that send no date with the bytes.
 * @returns undefined without a date.
 */
export function headerStat(headers: GcsHeaders, asked: GcsStat | undefined): GcsStat | undefined {
  const modified = header(headers, 'last-modified') || asked?.modifiedAt.toUTCString();
  if (!modified) return undefined;
  const md5 = /\bmd5=([^,]+)/.exec([headers['x-goog-hash']].flat().join())?.[1];
  const etag = etagOf(md5, headers['x-goog-generation']) ?? asked?.etag;
  const codings = [header(headers, 'content-encoding'), header(headers, 'x-goog-stored-content-encoding')];
  return toStat(etag, modified, codings.includes('gzip') ? '' : header(headers, 'content-length'));
}

/** Empty for a header that is not there. */
export function header(headers: GcsHeaders, name: string): string {
  return [headers[name] ?? []].flat()[0] ?? '';
}

/**
 * The MD5 of the bytes, so that results have the etag that they had when they were made; their generation where Google
 * computed none, which is so for composite objects. Both change with the bytes and with nothing else.
 */
function etagOf(md5: unknown, generation: unknown): string | undefined {
  if (typeof md5 === 'string') return `"${Buffer.from(md5, 'base64').toString('hex')}"`;
  return typeof generation === 'string' ? `"${generation}"` : undefined;
}

/** @param size in bytes; of what is stored compressed it says nothing about what will be read. */
function toStat(etag: string | undefined, modified: string, size: string): GcsStat {
  // whole seconds, as in HTTP dates, so that both ways to learn of the object agree
  const modifiedAt = new Date(Math.trunc(Date.parse(modified) / 1_000) * 1_000);
  if (!etag || Number.isNaN(modifiedAt.getTime())) {
    throw new AppError('source-failed', {
      detail: `an object without MD5 and generation, or date: ${etag} ${modified}`,
    });
  }
  return { etag, modifiedAt, ...(/^\d+$/.test(size) && { size: Number(size) }) };
}
