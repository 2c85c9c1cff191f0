import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BENCH_FOLDER, loadSharp, packagedFile } from './packages.ts';

/** A photograph of a city, 2900×1500, with the grain of its film; README.md tells its source and licence. */
export const PHOTO = 'material-kit/assets/img/profile_city.jpg';

/** At the photograph's own proportions: six megapixels, and 1.5 where only time matters. */
const SIZES = { full: { width: 3408, height: 1763 }, smoke: { width: 1704, height: 882 } };

/** Other photographs of the same package, at most of 2000×1339, as their makers saved them. */
const OTHER_PHOTOS = ['bg7', 'city-profile', 'landing'];

/** What likeness is judged by. */
export const DETAILED_PHOTOS: readonly string[] = [
  'photo.jpg',
  'photo.webp',
  'photo.avif',
  ...OTHER_PHOTOS.flatMap((name) => [`${name}.jpg`, `${name}.webp`]),
];

/** Gives a JPEG of 30 KB. */
const SMALL_WIDTH = 560;

/**
 * Folders that hold every source again, one for each request that is under way at a time (one that is worked on and
 * one that waits, for every core): a server that answers like requests together has to do the work of each.
 */
export const LANES: readonly string[] = Array.from({ length: 2 * availableParallelism() }, (_, lane) => `lane-${lane}`);

/**
 * Makes the source pictures, once: they stay in `bench/results/`, in a folder named after this very code, so that a
 * change of it makes them anew.
 *
 * @returns the folder with `photo.jpg`, `photo.png`, `photo.webp`, `photo.avif` and `small.jpg`, and the lanes; and with
 * what else is in {@link DETAILED_PHOTOS}.
 */
export async function makePhotos(size: keyof typeof SIZES): Promise<string> {
  const recipe = createHash('sha256')
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .digest('hex')
    .slice(0, 12);
  const folder = fileURLToPath(new URL(`results/photos-${size}-${recipe}-${LANES.length}`, BENCH_FOLDER));
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.part`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const sharp = loadSharp();
  const original = packagedFile(PHOTO);
  const large = sharp(original).resize(SIZES[size].width, SIZES[size].height, { fit: 'fill' });
  await Promise.all([
    large.clone().toFormat('jpeg', { quality: 90 }).toFile(path.join(unfinished, 'photo.jpg')),
    large.clone().toFormat('png', {}).toFile(path.join(unfinished, 'photo.png')),
    large.clone().toFormat('webp', { quality: 90 }).toFile(path.join(unfinished, 'photo.webp')),
    // a low effort saves seconds here and costs a decoder nothing
    large.clone().toFormat('avif', { quality: 65, effort: 2 }).toFile(path.join(unfinished, 'photo.avif')),
    sharp(original).resize(SMALL_WIDTH).toFormat('jpeg', { quality: 80 }).toFile(path.join(unfinished, 'small.jpg')),
  ]);
  const files = readdirSync(unfinished);
  for (const lane of LANES) {
    mkdirSync(path.join(unfinished, lane));
    for (const file of files) linkSync(path.join(unfinished, file), path.join(unfinished, lane, file));
  }
  for (const name of OTHER_PHOTOS) await saveOther(name, unfinished);
  renameSync(unfinished, folder);
  return folder;
}

/** As JPEG the file as it is; as WebP of as good a quality as the large photograph. */
async function saveOther(name: string, folder: string): Promise<void> {
  const original = packagedFile(`material-kit/assets/img/${name}.jpg`);
  copyFileSync(original, path.join(folder, `${name}.jpg`));
  await loadSharp()(original)
    .toFormat('webp', { quality: 90 })
    .toFile(path.join(folder, `${name}.webp`));
}
