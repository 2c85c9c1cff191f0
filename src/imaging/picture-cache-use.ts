import { isColorImage } from '../endpoint/color-image.ts';
import { overlayParams, watermarkKey } from '../endpoint/image-keys.ts';
import type { Filter, ImageParams } from '../endpoint/params.ts';
import { splitArgs } from '../endpoint/split-args.ts';
import { intArg } from './filters/arguments.ts';
import type { Extent } from './geometry/thumbnail-size.ts';
import { hasCrop } from './load-plan.ts';
import { type ImagingOptions, isFilterEnabled } from './options.ts';
import type { KeptPicture } from './picture-cache-file.ts';

/** What a use asks of a kept picture, which has been turned upright and may have been shrunk. */
export interface Need {
  /** The size it is brought to; undefined for its own. Pixels. */
  readonly box: Extent | undefined;
  /** The box is filled, not fitted into. */
  readonly isFilled: boolean;
  /** The picture has to be as its file holds it. */
  readonly isExact: boolean;
}

/** The smallest box: of a size that is only known once there is a picture to lay things over. */
const SIZED_LATER: Need = { box: { width: 1, height: 1 }, isFilled: false, isExact: false };

/** What laying a picture over another asks of it. @param box Undefined for the picture's own size. */
export function needOfBox(box: Extent | undefined): Need {
  return { box, isFilled: false, isExact: false };
}

/**
 * What an image path asks of its source; undefined where only the source itself will do: for coordinates in it, another
 * page, another resolution, a turn against its own orientation.
 */
export function needOf(params: ImageParams): Need | undefined {
  if (params.image === '' || isColorImage(params.image) || hasCrop(params) || params.filters.some(needsSource)) {
    return undefined;
  }
  const { width, height, fitIn, fullFitIn, adaptiveFitIn } = params;
  const longer = Math.max(width, height);
  const box = adaptiveFitIn ? { width: longer, height: longer } : { width, height };
  return {
    box: width > 0 && height > 0 ? box : undefined,
    isFilled: !fitIn || fullFitIn,
    isExact: params.trim || params.filters.some(({ name }) => name === 'trim'),
  };
}

/** As imagor's rules have it, and `orient()`, which imagor gets wrong for pictures that its cache has turned upright. */
function needsSource({ name, args }: Filter): boolean {
  switch (name) {
    case 'focal':
      return true;
    case 'page':
      return intArg(args) > 1;
    case 'dpi':
    case 'orient':
      return intArg(args) > 0;
    default:
      return false;
  }
}

/** What the source of a whole request is asked for; undefined where it is not to be kept: `preview()` says that it is. */
export function needOfSource(params: ImageParams): Need | undefined {
  return params.filters.some(({ name }) => name === 'preview') ? needOf(params) : undefined;
}

/** Whether a kept picture will do. What has been shrunk is never enlarged again. */
export function isEnough({ isShrunk, isTurned, width, height }: KeptPicture, need: Need): boolean {
  const { box, isFilled, isExact } = need;
  if (isExact && (isShrunk || isTurned)) return false;
  if (!isShrunk) return true;
  if (!box) return false;
  const sides = [box.width <= width, box.height <= height];
  return isFilled ? sides.every(Boolean) : sides.some(Boolean);
}

/**
 * Every image that filters lay over the picture, nested ones too, with all that it is asked for; undefined where one of
 * its uses takes the file itself. Sizes that depend on other pictures count as small ones: the worker looks again.
 */
export function needsOfImages(params: ImageParams, options: ImagingOptions): Map<string, readonly Need[] | undefined> {
  const found = new Map<string, readonly Need[] | undefined>();
  const add = (key: string, need: Need | undefined): void => {
    const before = found.has(key) ? found.get(key) : [];
    if (key !== '') found.set(key, need && before && [...before, need]);
  };
  const collect = (filters: readonly Filter[]): void => {
    const { maxFilterOps } = options;
    for (const { name, args } of maxFilterOps > 0 ? filters.slice(0, maxFilterOps) : filters) {
      const [path, , , , width, height] = splitArgs(args);
      if (path === undefined || !isFilterEnabled(options, name)) continue;
      if (name === 'watermark') {
        add(watermarkKey(path), width === undefined || height === undefined ? needOfBox(undefined) : SIZED_LATER);
      } else if (name === 'image') {
        const overlay = overlayParams(path);
        if (!isColorImage(overlay.image)) add(overlay.image, needOf(overlay));
        collect(overlay.filters);
      }
    }
  };
  collect(params.filters);
  return found;
}
