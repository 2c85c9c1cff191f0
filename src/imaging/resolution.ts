import { AppError } from '../errors.ts';
import type { Image } from '../vips/image.ts';
import { frameCount } from './geometry/pages.ts';
import type { Thumbnail } from './geometry/thumbnail.ts';
import { thumbnailSize } from './geometry/thumbnail-size.ts';
import type { ImagingOptions } from './options.ts';

/**
 * More pixels than any side has that is let through, and few enough for sums of them to stay within what libvips counts
 * (VIPS_MAX_COORD, ten million).
 */
const MAX_SIDE = 1_000_000;

/** A length that a URL asks for, in pixels and of either sign, cut down to what libvips can be told. */
export function boundSide(pixels: number): number {
  return Math.max(-MAX_SIDE, Math.min(MAX_SIDE, pixels));
}

/**
 * Refuses pictures that are larger than the operator allows. Images are lazy, so a refused one was never computed.
 *
 * @returns the same image.
 * @throws AppError `max-resolution-exceeded`.
 */
export function checkResolution(image: Image, options: ImagingOptions): Image {
  checkSize(image.width, image.pageHeight, image.width * image.height, options);
  return image;
}

/** As {@link checkResolution}, for a size that is not an image yet. `pixels` are those of all frames. */
export function checkSize(width: number, pageHeight: number, pixels: number, options: ImagingOptions): void {
  const { maxWidth, maxHeight, maxResolution, unlimited } = options;
  if (unlimited || (width <= maxWidth && pageHeight <= maxHeight && pixels <= maxResolution)) return;
  throw new AppError('max-resolution-exceeded', {
    detail: `${width}×${pageHeight}, ${pixels} pixels; allowed are ${maxWidth}×${maxHeight}, ${maxResolution} pixels`,
  });
}

/**
 * Refuses pixels that are decoded on the way to a smaller picture.
 *
 * @param factor of the pixels that a result may have.
 * @throws AppError `max-resolution-exceeded`.
 */
export function checkPixels(pixels: number, factor: number, { maxResolution, unlimited }: ImagingOptions): void {
  if (unlimited || pixels <= factor * maxResolution) return;
  throw new AppError('max-resolution-exceeded', {
    detail: `${pixels} pixels to decode; allowed are ${factor * maxResolution}`,
  });
}

/**
 * Refuses a resize by the size it would come to. libvips computes the pixels of some of them at once – a crop is cut from
 * a whole enlarged picture – so looking at the result would be too late.
 *
 * @throws AppError `max-resolution-exceeded`.
 */
export function checkThumbnail(image: Image, thumbnail: Thumbnail, options: ImagingOptions): void {
  const { width, height, crop, size } = thumbnail;
  const isTurned = image.orientation > 4;
  const box = isTurned ? { width: height, height: width } : { width, height };
  const isCropped = crop !== 'none' && size !== 'force';
  const whole = thumbnailSize({ width: image.width, height: image.pageHeight }, box, { cover: isCropped, size });
  const [wholeWidth, wholeHeight] = isTurned ? [whole.height, whole.width] : [whole.width, whole.height];
  checkSize(
    isCropped ? Math.min(width, wholeWidth) : wholeWidth,
    isCropped ? Math.min(height, wholeHeight) : wholeHeight,
    wholeWidth * wholeHeight * frameCount(image),
    options,
  );
}
