import { readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** How many descriptors of each kind a process has open; of no process but those of Linux. */
export interface OpenFiles {
  readonly sockets: number;
  /** Regular files, by their names; libraries that are mapped are not among them. */
  readonly files: readonly string[];
}

const PATIENCE_MS = 10_000;

/** What a process has open now; undefined where there is no /proc. */
export async function openFiles(pid: number): Promise<OpenFiles | undefined> {
  if (process.platform !== 'linux') return undefined;
  const folder = `/proc/${pid}/fd`;
  const links = await Promise.all(
    (await readdir(folder)).map((fd) => readlink(path.join(folder, fd)).catch(() => '')), // closed meanwhile
  );
  return {
    sockets: links.filter((link) => link.startsWith('socket:')).length,
    files: links.filter((link) => link.startsWith('/') && !link.startsWith('/dev/')).sort(),
  };
}

/**
 * As {@link openFiles}, once there is no more open than expected, or when that has not come about for a while: a process
 * tells nobody when it closes something.
 */
export async function settledOpenFiles(pid: number, expected?: OpenFiles): Promise<OpenFiles | undefined> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const open = await openFiles(pid);
    const isSettled =
      !open || !expected || (open.sockets <= expected.sockets && open.files.length <= expected.files.length);
    if (isSettled || Date.now() > end) return open;
    await pause(10);
  }
}
