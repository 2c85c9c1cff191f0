import type { ProcessInput, ProcessOutput } from '../core/ports.ts';
import { canBeAnimated, sniff } from '../core/sniff.ts';
import { isColorImage } from '../endpoint/color-image.ts';
import { type ImageParams, NO_PARAMS } from '../endpoint/params.ts';
import { splitArgs } from '../endpoint/split-args.ts';
import { AppError } from '../errors.ts';
import type { Image } from '../vips/image.ts';
import type { Scope } from '../vips/scope.ts';
import { parseColorImage } from './color.ts';
import { createColorImage } from './color-image.ts';
import { decode, fitDecoded, traceSource } from './decode.ts';
import { type Detection, detectRegions, detectsFor, NO_DETECTION } from './detector.ts';
import { encode, outputFormat, saverOf } from './encode.ts';
import type { FilterContext, Picture } from './filters/filter.ts';
import { FILTERS } from './filters/registry.ts';
import { contentTypeOfFormat, saveFormatFor } from './formats.ts';
import { clockwise, mapFrames, rotate } from './geometry/pages.ts';
import { resize } from './geometry/resize.ts';
import type { Thumbnail } from './geometry/thumbnail.ts';
import { type LoadPlan, planLoad, wholeSource } from './load-plan.ts';
import { describe } from './metadata.ts';
import { type ImagingOptions, isFilterEnabled } from './options.ts';
import { type KeptPicture, openPicture, type PictureFiles, PictureMissing } from './picture-cache-file.ts';
import { isEnough, type Need, needOf, needOfBox } from './picture-cache-use.ts';
import { checkResolution } from './resolution.ts';
import { type PlainStep, sizeOf, type Trace } from './trace.ts';
import { undecodable } from './unreadable.ts';

/** What a worker makes a picture of. */
export interface PipelineInput extends Pick<ProcessInput, 'params' | 'source' | 'images'> {
  /** Decoded pictures in place of some of the bytes, of which only the head is there then. */
  readonly kept?: KeptPictures;
  /** The server's detectors; none without it. */
  readonly detection?: Detection;
  /** For who wants to know how the size of a picture comes about. */
  readonly trace?: Trace;
}

/** Decoded pictures for one job. */
export interface KeptPictures {
  readonly files: PictureFiles;
  readonly source: KeptPicture | undefined;
  readonly images: ReadonlyMap<string, KeptPicture>;
}

/** Encoded bytes, and perhaps a decoded picture in their place. */
interface Origin {
  readonly bytes: Uint8Array;
  readonly kept: KeptPicture | undefined;
}

const NO_ORIGIN: Origin = { bytes: new Uint8Array(), kept: undefined };

/**
 * Makes the picture, or the metadata, that a URL asks for.
 *
 * @throws AppError; VipsError for what libvips only finds out while it computes pixels; PictureMissing.
 */
export function runPipeline(scope: Scope, input: PipelineInput, options: ImagingOptions): ProcessOutput {
  try {
    return run(scope, input, options);
  } catch (error) {
    throw undecodable(scope.libvips, sniff(input.source), error);
  }
}

/**
 * Takes every step but the last, which would write the picture. Pixels are computed only where a step asks for them.
 *
 * @throws as {@link runPipeline}, after the steps that went well have been told of.
 */
export function tracePipeline(
  scope: Scope,
  input: PipelineInput & { readonly trace: Trace },
  options: ImagingOptions,
): void {
  const { params, source, trace } = input;
  try {
    const image = transform(scope, input, params, { bytes: source, kept: undefined }, options);
    const size = { depth: 0, ...sizeOf(image) };
    const format = saveFormatFor(outputFormat(image, params, source, options));
    if (params.meta) trace({ step: 'result', ...size, format: 'json', contentType: 'application/json' });
    else {
      saverOf(scope.libvips, format);
      trace({ step: 'result', ...size, format, contentType: contentTypeOfFormat(format) });
    }
  } catch (error) {
    throw undecodable(scope.libvips, sniff(source), error);
  }
}

function run(scope: Scope, input: PipelineInput, options: ImagingOptions): ProcessOutput {
  const { params, source } = input;
  const image = transform(scope, input, params, { bytes: source, kept: input.kept?.source }, options);
  if (!params.meta) return encode(image, params, source, options);
  const { detection = NO_DETECTION } = input;
  const detected = detectsFor(params) ? detectRegions(image, detection) : [];
  return describe(image, params, source, options, detected);
}

/** The steps, in their order. */
function transform(
  scope: Scope,
  input: PipelineInput,
  params: ImageParams,
  source: Origin,
  options: ImagingOptions,
  depth = 0,
): Image {
  const color = parseColorImage(params.image);
  if (!color && isColorImage(params.image))
    throw new AppError('not-found', { publicMessage: 'there is no such colour' });
  const { detection = NO_DETECTION, trace } = input;
  const made = (step: PlainStep, image: Image): void => trace?.({ step, depth, ...sizeOf(image) });
  const isDetected = params.smart && !color && detection.detectors.length > 0;
  const planned = planLoad(params, canBeAnimated(sniff(source.bytes)), options);
  const plan = isDetected ? wholeSource(planned) : planned;
  if (trace && !color) trace({ step: 'source', depth, ...traceSource(scope, source.bytes, plan, options) });
  const loaded = color
    ? createColorImage(scope, color, params, options)
    : open(scope, input, source, needOf(params), plan, options);
  made('load', loaded);
  const upright = orient(loaded, plan);
  made('orient', upright);
  const { image, cropped, width, height } = resize(
    upright,
    params,
    { ...plan, resized: plan.resized || color !== undefined },
    options,
    isDetected ? detectRegions(upright, detection) : [],
  );
  made('crop', cropped);
  made('resize', image);
  const flipped = settle(flip(image, params), plan, params);
  const { paddingLeft: left, paddingTop: top, paddingRight: right, paddingBottom: bottom } = params;
  const picture: Picture = { image: flipped, canvas: { width, height, left, top, right, bottom } };
  made('flip', flipped);
  const ran = (index: number, image: Image): void => trace?.({ step: 'filter', index, depth, ...sizeOf(image) });
  return applyFilters(picture, params, filterContext(scope, input, options, depth + 1), options, ran).image;
}

function open(
  scope: Scope,
  input: PipelineInput,
  { bytes, kept }: Origin,
  need: Need | undefined,
  plan: LoadPlan,
  options: ImagingOptions,
): Image {
  if (!kept || !input.kept) return decode(scope, bytes, plan, options);
  if (!need || !isEnough(kept, need)) throw new PictureMissing(kept, false);
  return fitDecoded(openPicture(scope, kept, input.kept.files), plan, options);
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

function filterContext(scope: Scope, input: PipelineInput, options: ImagingOptions, depth: number): FilterContext {
  const originOf = (key: string): Origin => {
    const bytes = input.images.get(key);
    if (!bytes) throw new AppError('not-found', { detail: `the image ${key} of a filter was not fetched` });
    return { bytes, kept: input.kept?.images.get(key) };
  };
  const largest: Thumbnail = { width: options.maxWidth, height: options.maxHeight, crop: 'none', size: 'down' };
  return {
    options,
    openImage(key, thumbnail, frames) {
      const plan = { ...planLoad(NO_PARAMS, true, options), thumbnail: thumbnail ?? largest, frames };
      const origin = originOf(key);
      const image = open(scope, input, origin, needOfBox(thumbnail), plan, options);
      input.trace?.({ step: 'source', depth, ...traceSource(scope, origin.bytes, plan, options) });
      input.trace?.({ step: 'load', depth, ...sizeOf(image) });
      return image.copyMemory();
    },
    transform(params) {
      const source = parseColorImage(params.image) ? NO_ORIGIN : originOf(params.image);
      return transform(scope, input, params, source, options, depth);
    },
    detect: (image) => detectRegions(image, input.detection ?? NO_DETECTION),
  };
}

function applyFilters(
  picture: Picture,
  params: ImageParams,
  context: FilterContext,
  options: ImagingOptions,
  onRun: (index: number, image: Image) => void,
): Picture {
  const { maxFilterOps } = options;
  const filters = maxFilterOps > 0 ? params.filters.slice(0, maxFilterOps) : params.filters;
  let current = picture;
  for (const [index, { name, args }] of filters.entries()) {
    const filter = FILTERS.get(name);
    if (!filter || !isFilterEnabled(options, name)) continue;
    current = filter(current, splitArgs(args), context);
    checkResolution(current.image, options);
    onRun(index, current.image);
  }
  return current;
}
