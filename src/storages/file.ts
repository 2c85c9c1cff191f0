import { existsSync, realpathSync } from 'node:fs';
import { stat as fileStat, unlink } from 'node:fs/promises';
import { resolve as absolute, basename, dirname, join, relative } from 'node:path';
import type { Stat } from '../core/blob.ts';
import type { Storage } from '../core/ports.ts';
import { AppError } from '../errors.ts';
import { writeAtomically } from './atomic-write.ts';
import { createConfined } from './confined.ts';
import { createFilePath } from './file-path.ts';
import { isKnown } from './is-known.ts';
import { KnownEtags } from './known-etags.ts';
import { readFile } from './read-file.ts';
import { isSystemError } from './system-error.ts';
import { TemporaryFiles } from './temporary-files.ts';

/** Options of a file loader or storage, named after imagor's `FILE_*`. */
export interface FileStorageOptions {
  /** Made when something is first stored. */
  readonly baseDir: string;
  /** Keys outside of it are not served. None by default. */
  readonly pathPrefix?: string;
  /** Characters that file names hold unescaped; `--` for all. */
  readonly safeChars?: string;
  /** Of directories made, less the umask: 0o755 by default. */
  readonly mkdirMode?: number;
  /** Of files written, less the umask: 0o666 by default. */
  readonly writeMode?: number;
  /** Older files count as absent; 0, the default, for no limit. */
  readonly expirationMs?: number;
  /** Larger files are not read; 0, the default, for no limit. */
  readonly maxBytes?: number;
  /** Tell etags: for results, which are small and are asked for again. Not by default. */
  readonly etags?: boolean;
}

/** About 10 MB when all of them are known. */
const MAX_KNOWN_ETAGS = 50_000;

/**
 * Keeps files below a directory. Keys never lead out of it, not by symbolic links either; those that stay inside are
 * followed. Only regular files are read.
 */
export function createFileStorage(options: FileStorageOptions): Storage {
  const { mkdirMode = 0o755, writeMode = 0o666, expirationMs = 0, maxBytes = 0 } = options;
  const baseDir = absolute(options.baseDir);
  const confined = createConfined(baseDir);
  const pathOf = createFilePath({ baseDir, pathPrefix: options.pathPrefix ?? '', safeChars: options.safeChars ?? '' });

  const temporaries = new TemporaryFiles(baseDir, mkdirMode);
  const etags = options.etags ? new KnownEtags(MAX_KNOWN_ETAGS) : undefined;

  const refuseExpired = ({ modifiedAt }: { readonly modifiedAt: Date }): void => {
    const isExpired = expirationMs > 0 && Date.now() - modifiedAt.getTime() > expirationMs;
    if (isExpired) throw new AppError('not-found', { detail: `expired, of ${modifiedAt.toISOString()}` });
  };

  const accept = (stat: { readonly size: number; readonly modifiedAt: Date }): void => {
    refuseExpired(stat);
    if (maxBytes > 0 && stat.size > maxBytes) throw new AppError('max-size-exceeded');
  };

  const get: Storage['get'] = async (key, { signal, makeRoom }) => {
    signal.throwIfAborted();
    const admit = (stat: { readonly size: number; readonly modifiedAt: Date }): Promise<void> | undefined => {
      accept(stat);
      return makeRoom?.(stat.size);
    };
    const path = pathOf(key);
    if (path === undefined) return undefined;
    try {
      const { bytes, version, stat, release } = await readFile(await confined.open(path), admit, signal);
      if (!etags) return { body: bytes, stat, release };
      const { size, modifiedAt } = stat;
      return { body: bytes, stat: { size, modifiedAt, etag: etags.of(path, version, bytes) }, release };
    } catch (error) {
      signal.throwIfAborted();
      throw toReadError(error);
    }
  };

  const getIfChanged: Storage['getIfChanged'] = async (key, known, context) => {
    const found = await stat(key, context);
    return found && isKnown(found, known) ? { stat: found } : get(key, context);
  };

  const stat: Storage['stat'] = async (key, { signal }) => {
    signal.throwIfAborted();
    const path = pathOf(key);
    if (path === undefined) return undefined;
    try {
      const stats = await fileStat(await confined.resolve(path));
      if (!stats.isFile()) throw new AppError('not-found');
      const known = { size: stats.size, modifiedAt: stats.mtime };
      refuseExpired(known);
      const etag = etags?.find(path, stats);
      return (etag === undefined ? known : { ...known, etag }) satisfies Stat;
    } catch (error) {
      throw toReadError(error);
    }
  };

  const put: Storage['put'] = async (key, { body }, { signal }) => {
    signal.throwIfAborted();
    const path = pathOf(key);
    if (path === undefined) return; // somebody else's, as in reading
    try {
      const dir = await confined.makeDir(dirname(path), mkdirMode);
      await writeAtomically(join(dir, basename(path)), body, writeMode, signal, temporaries);
    } catch (error) {
      signal.throwIfAborted();
      throw toWriteError(error);
    }
  };

  const remove: Storage['delete'] = async (key, { signal }) => {
    signal.throwIfAborted();
    const path = pathOf(key);
    if (path === undefined) return;
    try {
      await unlink(join(await confined.resolve(dirname(path)), basename(path)));
    } catch (error) {
      if (!isAbsent(error)) throw toWriteError(error);
    }
  };

  const locate = (key: string): string[] => {
    const path = pathOf(key);
    return path === undefined ? [] : [path];
  };

  /** By the folder that a link leads to, for others may name that. */
  const identify: Storage['identify'] = (key) =>
    locate(key).map((path) => join(realPath(baseDir), relative(baseDir, path)));

  return { name: 'file', isOwn: true, get, getIfChanged, stat, locate, identify, put, delete: remove };
}

/** Of a folder that is not there yet, its path as it is. */
function realPath(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : folder;
}

function isAbsent(thrown: unknown): boolean {
  if (thrown instanceof AppError) return thrown.code === 'not-found';
  return isSystemError(thrown, 'ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP', 'ENXIO');
}

/** The text of a system error holds paths, so it is for the log alone. */
function toReadError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const detail = String(thrown);
  if (isAbsent(thrown)) return new AppError('not-found', { detail, cause: thrown });
  if (isSystemError(thrown, 'EACCES', 'EPERM')) {
    return new AppError('source-not-allowed', { publicMessage: 'the source may not be read', detail, cause: thrown });
  }
  return new AppError('internal', { detail, cause: thrown });
}

function toWriteError(thrown: unknown): AppError {
  if (isSystemError(thrown, 'ENAMETOOLONG')) return new AppError('invalid', { detail: String(thrown), cause: thrown });
  return thrown instanceof AppError ? thrown : new AppError('internal', { detail: String(thrown), cause: thrown });
}
