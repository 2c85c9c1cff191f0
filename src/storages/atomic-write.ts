import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isSystemError } from './system-error.ts';
import { type TemporaryFile, TemporaryFiles } from './temporary-files.ts';

/**
 * Writes a file so that its name always stands for the whole of the old bytes or the whole of the new ones, whatever
 * happens on the way (temporary file, fsync, rename). Of writes at the same time one wins, whole.
 *
 * @param path in an existing directory; a symbolic link there is replaced, not followed.
 * @param mode of a new file, less the umask.
 * @param temporaries where it is written first, in the directory of `path` by default. On a file system other than that
 * of `path`, the bytes are written once more, beside it.
 * @throws the system's error, or the signal's reason; no temporary file is left then.
 */
export async function writeAtomically(
  path: string,
  bytes: Uint8Array,
  mode: number,
  signal: AbortSignal,
  temporaries: TemporaryFiles = new TemporaryFiles(dirname(path)),
): Promise<void> {
  const write = async (temporary: TemporaryFile): Promise<void> => {
    await fill(temporary, bytes, signal);
    signal.throwIfAborted();
    await rename(temporary.path, path);
  };
  try {
    await temporaries.use(mode, write);
  } catch (error) {
    if (!isSystemError(error, 'EXDEV')) throw error;
    await new TemporaryFiles(dirname(path)).use(mode, write);
  }
}

async function fill({ handle }: TemporaryFile, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  try {
    await handle.writeFile(bytes, { signal });
    await handle.sync();
  } finally {
    await handle.close();
  }
}
