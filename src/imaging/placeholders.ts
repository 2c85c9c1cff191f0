import type { Filter } from '../endpoint/params.ts';
import { splitArgs } from '../endpoint/split-args.ts';
import { AppError } from '../errors.ts';
import type { Image } from '../vips/image.ts';
import { blurHash } from './blur-hash.ts';
import { averageColor, toSrgb } from './color.ts';
import { thumbHash } from './thumb-hash.ts';

/** What pages show while a picture is on its way, as `meta/` tells it. */
export interface Placeholders {
  readonly blurhash?: string;
  /** Base64. */
  readonly thumbhash?: string;
  readonly average_color?: { readonly r: number; readonly g: number; readonly b: number };
}

/** Pixels of the longer side of what BlurHash is made of. */
const BLUR_HASH_SIDE = 64;

/** Pixels of the longer side of what ThumbHash is made of; its author's limit. */
const THUMB_HASH_SIDE = 100;

/** Pixels of either side above which the library that imagor uses leaves out rows and columns. */
const MAX_HASHED_SIDE = 128;

/** Component counts that BlurHash can store. */
const COMPONENTS = /^\+?0*[1-9]$/;

/**
 * What the filters `blurhash(x,y)`, `thumbhash()` and `avgcolor()` ask for. They alone compute pixels for `meta/`.
 *
 * @throws AppError `invalid` for wrong arguments.
 */
export function placeholders(image: Image, filters: readonly Filter[]): Placeholders {
  const asked = new Map(filters.map(({ name, args }) => [name, args]));
  const [blur, thumb, average] = ['blurhash', 'thumbhash', 'avgcolor'].map((name) => asked.get(name));
  const components = blur === undefined ? undefined : readComponents(blur);
  if (thumb) throw new AppError('invalid', { publicMessage: 'thumbhash takes no arguments' });
  if (average) throw new AppError('invalid', { publicMessage: 'avgcolor takes no arguments' });
  if (!components && thumb === undefined && average === undefined) return {};
  const pixels = image.copyMemory(); // what is decoded line by line can be read once only
  return {
    ...(components ? { blurhash: blurHashOf(pixels, components) } : {}),
    ...(thumb === undefined ? {} : { thumbhash: thumbHashOf(pixels) }),
    ...(average === undefined ? {} : { average_color: averageColorOf(pixels) }),
  };
}

function readComponents(args: string): readonly [columns: number, rows: number] {
  const parts = splitArgs(args);
  if (parts.length !== 2) {
    throw new AppError('invalid', { publicMessage: 'blurhash requires exactly x and y components' });
  }
  if (!parts.every((part) => COMPONENTS.test(part))) {
    throw new AppError('invalid', { publicMessage: 'blurhash x and y components must be between 1 and 9' });
  }
  return [Number(parts[0]), Number(parts[1])];
}

/** Transparency counts as black, as in imagor. */
function blurHashOf(image: Image, [columns, rows]: readonly [number, number]): string {
  const color = toSrgb(image);
  const opaque = color.hasAlpha ? color.flatten() : color;
  const small = opaque.thumbnailImage(BLUR_HASH_SIDE, { size: 'down' }).cast('uchar');
  return blurHash(small.toMemory(), small.width, small.height, columns, rows);
}

function thumbHashOf(image: Image): string {
  const small = toSrgb(image).thumbnailImage(THUMB_HASH_SIDE, { size: 'down' }).cast('uchar');
  const rgba = (small.hasAlpha ? small : small.addalpha()).toMemory();
  const { pixels, width, height } = nearest(premultiplied(rgba), small.width, small.height);
  return Buffer.from(thumbHash(pixels, width, height)).toString('base64');
}

/** The frames of an animation stand one below the other. Rows are picked as golang.org/x/image's NearestNeighbor does. */
function nearest(rgba: Uint8Array, fullWidth: number, fullHeight: number) {
  const scale = Math.min(1, MAX_HASHED_SIDE / Math.max(fullWidth, fullHeight));
  const [width, height] = [fullWidth, fullHeight].map((side) => Math.max(1, Math.trunc(side * scale))) as [
    number,
    number,
  ];
  const pixels = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    const row = Math.trunc(((2 * y + 1) * fullHeight) / (2 * height)) * fullWidth;
    for (let x = 0; x < width; x += 1) {
      const from = 4 * (row + Math.trunc(((2 * x + 1) * fullWidth) / (2 * width)));
      pixels.set(rgba.subarray(from, from + 4), 4 * (y * width + x));
    }
  }
  return { pixels, width, height };
}

/**
 * imagor multiplies by the opacity before it computes a ThumbHash, which does so itself. Half-transparent edges come out
 * darker than its author meant, but people have the hashes in their databases.
 */
function premultiplied(rgba: Uint8Array): Uint8Array {
  return rgba.map((value, at) => {
    if (at % 4 === 3) return value;
    return Math.floor((value * (rgba[at + 3 - (at % 4)] ?? 0) * 0x101) / 0xff) >> 8; // Go's rounding
  });
}

function averageColorOf(image: Image): { r: number; g: number; b: number } {
  const [r, g, b] = averageColor(image);
  return { r, g, b };
}
