import type { ProcessOutput } from '../core/ports.ts';
import { sniff } from '../core/sniff.ts';
import { isColorImage } from '../endpoint/color-image.ts';
import type { Filter, ImageParams } from '../endpoint/params.ts';
import type { Image } from '../vips/image.ts';
import { type Introspection, introspect } from '../vips/introspect.ts';
import type { Libvips } from '../vips/library.ts';
import type { Inputs } from '../vips/operation.ts';
import { VipsError } from '../vips/vips-error.ts';
import { toSrgb } from './color.ts';
import { intArg } from './filters/arguments.ts';
import {
  canSaveAnimation,
  contentTypeOfFormat,
  type LoadFormat,
  loadFormat,
  parseSaveFormat,
  type SaveFormat,
  saveFormatFor,
} from './formats.ts';
import { isAnimated } from './geometry/pages.ts';
import { type ImagingOptions, isFilterEnabled } from './options.ts';
import { unwritable } from './unreadable.ts';

/** How a result is to be written, read off the URL and the operator's options. */
interface SaveOptions {
  readonly format: SaveFormat;
  /** 1–100; undefined for the format's own default. */
  readonly quality: number | undefined;
  /** PNG: 0–9; undefined for libvips' default. */
  readonly compression: number | undefined;
  /** PNG: 1, 2, 4, 8 or 16; undefined for what the picture needs. */
  readonly bitdepth: number | undefined;
  readonly palette: boolean;
  readonly lossless: boolean;
  readonly stripMetadata: boolean;
  /** Bytes; 0 for no limit. */
  readonly maxBytes: number;
  readonly avifSpeed: number;
  readonly mozjpeg: boolean;
}

const SAVERS: Readonly<Record<SaveFormat, string>> = {
  jpeg: 'jpegsave_buffer',
  png: 'pngsave_buffer',
  webp: 'webpsave_buffer',
  gif: 'gifsave_buffer',
  tiff: 'tiffsave_buffer',
  avif: 'heifsave_buffer',
  heif: 'heifsave_buffer',
  jp2k: 'jp2ksave_buffer',
  jxl: 'jxlsave_buffer',
};

/** Where `max_bytes` starts looking when the URL names no quality. */
const MAX_BYTES_QUALITY = 80;

/** Below this quality nothing is worth saving. */
const MIN_QUALITY = 10;

/** How far one source counts as another: imagor saves an animation as WebP or GIF when the wanted format has no frames. */
export function outputFormat(
  image: Image,
  params: ImageParams,
  source: Uint8Array,
  options: ImagingOptions,
): LoadFormat {
  const filters = params.filters.filter(({ name }) => isFilterEnabled(options, name));
  const asked = filters.reduce<SaveFormat | undefined>((format, { name, args }) => {
    if (name === 'autojpg') return 'jpeg';
    return name === 'format' ? (parseSaveFormat(args) ?? format) : format;
  }, undefined);
  const format = asked ?? sourceFormat(image, params, source);
  const fallback = filters.findLast(({ name }) => name === 'fallback_format');
  const fallbackFormat = fallback && parseSaveFormat(fallback.args);
  const losesFrames = isAnimated(image) && !canSaveAnimation(saveFormatFor(format));
  return losesFrames && fallbackFormat && canSaveAnimation(fallbackFormat) ? fallbackFormat : format;
}

function sourceFormat(image: Image, params: ImageParams, source: Uint8Array): LoadFormat {
  if (isColorImage(params.image)) return 'unknown'; // whatever was laid over it
  // libvips reads AVIF and HEIC by one loader
  return sniff(source) === 'avif' ? 'avif' : loadFormat(image);
}

/**
 * Writes a result. With `max_bytes()`, quality goes down until the result is small enough or not worth it.
 *
 * @throws AppError `unsupported-format` where this libvips cannot write the format.
 */
export function encode(image: Image, params: ImageParams, source: Uint8Array, options: ImagingOptions): ProcessOutput {
  const save = saveOptions(saveFormatFor(outputFormat(image, params, source, options)), params.filters, options);
  const stripProfile =
    save.stripMetadata ||
    options.stripColorProfile ||
    params.filters.some(isEnabledStripIcc(options)) ||
    (isSmallest(save) && image.has('icc-profile-data'));
  const plain = stripProfile ? toSrgb(image).withMetadata({ 'icc-profile-data': undefined }) : image;
  // filters count in fractions, and some savers would write those
  const isFraction = plain.interpretation === 'srgb' && plain.format !== 'uchar';
  const ready = isFraction ? plain.cast('uchar') : plain;
  const contentType = contentTypeOfFormat(save.format);
  if (save.maxBytes === 0 || save.lossless || save.format === 'png') return { bytes: write(ready, save), contentType };
  const pixels = ready.copyMemory(); // every try would compute them anew
  let quality = save.quality;
  for (;;) {
    const bytes = write(pixels, { ...save, quality });
    const isDone = bytes.length <= save.maxBytes || (quality !== undefined && quality <= MIN_QUALITY);
    if (isDone) return { bytes, contentType };
    quality = lowerQuality(quality ?? MAX_BYTES_QUALITY, bytes.length / save.maxBytes);
  }
}

/** mozjpeg is asked for to have small files, and a profile, or metadata, may be larger than a thumbnail. */
function isSmallest({ format, mozjpeg }: SaveOptions): boolean {
  return mozjpeg && format === 'jpeg';
}

function isEnabledStripIcc(options: ImagingOptions): (filter: Filter) => boolean {
  return ({ name }) => name === 'strip_icc' && isFilterEnabled(options, name);
}

function lowerQuality(quality: number, excess: number): number {
  const percent = excess > 3 ? 25 : excess > 1.5 ? 50 : 75;
  return Math.max(1, Math.trunc((quality * percent) / 100));
}

function saveOptions(format: SaveFormat, all: readonly Filter[], options: ImagingOptions): SaveOptions {
  const filters = all.filter(({ name }) => isFilterEnabled(options, name));
  const has = (name: string): boolean => filters.some((filter) => filter.name === name);
  const last = (name: string): number => intArg(filters.findLast((filter) => filter.name === name)?.args);
  const within = (value: number, low: number, high: number): number | undefined =>
    value >= low && value <= high ? value : undefined;
  return {
    format,
    quality: within(last('quality'), 1, 100),
    compression: within(last('compression'), 1, 9),
    bitdepth: [1, 2, 4, 8, 16].find((depth) => depth === last('bitdepth')),
    palette: has('palette'),
    lossless: has('lossless'),
    stripMetadata: options.stripMetadata || has('strip_metadata'),
    maxBytes: Math.max(0, last('max_bytes')),
    avifSpeed: options.avifSpeed,
    mozjpeg: options.mozjpeg,
  };
}

/**
 * Finds what writes a format. What libheif lacks an encoder for shows only when it writes.
 *
 * @throws AppError `unsupported-format` where this libvips has no such thing.
 */
export function saverOf(
  libvips: Libvips,
  format: SaveFormat,
): { readonly name: string; readonly description: Introspection } {
  const name = SAVERS[format];
  const description = introspect(libvips, name);
  if (!description) throw unwritable(format);
  return { name, description };
}

function write(image: Image, save: SaveOptions): Uint8Array {
  const { name: saver, description } = saverOf(image.scope.libvips, save.format);
  const knowsKeep = description.arguments.has('keep'); // since libvips 8.15; before it was `strip`
  const metadata = save.stripMetadata || isSmallest(save) ? (knowsKeep ? { keep: 'none' } : { strip: true }) : {};
  try {
    return image.call(saver, { in: image, ...formatArguments(image, save), ...metadata })['buffer'] as Uint8Array;
  } catch (error) {
    // one saver writes all of libheif's formats, and finds out late which of them it has encoders for
    if (error instanceof VipsError && error.message.includes('Unsupported compression')) {
      throw unwritable(save.format, error);
    }
    throw error;
  }
}

function formatArguments(image: Image, save: SaveOptions): Inputs {
  const { format, quality, compression, palette, lossless } = save;
  switch (format) {
    case 'jpeg':
      return save.mozjpeg
        ? {
            Q: quality ?? 75,
            optimize_coding: true,
            interlace: true,
            optimize_scans: true,
            trellis_quant: true,
            quant_table: 3,
          }
        : { Q: quality };
    case 'png':
      return { Q: quality, palette: palette || undefined, bitdepth: pngBitdepth(image, save), compression };
    case 'webp':
      return { Q: quality, lossless, effort: 4 };
    case 'tiff':
      return { Q: quality };
    case 'gif':
      return {};
    case 'avif':
      return { Q: quality, lossless, compression: 'av1', effort: 9 - save.avifSpeed };
    case 'heif':
    case 'jp2k':
    case 'jxl':
      return { Q: quality, lossless };
  }
}

/** PNG has no grey with alpha of less than 8 bits (PNG 3rd edition, table 8), unless by a palette. */
function pngBitdepth({ bands }: Image, { bitdepth, palette }: SaveOptions): number | undefined {
  return bitdepth !== undefined && bitdepth < 8 && bands === 2 && !palette ? undefined : bitdepth;
}
