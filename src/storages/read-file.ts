import { closeSync, fstatSync, read } from 'node:fs';
import { promisify } from 'node:util';
import type { Stat } from '../core/blob.ts';
import { AppError } from '../errors.ts';
import { BufferPool } from './buffer-pool.ts';
import type { FileVersion } from './known-etags.ts';

const readPiece = promisify(read);

/** One for the whole process: what is kept is bounded, however many storages there are. */
const POOL = new BufferPool(67_108_864);

/** Between two pieces of this size a read can be aborted. */
const PIECE_BYTES = 4_194_304;

/** A regular file, whole. */
export interface FileContent {
  readonly bytes: Uint8Array;
  /** As {@link Lease.release}. */
  release(): void;
  readonly version: FileVersion;
  readonly stat: Stat & { readonly size: number; readonly modifiedAt: Date };
}

/**
 * Reads a regular file. What is read is what was examined, by the same descriptor.
 *
 * @param descriptor Closed when this settles.
 * @param accept Judges by size and age before anything is read, and may wait until there is room; throws to refuse.
 * @throws AppError `not-found` for directories, devices, FIFOs and sockets; what `accept` throws; the system's error;
 * the signal's reason.
 */
export async function readFile(
  descriptor: number,
  accept: (stat: FileContent['stat']) => void | Promise<void>,
  signal: AbortSignal,
): Promise<FileContent> {
  try {
    // of an open file this is known without waiting for a disk
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new AppError('not-found', { detail: 'not a regular file' });
    const stat = { size: stats.size, modifiedAt: stats.mtime };
    const accepted = accept(stat);
    if (accepted) await accepted; // who need not wait is not made to
    const { bytes, release } = POOL.take(stats.size);
    await fill(bytes, descriptor, signal);
    return { bytes, release, stat, version: stats };
  } finally {
    closeSync(descriptor);
  }
}

async function fill(bytes: Uint8Array, descriptor: number, signal: AbortSignal): Promise<void> {
  let length = 0;
  while (length < bytes.length) {
    signal.throwIfAborted();
    const piece = Math.min(PIECE_BYTES, bytes.length - length);
    const { bytesRead } = await readPiece(descriptor, bytes, length, piece, length);
    if (bytesRead === 0)
      throw new AppError('internal', { detail: `a file ended after ${length} of ${bytes.length} bytes` });
    length += bytesRead;
  }
}
