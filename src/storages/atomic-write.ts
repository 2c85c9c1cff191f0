import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isSystemError } from './system-error.ts';

/** A write takes seconds at most: a temporary file of this age was left by a process that died. */
const STALE_MS = 3_600_000;

/**
 * Writes a file so that its name always stands for the whole of the old bytes or the whole of the new ones, whatever
 * happens on the way (temporary file, fsync, rename). Of writes at the same time one wins, whole.
 *
 * A process that dies may leave its temporary file, hidden by its leading dot. The next write of the same path removes
 * it: the name of the first temporary file of a path is always the same.
 *
 * @param path in an existing directory; a symbolic link there is replaced, not followed.
 * @param mode of a new file, less the umask.
 * @throws the system's error, or the signal's reason; no temporary file is left then.
 */
export async function writeAtomically(
  path: string,
  bytes: Uint8Array,
  mode: number,
  signal: AbortSignal,
): Promise<void> {
  const temporary = await createTemporary(path, mode);
  try {
    await fill(temporary.handle, bytes, signal);
    signal.throwIfAborted();
    await rename(temporary.path, path);
  } catch (error) {
    await rm(temporary.path, { force: true });
    throw error;
  }
}

async function createTemporary(path: string, mode: number): Promise<{ path: string; handle: FileHandle }> {
  // a digest, because a name may already be as long as the file system allows
  const prefix = join(
    dirname(path),
    `.imagor-${createHash('sha256').update(basename(path)).digest('hex').slice(0, 32)}`,
  );
  const usual = `${prefix}.tmp`;
  try {
    return { path: usual, handle: await open(usual, 'wx', mode) };
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
  }
  if (await isStale(usual)) await rm(usual, { force: true });
  // not the usual name: another process may be taking that over as well
  const other = `${prefix}-${randomUUID()}.tmp`;
  return { path: other, handle: await open(other, 'wx', mode) };
}

async function isStale(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > STALE_MS;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false;
    throw error;
  }
}

async function fill(handle: FileHandle, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  try {
    await handle.writeFile(bytes, { signal });
    await handle.sync();
  } finally {
    await handle.close();
  }
}
