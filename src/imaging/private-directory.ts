import { readlinkSync, utimes } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** For its owner alone. */
const PRIVATE_MODE = 0o700;

/** How often a server that lives touches its directory. */
const TOUCHED_EVERY_MS = 300_000;
/** A server whose directory has not been touched for so long is no more, though a process of its number may be. */
const FORGOTTEN_AFTER_MS = 3 * TOUCHED_EVERY_MS;

/** Those of this process, and what touches them. */
const MADE = new Map<string, NodeJS.Timeout>();

/** What a directory is for; it is part of its name. */
export type DirectoryPurpose = 'pictures' | 'fonts';

/**
 * Makes a directory for its owner alone.
 *
 * @returns its path, which tells whose it is.
 * @throws Error of the file system.
 */
export async function makePrivateDirectory(purpose: DirectoryPurpose, place: string): Promise<string> {
  const prefix = `${prefixOf(purpose)}${processSpace()}-${process.pid}-`;
  const directory = await mkdtemp(path.join(place, prefix), { encoding: 'utf8' });
  MADE.set(directory, setInterval(() => touch(directory), TOUCHED_EVERY_MS).unref());
  return directory;
}

/** Removes a directory of this process with all that is in it. */
export async function removePrivateDirectory(directory: string): Promise<void> {
  clearInterval(MADE.get(directory));
  MADE.delete(directory);
  await rm(directory, { recursive: true, force: true });
}

function touch(directory: string): void {
  const now = new Date();
  utimes(directory, now, now, () => {}); // it may be gone: whoever needs it makes it again
}

/**
 * Removes directories of servers that ended without doing so.
 *
 * Where that cannot be done, it is left: they are in nobody's way.
 *
 * @param places Where to look.
 */
export async function removeAbandonedDirectories(purpose: DirectoryPurpose, places: readonly string[]): Promise<void> {
  for (const place of places) await removeAbandoned(prefixOf(purpose), place);
}

/**
 * Makes the directory again where something has removed it: a cleaner of temporary files, another server.
 *
 * @throws Error when what is there now is not ours alone.
 */
export async function ensurePrivateDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { mode: PRIVATE_MODE });
  } catch (error) {
    const found = await lstat(directory);
    const isPrivate = found.isDirectory() && isOwn(found.uid) && (found.mode & 0o077) === 0;
    if (!isPrivate) throw error;
  }
}

function prefixOf(purpose: DirectoryPurpose): string {
  return `imagor-ts-${purpose}-`;
}

async function removeAbandoned(prefix: string, place: string): Promise<void> {
  const found = await readdir(place).catch(() => []); // not there, or not for us to see
  for (const name of found.filter((candidate) => candidate.startsWith(prefix))) {
    const directory = path.join(place, name);
    // another server that starts now may remove it first
    const entry = await lstat(directory).catch(() => undefined);
    if (MADE.has(directory) || !entry?.isDirectory() || !isOwn(entry.uid)) continue;
    if (!isAbandoned(name.slice(prefix.length), entry.mtimeMs)) continue;
    await rm(directory, { recursive: true, force: true }).catch(() => {}); // a place that is only read by now
  }
}

function isAbandoned(owner: string, modifiedAtMs: number): boolean {
  if (Date.now() - modifiedAtMs > FORGOTTEN_AFTER_MS) return true;
  const [space, pid] = owner.split('-');
  // a process id means something only among processes that see each other; one that is ours was another's before
  return space === processSpace() && (Number(pid) === process.pid || !isAlive(Number(pid)));
}

/** Which processes see each other: Linux' PID namespace (namespaces(7)), by its number. */
function processSpace(): string {
  if (process.platform !== 'linux') return '0';
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0'; // a /proc that hides it
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function isOwn(uid: number): boolean {
  return process.getuid === undefined || process.getuid() === uid;
}
