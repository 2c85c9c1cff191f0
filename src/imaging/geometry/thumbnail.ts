import { AppError } from '../../errors.ts';
import type { Interesting, Size } from '../../vips/enums.gen.ts';
import type { Image } from '../../vips/image.ts';
import type { Point } from './focal-point.ts';
import { extractArea, isAnimated } from './pages.ts';
import type { Extent } from './thumbnail-size.ts';

/** A size to bring an image to, and how. Pixels of one frame. */
export interface Thumbnail extends Extent {
  readonly crop: Interesting;
  readonly size: Size;
}

/** The size after the EXIF orientation, which resizing applies. */
export function uprightExtent(image: Image): Extent {
  const { width, pageHeight: height } = image;
  return image.orientation > 4 ? { width: height, height: width } : { width, height };
}

/** Resizes, turns upright by the EXIF orientation, and crops; every frame of an animation alike. */
export function applyThumbnail(image: Image, thumbnail: Thumbnail, limits: Extent): Image {
  const { width, height, crop, size } = thumbnail;
  if (crop === 'none' || size === 'force' || !isAnimated(image)) {
    return image.thumbnailImage(width, { height, crop, size });
  }
  if (size === 'down' && image.width < width && image.pageHeight < height) return image;
  const covering = cover(image, thumbnail, image.width / image.pageHeight, limits, size);
  // there is no looking for the interesting part frame by frame: the crop must not jump about
  const share = crop === 'high' ? 1 : crop === 'low' ? 0 : 0.5;
  return cutOut(covering, thumbnail, { x: share, y: share });
}

/**
 * Fills a box so that a point of the image comes as near to the box's middle as it can.
 *
 * @param aspect Width by height of the upright image.
 * @param focus The point, as shares of width and height.
 */
export function focalThumbnail(image: Image, box: Extent, aspect: number, focus: Point, limits: Extent): Image {
  return cutOut(cover(image, box, aspect, limits, 'both'), box, focus);
}

/** Cuts a box out of every frame, its middle at the focus or as near to it as the edges allow. */
function cutOut(image: Image, box: Extent, focus: Point): Image {
  // an image that was not to grow may be smaller than the box
  const [width, height] = [Math.min(box.width, image.width), Math.min(box.height, image.pageHeight)];
  const place = (length: number, share: number, wanted: number): number =>
    Math.trunc(Math.max(0, Math.min(length * share - wanted / 2, length - wanted)));
  const left = place(image.width, focus.x, width);
  const top = place(image.pageHeight, focus.y, height);
  return extractArea(image, left, top, width, height);
}

/** @throws AppError `max-resolution-exceeded` when the limits leave something of the box empty. */
function cover(image: Image, box: Extent, aspect: number, limits: Extent, size: Size): Image {
  const covering =
    box.width / box.height > aspect
      ? image.thumbnailImage(box.width, { height: limits.height, crop: 'none', size })
      : image.thumbnailImage(limits.width, { height: box.height, crop: 'none', size });
  const isWhole = covering.width >= box.width && covering.pageHeight >= box.height;
  if (isWhole || size === 'down') return covering;
  throw new AppError('max-resolution-exceeded', {
    detail: `${covering.width}×${covering.pageHeight} for a box of ${box.width}×${box.height}`,
  });
}
