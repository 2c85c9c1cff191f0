import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { canBeAnimated, sniff } from '../core/sniff.ts';
import { NO_PARAMS } from '../endpoint/params.ts';
import type { Image } from '../vips/image.ts';
import type { Scope } from '../vips/scope.ts';
import { DeadlineExceeded } from '../vips/vips-error.ts';
import { decode } from './decode.ts';
import { uprightExtent } from './geometry/thumbnail.ts';
import { planLoad } from './load-plan.ts';
import type { ImagingOptions } from './options.ts';

/** What kept pictures are stored as: pixels that workers map, or encoded bytes that are smaller and decoded on use. */
export type KeptFormat = 'pixel' | 'png' | 'webp';

/** Where workers find kept pictures, and how they make them. */
export interface PictureFiles {
  readonly directory: string;
  readonly format: KeptFormat;
  /** Larger pictures are shrunk into this. Pixels. */
  readonly maxWidth: number;
  readonly maxHeight: number;
}

/** What a worker tells of a picture that it has decoded and written. */
export interface WrittenPicture {
  /** Bytes of its file. */
  readonly fileBytes: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Its source is larger. */
  readonly isShrunk: boolean;
  /** Its source was to be turned upright. */
  readonly isTurned: boolean;
  /** The loader of libvips that opened the source, by which results find their format. */
  readonly loader: string;
}

/** A decoded picture in a file. */
export interface KeptPicture extends WrittenPicture {
  /** Of the file, without its directory. */
  readonly name: string;
}

/** Thrown where a kept picture cannot take the place of its source. */
export class PictureMissing extends Error {
  readonly picture: KeptPicture;
  /** Its file is not there, or not whole; else it is only too small for this use. */
  readonly isGone: boolean;

  constructor(picture: KeptPicture, isGone: boolean, options?: ErrorOptions) {
    super(`the kept picture ${picture.name} ${isGone ? 'is gone' : 'is too small'}`, options);
    this.name = 'PictureMissing';
    this.picture = picture;
    this.isGone = isGone;
  }
}

/** Names are the server's own: a digest. Nothing that clients write gets into a path. */
const NAME = /^[0-9a-f]{64}$/;

/** What follows the name until all of the picture is written; libvips saves by the end of a name. */
export const PART = '.part.v';

/** The file of a kept picture. @throws Error for a name that no server makes. */
export function pictureFile(directory: string, name: string): string {
  if (!NAME.test(name)) throw new Error('not the name of a kept picture');
  return path.join(directory, name);
}

/**
 * Decodes a picture and writes it under its name and {@link PART}; the server renames it.
 *
 * @returns undefined for a picture that plays, which is not kept.
 * @throws AppError as {@link decode}; VipsError; Error of the file system.
 */
export function writePicture(
  scope: Scope,
  bytes: Uint8Array,
  name: string,
  files: PictureFiles,
  options: ImagingOptions,
): WrittenPicture | undefined {
  const plan = planLoad(NO_PARAMS, false, options);
  const source = decode(scope, bytes, { ...plan, thumbnail: undefined }, options);
  if (canBeAnimated(sniff(bytes)) && source.pages > 1) return undefined;
  const { maxWidth, maxHeight } = files;
  const extent = uprightExtent(source);
  const isShrunk = extent.width > maxWidth || extent.height > maxHeight;
  const thumbnail = { width: maxWidth, height: maxHeight, crop: 'none', size: 'down' } as const;
  const image = decode(scope, bytes, { ...plan, thumbnail }, options);
  const loader = source.get('vips-loader');
  const file = pictureFile(files.directory, name) + PART;
  save(image, file, files.format);
  return {
    fileBytes: statSync(file).size,
    width: image.width,
    height: image.height,
    isShrunk,
    isTurned: source.orientation > 1,
    loader: typeof loader === 'string' ? loader : '',
  };
}

function save(image: Image, file: string, format: KeptFormat): void {
  switch (format) {
    case 'pixel':
      image.call('vipssave', { in: image.withMetadata({ 'vips-sequential': undefined }), filename: file });
      break;
    case 'png':
      writeFileSync(file, image.pngsaveBuffer());
      break;
    case 'webp':
      writeFileSync(file, image.webpsaveBuffer());
  }
}

/**
 * Opens a kept picture. Pixels are mapped, not read: all workers look at the same memory. An eviction meanwhile takes
 * away only the name.
 *
 * @throws PictureMissing.
 */
export function openPicture(scope: Scope, picture: KeptPicture, { directory, format }: PictureFiles): Image {
  const file = pictureFile(directory, picture.name);
  const found = statSync(file, { throwIfNoEntry: false });
  // half a file is told before libvips maps more than there is
  if (found?.size !== picture.fileBytes) throw new PictureMissing(picture, true);
  try {
    if (format === 'pixel') return (scope.call('vipsload', { filename: file })['out'] as Image).mapFile();
    return scope.load(readFileSync(file)).withMetadata({ 'vips-loader': picture.loader });
  } catch (error) {
    if (error instanceof DeadlineExceeded) throw error;
    throw new PictureMissing(picture, true, { cause: error });
  }
}
