import { canBeAnimated, type ImageKind, sniff } from '../core/sniff.ts';
import { AppError } from '../errors.ts';
import type { Image } from '../vips/image.ts';
import type { Inputs } from '../vips/operation.ts';
import type { Scope } from '../vips/scope.ts';
import { VipsError } from '../vips/vips-error.ts';
import { applyThumbnail, type Thumbnail } from './geometry/thumbnail.ts';
import { jpegShrink, shrunkExtent, thumbnailSize } from './geometry/thumbnail-size.ts';
import type { LoadPlan } from './load-plan.ts';
import type { ImagingOptions } from './options.ts';
import { checkResolution, checkSize } from './resolution.ts';

/** Kinds whose loaders take `unlimited`, which lifts the format library's own limits. */
const UNLIMITED_KINDS: ReadonlySet<ImageKind> = new Set(['jpeg', 'png', 'tiff', 'avif', 'heif', 'svg']);

/** Kinds whose loaders take `dpi`. */
const VECTOR_KINDS: ReadonlySet<ImageKind> = new Set(['svg', 'pdf']);

/** Kinds that libvips decodes from the top down, so that a whole picture never has to be in memory. */
const SEQUENTIAL_KINDS: ReadonlySet<ImageKind> = new Set(['png', 'tiff']);

/** Kinds that `vips_thumbnail_buffer` shrinks while decoding, or finds a small version of inside the file. */
const SHRINKING_KINDS: ReadonlySet<ImageKind> = new Set(['gif', 'webp', 'avif', 'heif']);

/**
 * The factor that the resize keeps for itself after libjpeg has shrunk by a power of two. Measured over the bench
 * photos: from 1.3 up the result cannot be told from that of a full decode, below it SSIM drops visibly.
 */
const JPEG_RESIDUAL = 1.3;

/** The factor that `vips_thumbnail` keeps. Result sizes follow from its rounding, and are the same as imagor's for it. */
const VIPS_JPEG_RESIDUAL = 2;

/** Pixels from which decoding costs enough to be worth a result that differs from imagor's in the last bits. */
const LARGE_JPEG_PIXELS = 1_000_000;

/** Opens the source with more of the loader's arguments. */
type Load = (more?: Inputs) => Image;

/**
 * Opens a source after a plan, shrinking while it loads where its format can. Sizes are checked from the header,
 * before any pixel is decoded.
 *
 * @throws AppError `unsupported-format` when nothing can read the bytes, `max-resolution-exceeded`.
 */
export function decode(scope: Scope, bytes: Uint8Array, plan: LoadPlan, options: ImagingOptions): Image {
  const kind = sniff(bytes);
  try {
    return checkResolution(open(scope, bytes, kind, plan, options), options);
  } catch (error) {
    if (error instanceof VipsError) throw unreadable(kind, error);
    throw error;
  }
}

function open(scope: Scope, bytes: Uint8Array, kind: ImageKind, plan: LoadPlan, options: ImagingOptions): Image {
  const common = loaderArguments(kind, plan, options);
  const load: Load = (more = {}) => scope.load(bytes, { ...common, ...more });
  const limits = { width: options.maxWidth, height: options.maxHeight };
  const pages = selectPages(kind, plan, load);
  const { thumbnail } = plan;
  if (pages || !thumbnail) {
    const image = checkResolution(load(pages), options);
    return thumbnail ? applyThumbnail(image, thumbnail, limits) : image;
  }
  if (kind === 'jpeg') {
    return shrinkJpeg(load, thumbnail, options) ?? thumbnailBuffer(scope, bytes, kind, common, thumbnail);
  }
  if (SHRINKING_KINDS.has(kind)) {
    checkResolution(load(), options);
    return thumbnailBuffer(scope, bytes, kind, common, thumbnail);
  }
  const image = load(SEQUENTIAL_KINDS.has(kind) ? { access: 'sequential' } : {});
  return applyThumbnail(checkResolution(image, options), thumbnail, limits);
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
function shrinkJpeg(load: Load, thumbnail: Thumbnail, options: ImagingOptions): Image | undefined {
  const { width, height, crop, size } = thumbnail;
  const header = load();
  const isTurned = header.orientation > 4;
  const box = isTurned ? { width: height, height: width } : { width, height };
  const fit = { cover: crop !== 'none', size };
  const vipsShrink = jpegShrink(header, box, fit, VIPS_JPEG_RESIDUAL);
  const shrunkByVips = shrunkExtent(header, vipsShrink);
  const target = thumbnailSize(shrunkByVips, box, fit);
  const shrink = jpegShrink(header, target, { cover: false, size: 'force' }, JPEG_RESIDUAL);
  const decoded = shrunkExtent(header, shrink);
  checkSize(decoded.width, decoded.height, decoded.width * decoded.height, options);
  if (shrink <= vipsShrink || shrunkByVips.width * shrunkByVips.height < LARGE_JPEG_PIXELS) return undefined;
  const upright = isTurned ? { width: target.height, height: target.width } : target;
  const resized = load({ shrink, access: 'sequential' }).thumbnailImage(upright.width, {
    height: upright.height,
    size: 'force',
  });
  if (!fit.cover) return resized;
  // attention looks at the pixels before it crops, and a sequential image can be read once only
  const source = crop === 'attention' ? resized.copyMemory() : resized;
  return source.smartcrop(Math.min(width, source.width), Math.min(height, source.height), { interesting: crop });
}

function thumbnailBuffer(
  scope: Scope,
  bytes: Uint8Array,
  kind: ImageKind,
  loader: Inputs,
  { width, height, crop, size }: Thumbnail,
): Image {
  const isHeif = kind === 'avif' || kind === 'heif';
  const options = Object.entries(isHeif ? { ...loader, thumbnail: true } : loader);
  const optionString = options.map(([name, value]) => `${name}=${value}`).join(',');
  return scope.thumbnailBuffer(bytes, width, { height, crop, size, option_string: optionString });
}

function unreadable(kind: ImageKind, error: VipsError): AppError {
  const named = kind !== 'unknown' && error.operation === '';
  return new AppError('unsupported-format', {
    ...(named ? { publicMessage: `this installation cannot read ${kind.toUpperCase()} pictures` } : {}),
    detail: error.message,
    cause: error,
  });
}
