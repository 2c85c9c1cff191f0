import type { Size } from '../../vips/enums.gen.ts';

/** Pixels. */
export interface Extent {
  readonly width: number;
  readonly height: number;
}

/** How an image is to be brought to a box. */
export interface Fit {
  /** Fill the box and let something stand over, instead of staying inside it. */
  readonly cover: boolean;
  readonly size: Size;
}

/** By how much each axis shrinks; below 1 it grows. */
interface Shrink {
  readonly horizontal: number;
  readonly vertical: number;
}

/** Scales at which libjpeg decodes only a part of the coefficients: 1/8, 1/4, 1/2, and 1 for all. */
export type JpegShrink = 1 | 2 | 4 | 8;

/**
 * The size that `vips_thumbnail` gives an image before it crops. Sides are at least one pixel.
 */
export function thumbnailSize(image: Extent, box: Extent, fit: Fit): Extent {
  const { horizontal, vertical } = shrinkFactors(image, box, fit);
  return { width: resizedLength(image.width, horizontal), height: resizedLength(image.height, vertical) };
}

/**
 * libvips/resample/resize.c, in its very steps: an inverse more or less differs in the last bit, which decides where a
 * half is rounded to.
 */
function resizedLength(length: number, shrink: number): number {
  const scale = 1 / shrink;
  return Math.max(1, Math.round(scale > 1 ? length * scale : length / (1 / scale)));
}

/** The least factor that a scale must leave to the resize that follows. */
export type JpegResiduals = Readonly<Record<Exclude<JpegShrink, 1>, number>>;

/** The largest scale to decode a JPEG at that leaves the resize enough to do. */
export function jpegShrink(image: Extent, box: Extent, fit: Fit, residuals: JpegResiduals): JpegShrink {
  const { horizontal, vertical } = shrinkFactors(image, box, fit);
  const shrink = Math.min(horizontal, vertical);
  const scales = [8, 4, 2] as const;
  return scales.find((scale) => shrink >= scale * residuals[scale]) ?? 1;
}

/** What libvips makes of a JPEG's size when it decodes at a scale: pixels that would be partly outside are left out. */
export function shrunkExtent(image: Extent, shrink: JpegShrink): Extent {
  return { width: Math.floor(image.width / shrink), height: Math.floor(image.height / shrink) };
}

/** libvips/resample/thumbnail.c, vips_thumbnail_calculate_shrink. */
function shrinkFactors(image: Extent, box: Extent, { cover, size }: Fit): Shrink {
  const own = { horizontal: image.width / box.width, vertical: image.height / box.height };
  const shared = (cover ? Math.min : Math.max)(own.horizontal, own.vertical);
  const bound = (shrink: number, axis: number): number => {
    const allowed = size === 'down' ? Math.max(1, shrink) : size === 'up' ? Math.min(1, shrink) : shrink;
    return Math.min(allowed, axis);
  };
  return {
    horizontal: bound(size === 'force' ? own.horizontal : shared, image.width),
    vertical: bound(size === 'force' ? own.vertical : shared, image.height),
  };
}
