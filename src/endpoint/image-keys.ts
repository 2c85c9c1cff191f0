import { AppError } from '../errors.ts';
import { isColorImage } from './color-image.ts';
import { decodeImage } from './decode-image.ts';
import { resolveFullDimensions } from './full-dimensions.ts';
import type { Filter, ImageParams } from './params.ts';
import { parse } from './parse.ts';
import { queryUnescape } from './percent-encoding.ts';
import { splitArgs } from './split-args.ts';

/** How far {@link imageKeys} goes. */
export interface ImageKeysOptions {
  /** Levels of filters inside filters: 1 allows overlays, but none inside an overlay. */
  readonly maxDepth: number;
  /** Overlays in all, the same image counted as often as it is laid over: each costs a decoding. */
  readonly maxCount: number;
  /** Whether a filter is passed over, disabled for instance; `index` counts from 0 in the list that it stands in. */
  readonly skip: (filterName: string, index: number) => boolean;
}

/** The key of the image that `watermark()`'s first argument names. */
export function watermarkKey(arg: string): string {
  return decodeImage(arg).image;
}

/**
 * What `image()`'s first argument asks for, an image path of its own. Its `image` is the key.
 *
 * @param parentWidth Pixels of the picture that the filter works on, for sizes such as `fxf`.
 * @param parentHeight Likewise; neither has a say in anything but the size, so either may be left out for the key.
 */
export function overlayParams(arg: string, parentWidth: number = 1, parentHeight: number = 1): ImageParams {
  return parse(resolveFullDimensions(queryUnescape(arg), parentWidth, parentHeight));
}

/**
 * The keys of all images that the filters of a URL need, those inside of `image()` too, each once: all can be fetched
 * before the work begins. Colours and empty names need none.
 *
 * @throws AppError `invalid` when there are more overlays, or deeper ones, than allowed.
 */
export function imageKeys(params: ImageParams, { maxDepth, maxCount, skip }: ImageKeysOptions): string[] {
  const keys = new Set<string>();
  let count = 0;
  const collect = (filters: readonly Filter[], depth: number): void => {
    for (const [index, { name, args }] of filters.entries()) {
      if ((name !== 'watermark' && name !== 'image') || skip(name, index)) continue;
      const [arg] = splitArgs(args);
      if (arg === undefined) continue;
      if (depth > maxDepth) throw tooMany(`images inside of images may go ${maxDepth} deep at most`);
      if (++count > maxCount) throw tooMany(`${maxCount} images may be laid over one picture at most`);
      if (name === 'watermark') {
        keys.add(watermarkKey(arg));
        continue;
      }
      const overlay = overlayParams(arg);
      if (!isColorImage(overlay.image)) keys.add(overlay.image);
      collect(overlay.filters, depth + 1);
    }
  };
  collect(params.filters, 1);
  keys.delete('');
  return [...keys];
}

function tooMany(publicMessage: string): AppError {
  return new AppError('invalid', { publicMessage });
}
