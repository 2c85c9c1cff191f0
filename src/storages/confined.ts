import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { AppError } from '../errors.ts';
import { isSystemError } from './system-error.ts';

/** Follows symbolic links below a base directory, never out of it. */
export interface Confined {
  /**
   * @param path below the base directory by its name.
   * @returns the real path of what exists there.
   * @throws AppError `not-found` where links lead out; the system's error where there is nothing.
   */
  resolve(path: string): Promise<string>;
  /**
   * Makes a directory with its parents, none of them outside.
   *
   * @param mode of the directories made.
   * @returns its real path.
   * @throws as `resolve`.
   */
  makeDir(path: string, mode: number): Promise<string>;
}

/** The base directory may itself be a link, and may come into being or be exchanged later. */
export function createConfined(baseDir: string): Confined {
  let knownBase: string | undefined;

  const resolve = async (path: string): Promise<string> => {
    const real = await realpath(path);
    if (knownBase === undefined || !isInside(real, knownBase)) knownBase = await realpath(baseDir);
    if (!isInside(real, knownBase)) throw new AppError('not-found', { detail: `${path} leads out of ${baseDir}` });
    return real;
  };

  /** The real path of what exists of a path, and the rest by its name. */
  const resolveMissing = async (path: string): Promise<string> => {
    try {
      return await resolve(path);
    } catch (error) {
      if (path === baseDir || !isSystemError(error, 'ENOENT')) throw error;
      return join(await resolveMissing(dirname(path)), basename(path));
    }
  };

  const makeDir = async (path: string, mode: number): Promise<string> => {
    try {
      return await resolve(path);
    } catch (error) {
      if (!isSystemError(error, 'ENOENT')) throw error;
    }
    await mkdir(baseDir, { recursive: true, mode });
    // mkdir would follow links; in what does not exist there are none
    await mkdir(await resolveMissing(path), { recursive: true, mode });
    return await resolve(path);
  };

  return { resolve, makeDir };
}

function isInside(path: string, base: string): boolean {
  return path === base || path.startsWith(base.endsWith(sep) ? base : base + sep);
}
