import { isSameStrong, type Validators } from './conditional.ts';
import { parseHttpDate } from './http-date.ts';

/** Bytes from and to, both included, counted from 0. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** Answers of fewer bytes are sent whole: what a part of them saves is not worth another request. */
export const MIN_RANGE_BYTES = 1_048_576;

/**
 * The part of an answer that a GET asks for (RFC 9110 §14).
 *
 * @param size Of the whole answer, in bytes.
 * @param now Milliseconds since 1970.
 * @returns undefined for the whole: nothing else is asked for, or several parts, or of another version.
 */
export function selectRange(
  request: Headers,
  size: number,
  validators: Validators,
  now: number,
): ByteRange | 'unsatisfiable' | undefined {
  const wanted = singleRange(request.get('range') ?? '');
  if (!wanted || size < MIN_RANGE_BYTES || !isOfThisVersion(request.get('if-range'), validators, now)) return undefined;
  const [from, to] = wanted;
  if (from === undefined) return to === 0 ? 'unsatisfiable' : { first: Math.max(0, size - to), last: size - 1 };
  if (from >= size) return 'unsatisfiable';
  return { first: from, last: Math.min(to, size - 1) };
}

/** `bytes=5-9`, `bytes=5-` or `bytes=-5`, of which the last counts from the end. */
function singleRange(header: string): readonly [number | undefined, number] | undefined {
  const [, first = '', last = ''] = /^bytes=[\t ,]*(\d*)-(\d*)[\t ,]*$/i.exec(header) ?? [];
  if (first === '') return last === '' ? undefined : [undefined, Number(last)];
  const range = [Number(first), last === '' ? Number.POSITIVE_INFINITY : Number(last)] as const;
  return range[0] <= range[1] ? range : undefined;
}

/** `If-Range` (RFC 9110 §13.1.5): a part of another version would be put together with the wrong rest. */
function isOfThisVersion(condition: string | null, { etag, modifiedAt }: Validators, now: number): boolean {
  if (condition === null) return true;
  const date = parseHttpDate(condition);
  if (!date) return isSameStrong(condition.trim(), etag);
  if (!modifiedAt) return false;
  const seconds = Math.trunc(modifiedAt.getTime() / 1000);
  // within the same second it could change again and keep its date (§8.8.2.2)
  return date.getTime() === seconds * 1000 && now >= (seconds + 1) * 1000;
}
