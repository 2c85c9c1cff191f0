import { readlinkSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** For its owner alone. */
const PRIVATE_MODE = 0o700;

/** Directories of processes that nobody here can ask after, such as those of another container, go after this long. */
const FORGOTTEN_AFTER_MS = 86_400_000;

/** What a directory is for; it is part of its name. */
export type DirectoryPurpose = 'pictures' | 'fonts';

/**
 * Makes a directory for its owner alone.
 *
 * @returns its path, which tells whose it is.
 * @throws Error of the file system.
 */
export function makePrivateDirectory(purpose: DirectoryPurpose, place: string): Promise<string> {
  return mkdtemp(path.join(place, `${prefixOf(purpose)}${processSpace()}-${process.pid}-`), { encoding: 'utf8' });
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
    if (!entry?.isDirectory() || !isOwn(entry.uid) || !isAbandoned(name.slice(prefix.length), entry.mtimeMs)) continue;
    await rm(directory, { recursive: true, force: true }).catch(() => {}); // a place that is only read by now
  }
}

function isAbandoned(owner: string, modifiedAtMs: number): boolean {
  const [space, pid] = owner.split('-');
  // a process id means something only among processes that see each other
  if (space !== processSpace()) return Date.now() - modifiedAtMs > FORGOTTEN_AFTER_MS;
  return Number(pid) !== process.pid && !isAlive(Number(pid));
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
