import { posix } from 'node:path';
import { createSafeChars, normalize } from '../endpoint/normalize.ts';
import { AppError } from '../errors.ts';
import { createBelowPrefix } from './below-prefix.ts';

/** Which keys a bucket holds, and under what object names. */
export interface ObjectKeyOptions {
  /** What object names begin with, `/` or not around it. */
  readonly baseDir: string;
  /** Keys outside of it are not served; it is not part of the name. Whole segments: `avatars` is not `avatars2`. */
  readonly pathPrefix: string;
  /**
   * Characters that names hold unescaped beside letters, digits and `/-_.~`; `--` for all. Cleaning makes one slash of
   * several, as imagor does; a `//` in this option keeps them, since object stores tell `a//b` from `a/b`.
   */
  readonly safeChars: string;
  /** Characters that this kind of store leaves unescaped without being asked. */
  readonly keptChars: string;
}

/** S3 and Google Cloud Storage take names of up to 1024 bytes of UTF-8. */
const MAX_NAME_BYTES = 1024;

/** A segment that a gateway between us and the bucket might take for the way up, as it is or decoded once more. */
const DOT_SEGMENT = /(?:^|\/|\\|%2f|%5c)(?:\.|%2e){1,2}(?:$|\/|\\|%2f|%5c)/i;

/**
 * Compiles the way from keys to object names: normalised, without the prefix, under the base directory, no slash in
 * front.
 *
 * @returns takes a key; undefined for one outside of the prefix. Throws AppError `invalid` for keys that hold a way up or
 * nothing, a null, or half a surrogate pair, and for names too long for any bucket.
 */
export function createObjectKey(options: ObjectKeyOptions): (key: string) => string | undefined {
  const keepsEmptySegments = options.safeChars.includes('//');
  const safeChars = createSafeChars(options.safeChars.replaceAll('//', ''), options.keptChars);
  const baseDir = posix.join('/', options.baseDir, '/').slice(1);
  const clean = (key: string): string => normalize(key, safeChars);
  const belowPrefix = createBelowPrefix(options.pathPrefix, clean);
  return (key) => {
    const path = `/${keepsEmptySegments ? cleanBetweenRuns(key, clean) : clean(key)}`;
    if (path === '/' || DOT_SEGMENT.test(path) || /[\0\p{Surrogate}]/u.test(path)) {
      throw new AppError('invalid');
    }
    const rest = belowPrefix(path);
    if (rest === undefined) return undefined;
    const name = baseDir + rest;
    if (Buffer.byteLength(name) > MAX_NAME_BYTES)
      throw new AppError('invalid', { detail: 'a name of over 1024 bytes' });
    return name;
  };
}

/** Cleans what lies between runs of slashes, so that the runs stay; a `..` next to one leads nowhere and is refused. */
function cleanBetweenRuns(key: string, clean: (part: string) => string): string {
  return key
    .replace(/^\/+|\/+$/g, '')
    .split(/(\/{2,})/)
    .map((part, index) => (index % 2 === 1 ? part : clean(part)))
    .join('');
}
