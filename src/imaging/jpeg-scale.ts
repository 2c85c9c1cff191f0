import type { Image } from '../vips/image.ts';
import type { Thumbnail } from './geometry/thumbnail.ts';
import { type Extent, type Fit, type JpegResiduals, type JpegShrink, jpegShrink } from './geometry/thumbnail-size.ts';

/**
 * The factor that is left to the resize, by the scale that libjpeg decodes at. Measured over photos against full
 * decodes: halving costs less than 0.004 of SSIM from 1.3 up, but a quarter up to 0.015 and an eighth up to 0.06 – so
 * there it is libvips' factor of 2.
 */
const JPEG_RESIDUALS: JpegResiduals = { 2: 1.3, 4: 2, 8: 2 };

/** What `vips_thumbnail` keeps. Result sizes follow from its rounding, and are the same as imagor's for it. */
const VIPS_JPEG_RESIDUALS: JpegResiduals = { 2: 2, 4: 2, 8: 2 };

/** Pixels from which decoding costs enough to be worth a result that differs from imagor's in the last bits. */
const LARGE_JPEG_PIXELS = 100_000;

/** At which scale a JPEG is decoded for a thumbnail. */
export interface JpegScale {
  /** The largest that leaves the resize enough to do. */
  readonly ours: JpegShrink;
  /** What `vips_thumbnail` would take. */
  readonly vips: JpegShrink;
  /** Ours is another, and the picture is large enough to make use of it. */
  readonly isOurs: boolean;
  /** The thumbnail's box as the file lies, before the EXIF orientation. */
  readonly box: Extent;
  readonly fit: Fit;
}

/** Chooses the scale to decode a JPEG at. */
export function jpegScale(header: Image, { width, height, crop, size }: Thumbnail): JpegScale {
  const isTurned = header.orientation > 4;
  const box = isTurned ? { width: height, height: width } : { width, height };
  const fit = { cover: crop !== 'none', size };
  const vips = jpegShrink(header, box, fit, VIPS_JPEG_RESIDUALS);
  const ours = jpegShrink(header, box, fit, JPEG_RESIDUALS);
  const isLarge = header.width * header.height >= LARGE_JPEG_PIXELS;
  return { ours, vips, isOurs: ours !== vips && isLarge, box, fit };
}
