import { join } from 'node:path';
import { createSafeChars, normalize } from '../endpoint/normalize.ts';
import { AppError } from '../errors.ts';
import { createBelowPrefix } from './below-prefix.ts';

/** Where keys lie. */
export interface FilePathOptions {
  readonly baseDir: string;
  /** Keys outside of it are not served; it is not part of the path. Whole segments: `avatars` is not `avatars2`. */
  readonly pathPrefix: string;
  /** Characters that file names hold unescaped beside letters, digits and `-_.~`; `--` for all. */
  readonly safeChars: string;
}

/** Making a directory costs a look at every one above it; what is nested deeper is no picture's name but an attack. */
const MAX_SEGMENTS = 200;

/**
 * Compiles the way from keys to paths below a base directory: normalised, without the prefix.
 *
 * @returns takes a key; undefined for one outside of the prefix. Throws AppError `invalid` for names that begin with a
 * dot, which hide `.git`, temporary files and the way up, for what file systems take for something else than a name, and
 * for paths of over 200 segments.
 */
export function createFilePath(options: FilePathOptions): (key: string) => string | undefined {
  const safeChars = createSafeChars(options.safeChars);
  const clean = (key: string): string => normalize(key, safeChars);
  const belowPrefix = createBelowPrefix(options.pathPrefix, clean);
  return (key) => {
    const path = `/${clean(key)}`;
    const isTooDeep = path.split('/').length - 1 > MAX_SEGMENTS;
    if (isTooDeep || path === '/' || /\/\.|[\\\0]/.test(path)) throw new AppError('invalid');
    const rest = belowPrefix(path);
    return rest === undefined ? undefined : join(options.baseDir, rest);
  };
}
