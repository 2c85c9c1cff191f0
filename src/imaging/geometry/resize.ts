import type { ImageParams } from '../../endpoint/params.ts';
import type { Interesting } from '../../vips/enums.gen.ts';
import type { Image } from '../../vips/image.ts';
import type { LoadPlan } from '../load-plan.ts';
import { type ImagingOptions, isFilterEnabled } from '../options.ts';
import { boundSide, checkResolution, checkThumbnail } from '../resolution.ts';
import { type Box, cropBox, intersectBoxes } from './crop-box.ts';
import { detectedPoint, focalPoint, type Point } from './focal-point.ts';
import { extractArea, isAnimated } from './pages.ts';
import { applyThumbnail, focalThumbnail, type Thumbnail, uprightExtent } from './thumbnail.ts';
import type { Extent } from './thumbnail-size.ts';
import { findTrim } from './trim.ts';

/** An image and the box that it was made for, which `fill` fills. */
interface Resized extends Extent {
  readonly image: Image;
  /** What the crop left, before it was resized. */
  readonly cropped: Image;
}

/**
 * Crops and trims, then brings the image to the size that the URL asks for.
 *
 * @param detected What a smart crop keeps in view, in shares of the source; `focal()` goes before it.
 * @throws AppError `max-resolution-exceeded` when that is larger than the operator allows.
 */
export function resize(
  source: Image,
  params: ImageParams,
  plan: LoadPlan,
  options: ImagingOptions,
  detected: readonly Box[] = [],
): Resized {
  const trimmed = params.trim ? findTrim(source, params.trimBy, params.trimTolerance) : undefined;
  const box = intersectBoxes(cropBox(params, source.width, source.pageHeight), trimmed);
  const image = box ? extractBox(source, box) : source;
  const extent = uprightExtent(image);
  const asked = targetBox(params, extent, plan.upscale);
  const target = params.fitIn && params.fullFitIn && !plan.resized ? growToCover(asked, extent) : asked;
  const whole = { ...target, image, cropped: image };
  if (plan.resized || !(plan.upscale || isSmaller(target, extent, params, plan))) return whole;
  const isThere = target.width === extent.width && target.height === extent.height;
  // a thumbnail of the same size would have `meta` compute pixels that it does not need
  if (params.meta && isThere && image.orientation === 1) return whole;
  const limits = { width: options.maxWidth, height: options.maxHeight };
  const named = isFilterEnabled(options, 'focal')
    ? focalPoint(params.filters, source.width, source.pageHeight)
    : undefined;
  const point = named ?? inPixels(detectedPoint(detected), source);
  const focus = point && shareOf(point, image, box);
  if (focus && !params.fitIn && !plan.stretch) {
    const focused = focalThumbnail(image, target, extent.width / extent.height, focus, limits);
    return { ...whole, image: checkResolution(focused, options) };
  }
  const thumbnail = { ...target, ...manner(params, plan, extent, target) };
  checkThumbnail(image, thumbnail, options);
  return { ...whole, image: checkResolution(applyThumbnail(image, thumbnail, limits), options) };
}

/** Cuts out the whole pixels of a box; less than one pixel is no crop. */
function extractBox(source: Image, { left, top, right, bottom }: Box): Image {
  const [width, height] = [Math.trunc(right - left), Math.trunc(bottom - top)];
  if (width <= 0 || height <= 0) return source;
  // libvips 8.14 crashes where frames that are cut up while they are decoded are then resized
  const readable = isAnimated(source) ? source.copyMemory() : source;
  return extractArea(readable, Math.trunc(left), Math.trunc(top), width, height);
}

/** The URL's size with missing sides filled in from the picture's proportions. */
function targetBox(params: ImageParams, image: Extent, upscale: boolean): Extent {
  const [width, height] = [boundSide(params.width), boundSide(params.height)];
  if (width === 0 && height === 0) return image;
  if (width === 0) {
    const followed = Math.max(1, Math.trunc((image.width * height) / image.height));
    return { width: upscale ? followed : Math.min(followed, image.width), height };
  }
  if (height === 0) {
    const followed = Math.max(1, Math.trunc((image.height * width) / image.width));
    return { width, height: upscale ? followed : Math.min(followed, image.height) };
  }
  const isOtherWay = image.width / image.height > 1 !== width / height > 1;
  return params.adaptiveFitIn && isOtherWay ? { width: height, height: width } : { width, height };
}

/** Whether the target takes anything away. Stretching by one side only would change the proportions for nothing. */
function isSmaller(target: Extent, image: Extent, { fitIn }: ImageParams, { stretch }: LoadPlan): boolean {
  const sides = [target.width < image.width, target.height < image.height];
  return stretch && !fitIn ? sides.every(Boolean) : sides.some(Boolean);
}

/** The smallest box of the picture's proportions that holds the whole of `box`. */
function growToCover(box: Extent, image: Extent): Extent {
  const aspect = image.width / image.height;
  return aspect < box.width / box.height
    ? { width: box.width, height: boundSide(Math.ceil(box.width / aspect)) }
    : { width: boundSide(Math.ceil(box.height * aspect)), height: box.height };
}

function inPixels(share: Point | undefined, { width, pageHeight }: Image): Point | undefined {
  return share && { x: share.x * width, y: share.y * pageHeight };
}

/** A point of the source, in shares of the image that was cut out of it. */
function shareOf({ x, y }: Point, image: Image, box: Box | undefined): Point {
  return { x: (x - (box?.left ?? 0)) / image.width, y: (y - (box?.top ?? 0)) / image.pageHeight };
}

/** How the target is filled. */
function manner(
  params: ImageParams,
  { stretch }: LoadPlan,
  image: Extent,
  target: Extent,
): Pick<Thumbnail, 'crop' | 'size'> {
  if (params.fitIn) return { crop: 'none', size: 'both' };
  if (stretch) return { crop: 'none', size: 'force' };
  return { crop: interesting(params, image, target), size: 'both' };
}

/** Which end of the axis that stands over is kept. */
function interesting({ smart, hAlign, vAlign }: ImageParams, image: Extent, target: Extent): Interesting {
  if (smart) return 'attention';
  const standsOverVertically = target.width / target.height > image.width / image.height;
  const align = standsOverVertically ? vAlign : hAlign;
  if (align === 'top' || align === 'left') return 'low';
  return align === 'bottom' || align === 'right' ? 'high' : 'centre';
}
