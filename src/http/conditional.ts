import { isUnchangedSince } from '../core/blob.ts';
import type { Known } from '../core/ports.ts';
import { parseHttpDate } from './http-date.ts';

/** What tells two versions of an answer apart (RFC 9110 §8.8). */
export interface Validators {
  /** Quotes included. */
  readonly etag: string | undefined;
  readonly modifiedAt: Date | undefined;
}

/** What becomes of a request: an answer as without conditions, 304, or 412. */
export type Verdict = 'proceed' | 'not-modified' | 'failed';

/** RFC 9110 §8.8.3. A comma may be part of a tag. */
const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

/** Bytes of tags that are asked of a storage, which may refuse more. */
const MAX_KNOWN_BYTES = 1024;

/**
 * What a client says that it has, for a storage that can compare by itself. Undefined where the whole answer is needed
 * to judge, or the client wants it anyway.
 */
export function knownOf(request: Headers): Known | undefined {
  if (refusesStored(request) || request.has('if-match') || request.has('if-unmodified-since')) return undefined;
  const noneMatch = request.get('if-none-match');
  if (noneMatch !== null) {
    // others than of visible ASCII are no store's, and S3 would not take our signature over them
    const etag = entityTags(noneMatch)
      .map(opaque)
      .filter((tag) => /^[!-~]*$/.test(tag))
      .join(', ');
    return etag === '' || etag.length > MAX_KNOWN_BYTES ? undefined : { etag };
  }
  const modifiedAt = dateOf(request, 'if-modified-since');
  return modifiedAt && { modifiedAt };
}

/**
 * Judges the preconditions of a GET or HEAD in the order of RFC 9110 §13.2.2. A client that sends `no-cache` gets the
 * whole answer rather than a 304, as from imagor.
 */
export function judge(request: Headers, validators: Validators): Verdict {
  if (hasChanged(request, validators)) return 'failed';
  return !refusesStored(request) && isKnown(request, validators) ? 'not-modified' : 'proceed';
}

function hasChanged(request: Headers, validators: Validators): boolean {
  const match = request.get('if-match');
  if (match !== null) {
    return match.trim() !== '*' && !entityTags(match).some((tag) => isSameStrong(tag, validators.etag));
  }
  const since = dateOf(request, 'if-unmodified-since');
  if (since === undefined) return false;
  const { modifiedAt } = validators;
  return modifiedAt !== undefined && !isUnchangedSince(modifiedAt, since);
}

function isKnown(request: Headers, validators: Validators): boolean {
  const noneMatch = request.get('if-none-match');
  if (noneMatch !== null) {
    if (noneMatch.trim() === '*') return true;
    const { etag } = validators;
    return etag !== undefined && entityTags(noneMatch).map(opaque).includes(opaque(etag));
  }
  const since = dateOf(request, 'if-modified-since');
  if (since === undefined) return false;
  const { modifiedAt } = validators;
  return modifiedAt !== undefined && isUnchangedSince(modifiedAt, since);
}

/** RFC 9110 §8.8.3.2: a weak tag is never the same as another. */
export function isSameStrong(tag: string, etag: string | undefined): boolean {
  return tag === etag && !tag.startsWith('W/');
}

function entityTags(list: string): string[] {
  return list.match(ENTITY_TAG) ?? [];
}

function opaque(tag: string): string {
  return tag.replace(/^W\//, '');
}

function refusesStored(request: Headers): boolean {
  return request.get('cache-control')?.includes('no-cache') ?? false;
}

function dateOf(request: Headers, name: string): Date | undefined {
  const text = request.get(name);
  return text === null ? undefined : parseHttpDate(text);
}
