import type { ImageKind } from '../core/sniff.ts';
import { AppError } from '../errors.ts';
import { introspect } from '../vips/introspect.ts';
import type { Libvips } from '../vips/library.ts';
import { VipsError } from '../vips/vips-error.ts';
import type { SaveFormat } from './formats.ts';
import { decodes, HEIC_SAMPLE } from './samples.ts';

/** What a libvips needs to read a kind of picture. */
interface Need {
  /** What people call the format. */
  readonly name: string;
  readonly loader: string;
  /** What libvips is built with for it. */
  readonly library: string;
}

/** Kinds that not every libvips reads. */
const NEEDS: Partial<Readonly<Record<ImageKind, Need>>> = {
  avif: { name: 'AVIF', loader: 'heifload_buffer', library: 'libheif' },
  heif: { name: 'HEIC', loader: 'heifload_buffer', library: 'libheif' },
  jxl: { name: 'JPEG XL', loader: 'jxlload_buffer', library: 'libjxl' },
  jp2: { name: 'JPEG 2000', loader: 'jp2kload_buffer', library: 'OpenJPEG' },
  pdf: { name: 'PDF', loader: 'pdfload_buffer', library: 'poppler or PDFium' },
  psd: { name: 'Photoshop (PSD)', loader: 'magickload_buffer', library: 'ImageMagick' },
  ico: { name: 'ICO', loader: 'magickload_buffer', library: 'ImageMagick' },
  svg: { name: 'SVG', loader: 'svgload_buffer', library: 'librsvg' },
  gif: { name: 'GIF', loader: 'gifload_buffer', library: 'libnsgif' },
  webp: { name: 'WebP', loader: 'webpload_buffer', library: 'libwebp' },
  tiff: { name: 'TIFF', loader: 'tiffload_buffer', library: 'libtiff' },
};

/** Formats that not every libvips writes: what people call them, and what libvips is built with for them. */
const ENCODERS: Partial<Readonly<Record<SaveFormat, readonly [name: string, library: string]>>> = {
  avif: ['AVIF', 'an AV1 encoder'],
  heif: ['HEIC', 'an HEVC encoder'],
  jxl: ['JPEG XL', 'libjxl'],
  jp2k: ['JPEG 2000', 'OpenJPEG'],
};

/** Why a picture could not be opened: the format is not to be had here, or the file is no good. */
export function unreadable(libvips: Libvips, kind: ImageKind, error: VipsError): AppError {
  const better = undecodable(libvips, kind, error);
  if (better instanceof AppError) return better;
  const need = NEEDS[kind];
  const isMissing = need !== undefined && introspect(libvips, need.loader) === undefined;
  return new AppError('unsupported-format', {
    ...(isMissing ? { publicMessage: lacking(need.name, need.library) } : {}),
    detail: error.message,
    cause: error,
  });
}

/**
 * Says so where a HEIC picture failed for want of a decoder, which turns out with the first pixel only: libheif opens
 * all of its formats and has decoders for some.
 *
 * @returns what was thrown, or a better error in its place.
 */
export function undecodable(libvips: Libvips, kind: ImageKind, thrown: unknown): unknown {
  if (kind !== 'heif' || !(thrown instanceof VipsError) || decodes(libvips, HEIC_SAMPLE)) return thrown;
  return new AppError('unsupported-format', {
    publicMessage: lacking('HEIC', 'an HEVC decoder'),
    detail: thrown.message,
    cause: thrown,
  });
}

/** The refusal to write a format that this libvips has no encoder for. */
export function unwritable(format: SaveFormat, cause?: VipsError): AppError {
  const [name, library] = ENCODERS[format] ?? [format, `an encoder for ${format}`];
  return new AppError('unsupported-format', { publicMessage: lacking(name, library, 'write'), cause });
}

function lacking(name: string, library: string, verb: 'read' | 'write' = 'read'): string {
  return `this installation cannot ${verb} ${name} pictures: its libvips was built without ${library}`;
}
