import type { Interesting, Size } from '../../vips/enums.gen.ts';
import type { Image } from '../../vips/image.ts';
import { extractArea, isAnimated } from './pages.ts';
import type { Extent } from './thumbnail-size.ts';

/** A size to bring an image to, and how. Pixels of one frame. */
export interface Thumbnail extends Extent {
  readonly crop: Interesting;
  readonly size: Size;
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
  const left = Math.trunc((covering.width - width) * share);
  const top = Math.trunc((covering.pageHeight - height) * share);
  return extractArea(covering, left, top, width, height);
}

/**
 * Fills a box so that a point of the image comes as near to the box's middle as it can.
 *
 * @param aspect Width by height of the upright image.
 * @param focus The point, as shares of width and height.
 */
export function focalThumbnail(
  image: Image,
  box: Extent,
  aspect: number,
  focus: { readonly x: number; readonly y: number },
  limits: Extent,
): Image {
  const covering = cover(image, box, aspect, limits, 'both');
  const place = (length: number, share: number, wanted: number): number =>
    Math.trunc(Math.max(0, Math.min(length * share - wanted / 2, length - wanted)));
  const left = place(covering.width, focus.x, box.width);
  const top = place(covering.pageHeight, focus.y, box.height);
  return extractArea(covering, left, top, box.width, box.height);
}

function cover(image: Image, box: Extent, aspect: number, limits: Extent, size: Size): Image {
  return box.width / box.height > aspect
    ? image.thumbnailImage(box.width, { height: limits.height, crop: 'none', size })
    : image.thumbnailImage(limits.width, { height: box.height, crop: 'none', size });
}
