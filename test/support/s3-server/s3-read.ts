import type { ServerResponse } from 'node:http';
import type { StoredObject } from './s3-bucket.ts';
import { S3Refusal } from './s3-refusal.ts';
import type { S3Request } from './s3-wire.ts';

/** An answer to a GET or HEAD. */
export interface S3Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Uint8Array;
}

/**
 * Answers with an object: whole, a range of it, or only that it is unchanged (RFC 9110 sections 13 and 14).
 *
 * @throws S3Refusal
 */
export function readObject(object: StoredObject, { headers }: S3Request): S3Answer {
  const validators = { etag: object.etag, 'last-modified': object.modifiedAt.toUTCString() };
  checkPrecondition(object, headers);
  if (isUnchanged(object, headers)) return { status: 304, headers: validators, body: new Uint8Array() };
  const { bytes, contentType, storageClass, tags } = object;
  const [start, end] = rangeOf(headers.get('range'), bytes.length) ?? [0, bytes.length];
  const isPart = headers.has('range') && end - start < bytes.length;
  const body = bytes.subarray(start, end);
  return {
    status: isPart ? 206 : 200,
    headers: {
      ...validators,
      ...Object.fromEntries(object.metadata),
      'content-type': contentType,
      'content-length': body.length,
      'accept-ranges': 'bytes',
      ...(storageClass !== 'STANDARD' && { 'x-amz-storage-class': storageClass }),
      ...(tags.size > 0 && { 'x-amz-tagging-count': tags.size }),
      ...(isPart && { 'content-range': `bytes ${start}-${end - 1}/${bytes.length}` }),
    },
    body,
  };
}

/** Sends an answer as it is. */
export function sendAnswer(response: ServerResponse, method: string, { status, headers, body }: S3Answer): void {
  response.writeHead(status, { ...headers, 'x-amz-request-id': 'tx0000' });
  response.end(method === 'HEAD' || status === 304 ? undefined : body);
}

function checkPrecondition({ etag, modifiedAt }: StoredObject, headers: S3Request['headers']): void {
  const match = headers.get('if-match');
  const unmodifiedSince = headers.get('if-unmodified-since');
  const isFulfilled =
    match === undefined
      ? unmodifiedSince === undefined || seconds(modifiedAt) <= seconds(new Date(unmodifiedSince))
      : names(match, etag);
  if (!isFulfilled) throw new S3Refusal(412, 'PreconditionFailed');
}

function isUnchanged({ etag, modifiedAt }: StoredObject, headers: S3Request['headers']): boolean {
  const noneMatch = headers.get('if-none-match');
  if (noneMatch !== undefined) return names(noneMatch, etag);
  const since = headers.get('if-modified-since');
  return since !== undefined && seconds(modifiedAt) <= seconds(new Date(since));
}

/** Ceph takes one tag, with quotes or without: a list names none of its own, and neither does a weak tag. */
function names(tag: string, etag: string): boolean {
  return ['*', etag, etag.slice(1, -1)].includes(tag.trim());
}

function rangeOf(range: string | undefined, size: number): [start: number, end: number] | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (start >= end) throw new S3Refusal(416, 'InvalidRange');
  return [start, end];
}

function seconds(date: Date): number {
  return Math.trunc(date.getTime() / 1000);
}
