import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BENCH_FOLDER, loadSharp, packagedFile } from './packages.ts';
import { PHOTO } from './photos.ts';

/** Widths of what people upload to a site: from a phone's preview to a picture as wide as a page. */
const WIDTHS = { small: 640, middle: 1024, large: 1600 };

/** Of the animations; the photograph moves along under a frame of this size. */
const FRAME = { width: 240, height: 160, count: 8 };

/** A half transparent logo. */
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="60">
  <rect width="120" height="60" rx="12" fill="#0a5" fill-opacity="0.6"/><circle cx="30" cy="30" r="18" fill="#fff"/>
</svg>`;

/**
 * Makes the source pictures of the mixed requests, once: they stay in `bench/results/`, in a folder named after this very
 * code.
 *
 * @returns a folder with `small`, `middle` and `large` as `.jpg`, `.png`, `.webp` and `.avif`, `moving.gif`,
 * `moving.webp`, `logo.png`, `logo.svg`, `cut.jpg` (the first half of one) and `note.jpg`, which is a text.
 */
export async function makeMixSources(): Promise<string> {
  const recipe = createHash('sha256')
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .digest('hex')
    .slice(0, 12);
  const folder = fileURLToPath(new URL(`results/mix-${recipe}`, BENCH_FOLDER));
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.part`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const file = (name: string): string => path.join(unfinished, name);
  const sharp = loadSharp();
  for (const [name, width] of Object.entries(WIDTHS)) {
    const photo = sharp(packagedFile(PHOTO)).resize(width);
    await photo
      .clone()
      .toFormat('jpeg', { quality: 85 })
      .toFile(file(`${name}.jpg`));
    await photo
      .clone()
      .toFormat('png', {})
      .toFile(file(`${name}.png`));
    await photo
      .clone()
      .toFormat('webp', { quality: 85 })
      .toFile(file(`${name}.webp`));
    await photo
      .clone()
      .toFormat('avif', { quality: 60, effort: 2 })
      .toFile(file(`${name}.avif`));
  }
  const frames = await Promise.all(Array.from({ length: FRAME.count }, (_, index) => frame(file('small.png'), index)));
  const moving = sharp(frames, { join: { animated: true } });
  await moving.clone().toFormat('gif', {}).toFile(file('moving.gif'));
  await moving.clone().toFormat('webp', { quality: 80 }).toFile(file('moving.webp'));
  await sharp(Buffer.from(LOGO)).toFormat('png', {}).toFile(file('logo.png'));
  writeFileSync(file('logo.svg'), LOGO);
  const whole = readFileSync(file('middle.jpg'));
  writeFileSync(file('cut.jpg'), whole.subarray(0, whole.length / 2));
  writeFileSync(file('note.jpg'), 'This is no picture, whatever its name says.\n'.repeat(100));
  renameSync(unfinished, folder);
  return folder;
}

function frame(photo: string, index: number): Promise<Uint8Array> {
  const { width, height } = FRAME;
  const region = { left: index * 20, top: index * 5, width, height };
  return loadSharp()(photo).extract(region).toFormat('png', {}).toBuffer();
}
