import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Stat } from '../core/blob.ts';
import { AppError } from '../errors.ts';

/** Between two pieces of this size a read can be aborted. */
const PIECE_BYTES = 4_194_304;

/** O_NONBLOCK: opening a FIFO without a writer would wait for one. O_NOFOLLOW: the path is a real one. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** A regular file, whole. */
export interface FileContent {
  /** Memory of its own, not a part of Node's pool: it may be transferred. */
  readonly bytes: Uint8Array;
  readonly stat: Stat & { readonly size: number; readonly modifiedAt: Date };
}

/**
 * Reads a regular file. What is read is what was examined, by the same handle.
 *
 * @param path without symbolic links.
 * @param accept Judges by size and age before anything is read; throws to refuse.
 * @throws AppError `not-found` for directories, devices, FIFOs and sockets; what `accept` throws; the system's error;
 * the signal's reason.
 */
export async function readFile(
  path: string,
  accept: (stat: FileContent['stat']) => void,
  signal: AbortSignal,
): Promise<FileContent> {
  const handle = await open(path, FLAGS);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new AppError('not-found', { detail: `${path} is not a regular file` });
    const stat = { size: stats.size, modifiedAt: stats.mtime };
    accept(stat);
    return { bytes: await readBytes(handle, stats.size, signal), stat };
  } finally {
    await handle.close();
  }
}

async function readBytes(handle: FileHandle, size: number, signal: AbortSignal): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let length = 0;
  while (length < size) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(bytes, length, Math.min(PIECE_BYTES, size - length), length);
    if (bytesRead === 0) throw new AppError('internal', { detail: `a file ended after ${length} of ${size} bytes` });
    length += bytesRead;
  }
  return bytes;
}
