import type { ProcessInput, ProcessOutput } from '../core/ports.ts';
import { canBeAnimated, sniff } from '../core/sniff.ts';
import { type ImageParams, NO_PARAMS } from '../endpoint/params.ts';
import { splitArgs } from '../endpoint/split-args.ts';
import { AppError } from '../errors.ts';
import type { Image } from '../vips/image.ts';
import type { Scope } from '../vips/scope.ts';
import { parseColorImage } from './color.ts';
import { createColorImage } from './color-image.ts';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import type { FilterContext, Picture } from './filters/filter.ts';
import { FILTERS } from './filters/registry.ts';
import { clockwise, mapFrames, rotate } from './geometry/pages.ts';
import { resize } from './geometry/resize.ts';
import type { Thumbnail } from './geometry/thumbnail.ts';
import { type LoadPlan, planLoad } from './load-plan.ts';
import { describe } from './metadata.ts';
import { type ImagingOptions, isFilterEnabled } from './options.ts';
import { checkResolution } from './resolution.ts';

/**
 * Makes the picture, or the metadata, that a URL asks for.
 *
 * @throws AppError; VipsError for what libvips only finds out while it computes pixels.
 */
export function runPipeline(scope: Scope, input: ProcessInput, options: ImagingOptions): ProcessOutput {
  const { params, source } = input;
  const image = transform(scope, input, params, source, options);
  return params.meta ? describe(image, params, source, options) : encode(image, params, source, options);
}

/** The steps, in their order. */
function transform(
  scope: Scope,
  input: ProcessInput,
  params: ImageParams,
  source: Uint8Array,
  options: ImagingOptions,
): Image {
  const color = parseColorImage(params.image);
  const plan = planLoad(params, canBeAnimated(sniff(source)), options);
  const loaded = color ? createColorImage(scope, color, params, options) : decode(scope, source, plan, options);
  const upright = orient(loaded, plan);
  const { image, width, height } = resize(
    upright,
    params,
    { ...plan, resized: plan.resized || color !== undefined },
    options,
  );
  const flipped = settle(flip(image, params), plan, params);
  const { paddingLeft: left, paddingTop: top, paddingRight: right, paddingBottom: bottom } = params;
  const picture: Picture = { image: flipped, canvas: { width, height, left, top, right, bottom } };
  return applyFilters(picture, params, filterContext(scope, input, options), options).image;
}

/** Turns by `orient()`, before anything is measured; the EXIF orientation is void then. */
function orient(image: Image, { orient: degrees }: LoadPlan): Image {
  return degrees > 0 ? rotate(image, clockwise(degrees)).withMetadata({ orientation: undefined }) : image;
}

function flip(image: Image, { hFlip, vFlip }: ImageParams): Image {
  const mirrored = hFlip ? image.flip('horizontal') : image;
  return vFlip ? mapFrames(mirrored, (frame) => frame.flip('vertical')) : mirrored;
}

/** A picture that is decoded line by line can be read once only, and filters read as they please. */
function settle(image: Image, plan: LoadPlan, params: ImageParams): Image {
  return plan.thumbnail && params.filters.some(({ name }) => FILTERS.has(name)) ? image.copyMemory() : image;
}

function filterContext(scope: Scope, input: ProcessInput, options: ImagingOptions): FilterContext {
  const bytesOf = (key: string): Uint8Array => {
    const bytes = input.images.get(key);
    if (!bytes) throw new AppError('not-found', { detail: `the image ${key} of a filter was not fetched` });
    return bytes;
  };
  const largest: Thumbnail = { width: options.maxWidth, height: options.maxHeight, crop: 'none', size: 'down' };
  return {
    options,
    openImage(key, thumbnail, frames) {
      const plan = { ...planLoad(NO_PARAMS, true, options), thumbnail: thumbnail ?? largest, frames };
      return decode(scope, bytesOf(key), plan, options).copyMemory();
    },
    transform(params) {
      const source = parseColorImage(params.image) ? new Uint8Array() : bytesOf(params.image);
      return transform(scope, input, params, source, options);
    },
  };
}

function applyFilters(picture: Picture, params: ImageParams, context: FilterContext, options: ImagingOptions): Picture {
  const { maxFilterOps } = options;
  const filters = maxFilterOps > 0 ? params.filters.slice(0, maxFilterOps) : params.filters;
  let current = picture;
  for (const { name, args } of filters) {
    const filter = FILTERS.get(name);
    if (!filter || !isFilterEnabled(options, name)) continue;
    current = filter(current, splitArgs(args), context);
    checkResolution(current.image, options);
  }
  return current;
}
