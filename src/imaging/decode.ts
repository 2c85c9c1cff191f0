import { canBeAnimated, type ImageKind, sniff } from '../core/sniff.ts';
import { AppError } from '../errors.ts';
import type { Image } from '../vips/image.ts';
import type { Inputs } from '../vips/operation.ts';
import type { Scope } from '../vips/scope.ts';
import { VipsError } from '../vips/vips-error.ts';
import { applyThumbnail, type Thumbnail } from './geometry/thumbnail.ts';
import { type Extent, type JpegShrink, shrunkExtent, thumbnailSize } from './geometry/thumbnail-size.ts';
import { readJpegHeader } from './jpeg-header.ts';
import { jpegScale } from './jpeg-scale.ts';
import type { LoadPlan } from './load-plan.ts';
import type { ImagingOptions } from './options.ts';
import { checkPixels, checkResolution, checkThumbnail } from './resolution.ts';
import { type Load, sourceLoader } from './source-loader.ts';
import type { TracedSource } from './trace.ts';
import { unreadable } from './unreadable.ts';

/** Kinds whose loaders take `unlimited`, which lifts the format library's own limits. */
const UNLIMITED_KINDS: ReadonlySet<ImageKind> = new Set(['jpeg', 'png', 'tiff', 'avif', 'heif', 'svg']);

/** Kinds whose loaders take `dpi`. */
const VECTOR_KINDS: ReadonlySet<ImageKind> = new Set(['svg', 'pdf']);

/** Kinds that libvips decodes from the top down, so that a whole picture never has to be in memory. */
const SEQUENTIAL_KINDS: ReadonlySet<ImageKind> = new Set(['png', 'tiff']);

/** Kinds that `vips_thumbnail_buffer` shrinks while decoding, or finds a small version of inside the file. */
const SHRINKING_KINDS: ReadonlySet<ImageKind> = new Set(['gif', 'webp', 'avif', 'heif']);

/** Those of them that are shrunk into the limits of width and height, as JPEGs are. */
const HEIF_KINDS: ReadonlySet<ImageKind> = new Set(['avif', 'heif']);

/**
 * Bytes of coefficients for each pixel of `maxResolution` that a JPEG may need: as many as one of four components has
 * that is as large as it may be when it is not shrunk. Progressive files of 100 million pixels pass (300 to 600 MB).
 */
const JPEG_BUFFERED_BYTES = 8;

/**
 * How many times `maxResolution` a JPEG may have that is shrunk while it is decoded. Somebody pays for its pixels all
 * the same: at this bound half a second for 9 KB that hold none.
 */
const JPEG_SOURCE_FACTOR = 16;

/** The same for what is decoded of it, which is never in memory as a whole. */
const DECODED_JPEG_FACTOR = 4;

/**
 * Opens a source after a plan, shrinking while it loads where its format can. Sizes are checked from the header,
 * before any pixel is decoded: those of JPEG and HEIF by their pixels alone, since `maxWidth` and `maxHeight` are the
 * largest that they are shrunk to, as by imagor.
 *
 * @throws AppError `unsupported-format` when nothing can read the bytes, `max-resolution-exceeded`.
 */
export function decode(scope: Scope, bytes: Uint8Array, plan: LoadPlan, options: ImagingOptions): Image {
  const kind = sniff(bytes);
  return reading(scope, kind, () => checkResolution(open(scope, bytes, kind, plan, options), options));
}

/**
 * What the header of a source says, and at what scale {@link decode} will decode it. Sizes are not checked.
 *
 * @throws AppError `unsupported-format`.
 */
export function traceSource(scope: Scope, bytes: Uint8Array, plan: LoadPlan, options: ImagingOptions): TracedSource {
  const kind = sniff(bytes);
  return reading(scope, kind, () => {
    const anySize = { ...options, unlimited: true };
    const header = sourceLoader(scope, bytes, kind, loaderArguments(kind, plan, anySize), anySize)();
    const scale = kind === 'jpeg' && plan.thumbnail ? jpegScale(header, plan.thumbnail) : undefined;
    const shrink = scale ? (scale.isOurs ? scale.ours : scale.vips) : 1;
    const { width, height, orientation, pages: frames } = header;
    return { kind, width, height, frames, orientation, shrink };
  });
}

function reading<Read>(scope: Scope, kind: ImageKind, read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    if (error instanceof VipsError) throw unreadable(scope.libvips, kind, error);
    throw error;
  }
}

/** As {@link decode}, for a picture that has been decoded and turned upright before. */
export function fitDecoded(image: Image, { thumbnail }: LoadPlan, options: ImagingOptions): Image {
  checkResolution(image, options);
  if (!thumbnail) return image;
  const { width, height, crop, size } = thumbnail;
  if (crop === 'none' && size === 'down' && image.width <= width && image.height <= height) return image;
  checkThumbnail(image, thumbnail, options);
  const limits = { width: options.maxWidth, height: options.maxHeight };
  return checkResolution(applyThumbnail(image, thumbnail, limits), options);
}

function open(scope: Scope, bytes: Uint8Array, kind: ImageKind, plan: LoadPlan, options: ImagingOptions): Image {
  const common = loaderArguments(kind, plan, options);
  const load = sourceLoader(scope, bytes, kind, common, options);
  const limits = { width: options.maxWidth, height: options.maxHeight };
  const pages = selectPages(kind, plan, load);
  const { thumbnail } = plan;
  if (pages || !thumbnail) {
    const image = checkResolution(load(pages), options);
    if (!thumbnail) return image;
    checkThumbnail(image, thumbnail, options);
    return applyThumbnail(image, thumbnail, limits);
  }
  const header = load();
  checkThumbnail(header, thumbnail, options);
  if (kind === 'jpeg') {
    checkJpeg(bytes, header, options);
    return shrinkJpeg(load, header, thumbnail, options) ?? thumbnailBuffer(scope, bytes, kind, common, thumbnail);
  }
  if (SHRINKING_KINDS.has(kind)) {
    if (HEIF_KINDS.has(kind)) checkPixels(header.width * header.height, 1, options);
    else checkResolution(header, options);
    return thumbnailBuffer(scope, bytes, kind, common, thumbnail);
  }
  checkResolution(header, options);
  const image = SEQUENTIAL_KINDS.has(kind) ? load({ access: 'sequential' }) : header;
  return applyThumbnail(image, thumbnail, limits);
}

/** A JPEG is decoded smaller than it is, but what that takes goes by its own size. */
function checkJpeg(bytes: Uint8Array, { width, height }: Image, { maxResolution, unlimited }: ImagingOptions): void {
  if (unlimited) return;
  const pixels = width * height;
  const bufferedBytes = readJpegHeader(bytes)?.bufferedBytes ?? pixels * JPEG_BUFFERED_BYTES;
  if (pixels <= maxResolution * JPEG_SOURCE_FACTOR && bufferedBytes <= maxResolution * JPEG_BUFFERED_BYTES) return;
  throw new AppError('max-resolution-exceeded', {
    detail: `a JPEG of ${width}×${height} pixels that decodes by way of ${bufferedBytes} bytes of coefficients`,
  });
}

function loaderArguments(kind: ImageKind, plan: LoadPlan, options: ImagingOptions): Inputs {
  return {
    ...(plan.dpi > 0 && VECTOR_KINDS.has(kind) ? { dpi: plan.dpi } : {}),
    ...(options.unlimited && UNLIMITED_KINDS.has(kind) ? { unlimited: true } : {}),
  };
}

/** Which pages of a file to load; undefined for the first one only, which is what loaders do by themselves. */
function selectPages(kind: ImageKind, { frames, page }: LoadPlan, load: Load): Inputs | undefined {
  if (!(canBeAnimated(kind) || kind === 'pdf') || (frames === 1 && page === 1)) return undefined;
  const { pages } = load();
  if (pages === 1) return undefined;
  if (page > 1) return { page: Math.min(page, pages) - 1 };
  return { n: frames === -1 ? -1 : Math.min(frames, pages) };
}

/**
 * Decodes a JPEG at the largest scale that leaves the resize enough to do, to the very size that `vips_thumbnail` would
 * have given it.
 *
 * @returns undefined where `vips_thumbnail` itself would choose that scale, or where the picture is small.
 */
function shrinkJpeg(load: Load, header: Image, thumbnail: Thumbnail, options: ImagingOptions): Image | undefined {
  const { width, height, crop } = thumbnail;
  const { ours: shrink, vips, isOurs, box, fit } = jpegScale(header, thumbnail);
  const decoded = shrunkExtent(header, shrink);
  checkPixels(decoded.width * decoded.height, DECODED_JPEG_FACTOR, options);
  if (!isOurs) return undefined;
  const target = thumbnailSize(shrunkExtent(header, vips), box, fit);
  const resized = resizeExactly(load({ shrink, access: 'sequential' }), header, shrink, target);
  // a picture that is decoded line by line can be read once only, and both of these read as they please
  const isReadTwice = header.orientation > 1 || crop === 'attention';
  const settled = isReadTwice ? resized.copyMemory() : resized;
  const upright = header.orientation > 1 ? settled.autorot() : settled;
  if (!fit.cover) return upright;
  return upright.smartcrop(Math.min(width, upright.width), Math.min(height, upright.height), { interesting: crop });
}

/**
 * Resizes what a scaled decode made of a picture, by the scale of the picture itself so that nothing is stretched. The
 * decode leaves out pixels that would be partly outside, so a row or column may be missing at the end: the last one
 * stands in for it.
 */
function resizeExactly(decoded: Image, source: Extent, shrink: JpegShrink, { width, height }: Extent): Image {
  const space = decoded.bands < 3 ? 'b-w' : 'srgb';
  const plain = decoded.interpretation === space ? decoded : decoded.colourspace(space);
  const resized = plain.resize((width * shrink) / source.width, { vscale: (height * shrink) / source.height });
  if (resized.width === width && resized.height === height) return resized;
  return resized.embed(0, 0, width, height, { extend: 'copy' });
}

function thumbnailBuffer(
  scope: Scope,
  bytes: Uint8Array,
  kind: ImageKind,
  loader: Inputs,
  { width, height, crop, size }: Thumbnail,
): Image {
  const options = Object.entries(HEIF_KINDS.has(kind) ? { ...loader, thumbnail: true } : loader);
  const optionString = options.map(([name, value]) => `${name}=${value}`).join(',');
  return scope.thumbnailBuffer(bytes, width, { height, crop, size, option_string: optionString });
}
