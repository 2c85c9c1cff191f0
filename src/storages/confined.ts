import { closeSync, constants, open as openCallback, readlinkSync } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../errors.ts';
import { isSystemError } from './system-error.ts';

// a number, not a FileHandle, whose every method goes through the thread pool: there, looking costs more than reading
const openFile = promisify(openCallback);

/** O_NONBLOCK: opening a FIFO without a writer would wait for one. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Linux tells what a descriptor was opened on: what was examined is what will be read, whoever moves links meanwhile. */
const DESCRIPTORS = process.platform === 'linux' ? '/proc/self/fd' : undefined;

/** Follows symbolic links below a base directory, never out of it. */
export interface Confined {
  /**
   * @param path below the base directory by its name.
   * @returns the real path of what exists there.
   * @throws AppError `not-found` where links lead out; the system's error where there is nothing.
   */
  resolve(path: string): Promise<string>;
  /**
   * Opens what exists there for reading, without waiting for whatever it is.
   *
   * @returns a descriptor, which the caller closes.
   * @throws as `resolve`.
   */
  open(path: string): Promise<number>;
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

  const checked = async (path: string, real: string): Promise<string> => {
    if (knownBase === undefined || !isInside(real, knownBase)) knownBase = await realpath(baseDir);
    if (!isInside(real, knownBase)) throw new AppError('not-found', { detail: `${path} leads out of ${baseDir}` });
    return real;
  };

  const resolve = async (path: string): Promise<string> => checked(path, await realpath(path));

  const open = async (path: string): Promise<number> => {
    if (!DESCRIPTORS) return openFile(await resolve(path), FLAGS | (constants.O_NOFOLLOW ?? 0));
    const descriptor = await openFile(path, FLAGS);
    try {
      await checked(path, readlinkSync(`${DESCRIPTORS}/${descriptor}`));
      return descriptor;
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
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

  return { resolve, open, makeDir };
}

function isInside(path: string, base: string): boolean {
  return path === base || path.startsWith(base.endsWith(sep) ? base : base + sep);
}
