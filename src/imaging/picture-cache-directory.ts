import { existsSync, readlinkSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A file system in memory, on Linux. */
const SHARED_MEMORY = '/dev/shm';

const PREFIX = 'imagor-ts-pictures';

/** For its owner alone. */
const PRIVATE_MODE = 0o700;

/** Directories of processes that nobody here can ask after, such as those of another container, go after this long. */
const FORGOTTEN_AFTER_MS = 86_400_000;

/**
 * Makes a private directory for kept pictures, in memory where there is room, and removes those that servers left
 * behind that ended without doing so.
 *
 * @param wantedBytes What is to find room there.
 * @param places Where to look for room, best first; the last is taken without asking.
 * @returns its path.
 * @throws Error of the file system.
 */
export async function makePictureDirectory(
  wantedBytes: number,
  places: readonly string[] = [SHARED_MEMORY, tmpdir()],
): Promise<string> {
  for (const place of places) await removeStale(place);
  let chosen = places.at(-1) ?? tmpdir();
  for (const place of places.slice(0, -1).reverse()) if (await hasRoom(place, wantedBytes)) chosen = place;
  return mkdtemp(path.join(chosen, `${PREFIX}-${processSpace()}-${process.pid}-`), { encoding: 'utf8' });
}

/**
 * Makes the directory again where something has removed it: a cleaner of temporary files, another server.
 *
 * @throws Error when what is there now is not ours alone.
 */
export async function ensurePictureDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { mode: PRIVATE_MODE });
  } catch (error) {
    const found = await lstat(directory);
    const isPrivate = found.isDirectory() && isOwn(found.uid) && (found.mode & 0o077) === 0;
    if (!isPrivate) throw error;
  }
}

async function hasRoom(place: string, wantedBytes: number): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(place);
    return bavail * bsize >= wantedBytes;
  } catch {
    return false; // no such file system here
  }
}

async function removeStale(place: string): Promise<void> {
  if (!existsSync(place)) return;
  const names = (await readdir(place)).filter((name) => name.startsWith(`${PREFIX}-`));
  for (const name of names) {
    const directory = path.join(place, name);
    // another server that starts now may remove it first
    const found = await lstat(directory).catch(() => undefined);
    if (!found?.isDirectory() || !isOwn(found.uid) || !isStale(name, found.mtimeMs)) continue;
    await rm(directory, { recursive: true, force: true });
  }
}

function isStale(name: string, modifiedAtMs: number): boolean {
  const [space, pid] = name.slice(PREFIX.length + 1).split('-');
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
