import type { ImageParams } from '../endpoint/params.ts';
import { AppError } from '../errors.ts';
import type { Image } from '../vips/image.ts';
import type { Scope } from '../vips/scope.ts';
import type { Rgba } from './color.ts';
import type { ImagingOptions } from './options.ts';

/**
 * The picture behind `color:red`: one colour in the URL's size, one pixel where the URL names none.
 *
 * @throws AppError `max-resolution-exceeded`; single sides are cut to what is allowed, as in imagor.
 */
export function createColorImage(
  scope: Scope,
  [red, green, blue, alpha]: Rgba,
  params: ImageParams,
  options: ImagingOptions,
): Image {
  const width = params.width || params.height || 1;
  const height = params.height || params.width || 1;
  if (!options.unlimited && width * height > options.maxResolution) throw new AppError('max-resolution-exceeded');
  const bands = alpha < 255 ? [red, green, blue, alpha] : [red, green, blue];
  const blank = scope.black(Math.min(width, options.maxWidth), Math.min(height, options.maxHeight), {
    bands: bands.length,
  });
  return blank
    .linear(
      bands.map(() => 1),
      bands,
      { uchar: true },
    )
    .copy({ interpretation: 'srgb' });
}
