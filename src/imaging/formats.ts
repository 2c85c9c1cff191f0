import type { Image } from '../vips/image.ts';
import { BMP_LOADER } from './bmp.ts';

/** Formats that results can be written in. */
export type SaveFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif' | 'heif' | 'jp2k' | 'jxl';

/** Formats of sources, named as imagor's metadata names them. */
export type LoadFormat = SaveFormat | 'svg' | 'pdf' | 'bmp' | 'magick' | 'unknown';

const SAVE_FORMATS: Readonly<Record<string, SaveFormat>> = {
  jpeg: 'jpeg',
  jpg: 'jpeg',
  png: 'png',
  webp: 'webp',
  gif: 'gif',
  tiff: 'tiff',
  avif: 'avif',
  heif: 'heif',
  jp2: 'jp2k',
  jxl: 'jxl',
  // readable only; asking for one of them gives a JPEG
  pdf: 'jpeg',
  svg: 'jpeg',
  bmp: 'jpeg',
};

const CONTENT_TYPES: Readonly<Record<LoadFormat, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  tiff: 'image/tiff',
  avif: 'image/avif',
  heif: 'image/heif',
  jp2k: 'image/jp2',
  jxl: 'image/jxl',
  svg: 'image/svg+xml',
  bmp: 'image/bmp',
  pdf: 'application/pdf',
  // imagor's metadata has no media type for these
  magick: '',
  unknown: '',
};

/** Loaders by the beginning of their names, as the metadata field `vips-loader` holds them. */
const LOADERS: readonly (readonly [prefix: string, format: LoadFormat])[] = [
  ['jpeg', 'jpeg'],
  ['gif', 'gif'],
  ['png', 'png'],
  ['webp', 'webp'],
  ['heif', 'heif'],
  ['svg', 'svg'],
  ['tiff', 'tiff'],
  ['jp2k', 'jp2k'],
  ['pdf', 'pdf'],
  ['jxl', 'jxl'],
  ['magick', 'magick'],
  [BMP_LOADER, 'bmp'],
];

/** The format that `format(name)` asks for; undefined for a name that is no format, which imagor ignores. */
export function parseSaveFormat(name: string): SaveFormat | undefined {
  return Object.hasOwn(SAVE_FORMATS, name) ? SAVE_FORMATS[name] : undefined;
}

/** The format to save a source of this format in when the URL names none: its own where possible, else JPEG. */
export function saveFormatFor(format: LoadFormat): SaveFormat {
  switch (format) {
    case 'svg':
    case 'pdf':
    case 'bmp':
    case 'magick':
    case 'unknown':
      return 'jpeg';
    default:
      return format;
  }
}

/** Whether files of this format can hold frames. */
export function canSaveAnimation(format: SaveFormat): boolean {
  return format === 'gif' || format === 'webp';
}

/** The media type of a format; empty where imagor knows none. */
export function contentTypeOfFormat(format: LoadFormat): string {
  return CONTENT_TYPES[format];
}

/** The format an image was loaded from, by the loader that libvips used. */
export function loadFormat(image: Image): LoadFormat {
  const loader = image.get('vips-loader');
  if (typeof loader !== 'string') return 'unknown';
  return LOADERS.find(([prefix]) => loader.startsWith(prefix))?.[1] ?? 'unknown';
}
