import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { makePrivateDirectory, removeAbandonedDirectories } from './private-directory.ts';

/** A file system in memory, on Linux. */
const SHARED_MEMORY = '/dev/shm';

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
  await removeAbandonedDirectories('pictures', places);
  let chosen = places.at(-1) ?? tmpdir();
  for (const place of places.slice(0, -1).reverse()) if (await hasRoom(place, wantedBytes)) chosen = place;
  return makePrivateDirectory('pictures', chosen);
}

async function hasRoom(place: string, wantedBytes: number): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(place);
    return bavail * bsize >= wantedBytes;
  } catch {
    return false; // no such file system here
  }
}
