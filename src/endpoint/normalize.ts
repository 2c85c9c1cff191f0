import { removeLineBreaks } from './line-breaks.ts';
import { percentEncode } from './percent-encoding.ts';

/** What keys hold unescaped beside letters, digits and `-_.~`; `'all'` stands for every character. */
export type SafeChars = ReadonlySet<string> | 'all';

const DEFAULT_SAFE_CHARS = createSafeChars('');

/**
 * The set that an option such as `FILE_SAFE_CHARS` asks for, and `/`.
 *
 * @param extra Characters to leave unescaped, or `--` for all. Only ASCII counts: imagor takes the low byte of others,
 *   which never leaves that character whole.
 * @param builtin Characters that the storage takes unescaped anyway: S3's are `!"()*`.
 */
export function createSafeChars(extra: string, builtin: string = ''): SafeChars {
  return extra === '--' ? 'all' : new Set(`/${builtin}${extra}`.replace(/[^\x20-\x7e]/g, ''));
}

/** A relative path of unreserved characters (RFC 3986 §2.3) that is as short as can be: what most keys are. */
const NORMAL = /^(?:[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)(?:\/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)*$/;

/**
 * The key under which storages keep an image or a result: a clean path without outer slashes, unsafe characters
 * percent-encoded as UTF-8, spaces as `+`. What is empty is `.`; a relative path may keep its leading `..`, which the
 * storages refuse.
 *
 * Line breaks go first, so that none can part the two dots of a `..` until the path is clean; imagor cleans first.
 */
export function normalize(image: string, safeChars: SafeChars = DEFAULT_SAFE_CHARS): string {
  if (NORMAL.test(image) && (safeChars === 'all' || safeChars.has('/'))) return image;
  const key = cleanPath(removeLineBreaks(image)).replace(/^\//, '');
  if (safeChars === 'all') return key;
  const space = safeChars.has(' ') ? ' ' : '+';
  return key
    .split(' ')
    .map((part) => percentEncode(part, safeChars))
    .join(space);
}

/** The shortest name of the same path, as Go's `path.Clean` finds it: no `.`, no `//`, `..` only where it leads out. */
function cleanPath(path: string): string {
  const isRooted = path.startsWith('/');
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') kept.push(segment);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!isRooted) kept.push(segment);
  }
  const joined = kept.join('/');
  return isRooted ? `/${joined}` : joined || '.';
}
