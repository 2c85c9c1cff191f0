import type { Filter, ImageParams } from '../endpoint/params.ts';
import type { Interesting, Size } from '../vips/enums.gen.ts';
import { intArg } from './filters/arguments.ts';
import { canSaveAnimation, parseSaveFormat, type SaveFormat } from './formats.ts';
import type { Thumbnail } from './geometry/thumbnail.ts';
import type { ImagingOptions } from './options.ts';
import { isFilterEnabled } from './options.ts';
import { boundSide } from './resolution.ts';

/** How a source is to be opened, read off the URL alone. */
export interface LoadPlan {
  /** Resize while loading; undefined where a later step needs the source's own pixels. */
  readonly thumbnail: Thumbnail | undefined;
  /** The thumbnail already has the geometry that the URL asks for. */
  readonly resized: boolean;
  /** Frames to load, -1 for all. */
  readonly frames: number;
  /** The page to start from, counted from 1. */
  readonly page: number;
  /** For vector formats, 0 for libvips' default. */
  readonly dpi: number;
  /** Anticlockwise degrees from `orient()`, 0 for none. */
  readonly orient: number;
  readonly upscale: boolean;
  readonly stretch: boolean;
}

/** Reads off the URL how to open its source. Pure: asks neither the source nor libvips. */
export function planLoad(params: ImageParams, canBeAnimated: boolean, options: ImagingOptions): LoadPlan {
  const filters = params.filters.filter(({ name }) => isFilterEnabled(options, name));
  const has = (name: string): boolean => filters.some((filter) => filter.name === name);
  const lastPositive = (name: string): number =>
    filters.reduce((found, filter) => (filter.name === name ? positive(filter.args) || found : found), 0);
  const lastSwitch = filters.findLast(({ name }) => name === 'upscale' || name === 'no_upscale')?.name;
  const upscale = lastSwitch === undefined ? !params.fitIn || params.fullFitIn : lastSwitch === 'upscale';
  const stretch = params.stretch || has('stretch');
  const usesSource = usesOfSource(params, options).length > 0;
  const target = usesSource || hasCrop(params) ? undefined : targetThumbnail(params, stretch, upscale, options);
  const largest: Thumbnail = { width: options.maxWidth, height: options.maxHeight, crop: 'none', size: 'down' };
  return {
    thumbnail: target ?? (usesSource ? undefined : largest),
    resized: target !== undefined,
    frames: framesToLoad(filters, canBeAnimated, options),
    page: lastPositive('page') || 1,
    dpi: lastPositive('dpi'),
    orient: lastPositive('orient'),
    upscale,
    stretch,
  };
}

/** A crop that is to keep what a detector finds cannot be made while loading. */
export function wholeSource(plan: LoadPlan): LoadPlan {
  return { ...plan, thumbnail: undefined, resized: false };
}

/**
 * What in a URL looks at the source's own pixels or coordinates, so that nothing may shrink it while loading: in the
 * URL's words.
 */
export function usesOfSource(params: ImageParams, options: ImagingOptions): string[] {
  const filters = params.filters.filter((filter) => isFilterEnabled(options, filter.name) && needsSourcePixels(filter));
  return [
    ...(params.trim ? ['trim'] : []),
    ...(params.vFlip ? ['the vertical flip'] : []),
    ...(params.fullFitIn ? ['full-fit-in'] : []),
    ...(params.adaptiveFitIn ? ['adaptive-fit-in'] : []),
    ...filters.map(({ name, args }) => `${name}(${args})`),
  ];
}

/** The resize that the URL's size asks for; undefined where alignment takes the picture's own proportions to decide. */
function targetThumbnail(
  params: ImageParams,
  stretch: boolean,
  upscale: boolean,
  options: ImagingOptions,
): Thumbnail | undefined {
  const [width, height] = [boundSide(params.width), boundSide(params.height)];
  if (width <= 0 && height <= 0) return undefined;
  const size: Size = upscale ? 'both' : 'down';
  const box = { width: width || options.maxWidth, height: height || options.maxHeight };
  if (params.fitIn) return { ...box, crop: 'none', size };
  const bothSides = width > 0 && height > 0;
  if (stretch) return bothSides ? { ...box, crop: 'none', size: 'force' } : undefined;
  if (!bothSides) return { ...box, crop: 'none', size };
  const crop = interesting(params);
  return crop && { ...box, crop, size };
}

function interesting({ smart, hAlign, vAlign }: ImageParams): Interesting | undefined {
  if (smart) return 'attention';
  if ((vAlign === 'top' && !hAlign) || (hAlign === 'left' && !vAlign)) return 'low';
  if ((vAlign === 'bottom' && !hAlign) || (hAlign === 'right' && !vAlign)) return 'high';
  const centred = (!vAlign || vAlign === 'middle') && (!hAlign || hAlign === 'center');
  return centred ? 'centre' : undefined;
}

/** Filters that look at the source's own pixels or coordinates, so that nothing may shrink it while loading. */
function needsSourcePixels({ name, args }: Filter): boolean {
  switch (name) {
    case 'trim':
    case 'focal':
    case 'rotate':
    case 'draw_detections':
      return true;
    case 'orient':
    case 'max_bytes':
      return positive(args) > 0;
    case 'fill':
    case 'background_color':
      return args.split(',')[0] === 'auto';
    default:
      return false;
  }
}

function framesToLoad(filters: readonly Filter[], canBeAnimated: boolean, options: ImagingOptions): number {
  const allowed = options.maxAnimationFrames;
  if (!canBeAnimated || allowed === 0 || allowed < -1) return 1;
  const formats = (name: string): SaveFormat[] =>
    filters.flatMap((filter) => (filter.name === name ? (parseSaveFormat(filter.args) ?? []) : []));
  const fallsBackToAnimated = formats('fallback_format').some(canSaveAnimation);
  if (!fallsBackToAnimated && formats('format').some((format) => !canSaveAnimation(format))) return 1;
  const wanted = filters.flatMap(({ name, args }) => (name === 'max_frames' ? positive(args) || [] : []));
  const limits = [...wanted, ...(allowed === -1 ? [] : [allowed])];
  return limits.length > 0 ? Math.min(...limits) : -1;
}

/** Whether the URL cuts a box out of the source. */
export const hasCrop = (params: ImageParams): boolean =>
  params.cropLeft > 0 || params.cropTop > 0 || params.cropRight > 0 || params.cropBottom > 0;

const positive = (args: string): number => Math.max(0, intArg(args));
