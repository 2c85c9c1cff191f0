import type { Filter, ImageParams } from '../../src/endpoint/params.ts';
import type { Source } from './sources.ts';

// A second reading of imagor's rules for sizes, by itself: what the pipeline makes of a URL is held against it. It knows
// headers and URLs only, and imports nothing of the pipeline's.

/** Limits of one frame's sides and of all pixels. */
export interface Limits {
  readonly side: number;
  readonly pixels: number;
}

/** Pixels of one frame, and how many there are. */
export interface ExpectedSize {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** A side came to half a pixel, which the last bit of a sum rounds up or down. */
  readonly isTie?: boolean;
}

/** What a size depends on while a picture is made. */
interface State extends ExpectedSize {
  readonly orientation: number;
  /** What `fill` fills. */
  readonly canvas: readonly [width: number, height: number];
  readonly padding: readonly [left: number, top: number, right: number, bottom: number];
}

type Box = readonly [width: number, height: number];

const ANIMATED = new Set(['gif', 'webp']);
const SAVED_AS = new Set(['jpeg', 'jpg', 'png', 'webp', 'gif', 'tiff', 'avif', 'bmp', 'svg', 'pdf']);

/** The size that a URL comes to, `refused` where it is too large or nothing, undefined where only pixels could tell. */
export function expectedSize(
  params: ImageParams,
  source: Source,
  limits: Limits,
): ExpectedSize | 'refused' | undefined {
  const { filters } = params;
  if (params.trim || filters.some(({ name }) => name === 'trim')) return undefined;
  if (source.isVector && filters.some(({ name }) => name === 'dpi')) return undefined;
  if (source.isApproximate && filters.some(({ name }) => name === 'pixelate' || name === 'proportion'))
    return undefined;
  const loaded = load(params, source, limits);
  let state: State | 'refused' =
    loaded === 'refused' ? loaded : loaded.isSized ? loaded.state : resize(loaded.state, params, limits);
  for (const filter of filters) {
    if (state === 'refused') return state;
    state = refuseLarge(applyFilter(state, filter), limits);
  }
  if (state === 'refused') return state;
  const { width, height, frames, isTie = false } = state;
  return { width, height, frames, isTie };
}

function load(
  params: ImageParams,
  source: Source,
  limits: Limits,
): { readonly state: State; readonly isSized: boolean } | 'refused' {
  const turns = lastOf(params.filters, 'orient');
  const isTurned = turns === 90 || turns === 270;
  const frames = framesOf(params, source);
  const [width, height] = isTurned ? [source.height, source.width] : [source.width, source.height];
  const padding = [params.paddingLeft, params.paddingTop, params.paddingRight, params.paddingBottom] as const;
  const raw = {
    width,
    height,
    frames,
    orientation: turns > 0 ? 1 : source.orientation,
    padding,
    canvas: [0, 0] as const,
  };
  if (refuseLarge(raw, limits) === 'refused') return 'refused';
  if (needsAllPixels(params)) return { state: raw, isSized: false };
  const upright = autorotate(raw);
  const isCropped = params.cropLeft > 0 || params.cropTop > 0 || params.cropRight > 0 || params.cropBottom > 0;
  const sized = isCropped ? undefined : shrinkOnLoad(upright, params, limits);
  if (!sized) return { state: upright, isSized: false };
  if (sized === 'refused') return sized;
  return { state: { ...sized, canvas: targetOf(sized, params) }, isSized: true };
}

/** The size by the URL alone, where the alignment asks nothing of the picture's proportions. */
function shrinkOnLoad(state: State, params: ImageParams, limits: Limits): State | 'refused' | undefined {
  const { width, height, fitIn, smart, hAlign, vAlign } = params;
  if (width === 0 && height === 0) return undefined;
  const upscale = mayGrow(params);
  const box = [width || limits.side, height || limits.side] as const;
  if (fitIn) return refuseLarge(contain(state, box, upscale), limits);
  const isBoth = width > 0 && height > 0;
  if (stretches(params)) return isBoth ? refuseLarge({ ...state, width, height }, limits) : undefined;
  if (!isBoth) return refuseLarge(contain(state, box, upscale), limits);
  const isAtEdge = (hAlign === 'left' || hAlign === 'right') && !vAlign;
  const isAtTop = (vAlign === 'top' || vAlign === 'bottom') && !hAlign;
  const isCentred = (!vAlign || vAlign === 'middle') && (!hAlign || hAlign === 'center');
  return smart || isAtEdge || isAtTop || isCentred ? cover(state, box, upscale, limits, false) : undefined;
}

function resize(whole: State, params: ImageParams, limits: Limits): State | 'refused' {
  const state = cropped(whole, params);
  const isTurned = state.orientation > 4;
  const [width, height] = isTurned ? [state.height, state.width] : [state.width, state.height];
  const [boxWidth, boxHeight] = targetOf(state, params);
  let target: Box = [boxWidth, boxHeight];
  if (params.fitIn && params.fullFitIn && boxWidth > 0 && boxHeight > 0) {
    const aspect = width / height;
    target =
      aspect < boxWidth / boxHeight
        ? [boxWidth, Math.ceil(boxWidth / aspect)]
        : [Math.ceil(boxHeight * aspect), boxHeight];
  }
  const sized = { ...state, canvas: target };
  const [less, thinner] = [target[0] < width, target[1] < height];
  const isWanted = mayGrow(params) || (stretches(params) && !params.fitIn ? less && thinner : less || thinner);
  if (!isWanted) return sized;
  const upright = autorotate(sized);
  if (params.fitIn) return refuseLarge(contain(upright, target, true), limits);
  if (stretches(params)) return refuseLarge({ ...upright, width: target[0], height: target[1] }, limits);
  return cover(upright, target, true, limits, hasFocalPoint(params));
}

function cropped(state: State, params: ImageParams): State {
  const edges = [params.cropLeft, params.cropTop, params.cropRight, params.cropBottom] as const;
  if (edges.every((edge) => edge <= 0)) return state;
  const isShare = edges[0] < 1 && edges[1] < 1 && edges[2] <= 1 && edges[3] <= 1;
  const pixels = (edge: number, side: number): number => (isShare ? Math.round(edge * side) : edge);
  const left = Math.max(0, pixels(edges[0], state.width));
  const top = Math.max(0, pixels(edges[1], state.height));
  const right = Math.min(pixels(edges[2], state.width) || state.width - 1, state.width - 1);
  const bottom = Math.min(pixels(edges[3], state.height) || state.height - 1, state.height - 1);
  const [width, height] = [Math.floor(right - left), Math.floor(bottom - top)];
  return width > 0 && height > 0 ? { ...state, width, height } : state;
}

/** The URL's size, a missing side following from the other. */
function targetOf(state: State, params: ImageParams): Box {
  const [width, height] = state.orientation > 4 ? [state.height, state.width] : [state.width, state.height];
  const [w, h] = [params.width, params.height];
  if (w === 0 && h === 0) return [width, height];
  const atMost = (side: number, own: number): number => Math.max(1, mayGrow(params) ? side : Math.min(side, own));
  if (w === 0) return [atMost(Math.floor((width * h) / height), width), h];
  if (h === 0) return [w, atMost(Math.floor((height * w) / width), height)];
  return params.adaptiveFitIn && width / height > 1 !== w / h > 1 ? [h, w] : [w, h];
}

function contain(state: State, [width, height]: Box, upscale: boolean): State {
  return scaled(state, Math.max(state.width / width, state.height / height), upscale);
}

function cover(
  state: State,
  [width, height]: Box,
  upscale: boolean,
  limits: Limits,
  isFocal: boolean,
): State | 'refused' {
  const covering = scaled(state, Math.min(state.width / width, state.height / height), upscale);
  if (state.frames * covering.width * covering.height > limits.pixels) return 'refused';
  // animations, and pictures with a focal point, are brought to the whole size before they are cut
  const isWhole = state.frames > 1 || isFocal;
  if (isWhole && upscale && (covering.width > limits.side || covering.height > limits.side)) return 'refused';
  return refuseLarge(
    { ...covering, width: Math.min(width, covering.width), height: Math.min(height, covering.height) },
    limits,
  );
}

function scaled(state: State, shrink: number, upscale: boolean): State {
  const by = upscale ? shrink : Math.max(1, shrink);
  const exact = [state.width, state.height].map((length) => length / Math.min(by, length));
  const [width = 1, height = 1] = exact.map((side) => Math.max(1, Math.round(side)));
  const isTie = exact.some((side) => Math.abs((side % 1) - 0.5) < 1e-9);
  return { ...state, width, height, isTie: isTie || state.isTie === true };
}

const autorotate = (state: State): State =>
  state.orientation > 4
    ? { ...state, width: state.height, height: state.width, orientation: 1 }
    : { ...state, orientation: 1 };

function applyFilter(state: State, { name, args }: Filter): State | 'refused' {
  const list = args === '' ? [] : args.split(',');
  const { width, height, canvas, padding } = state;
  switch (name) {
    case 'rotate': {
      if (list[0] !== '90' && list[0] !== '270') return state;
      const [left, top, right, bottom] = padding;
      const turned = { canvas: [canvas[1], canvas[0]] as const, padding: [top, left, bottom, right] as const };
      return { ...state, ...turned, width: height, height: width };
    }
    case 'fill':
      return framed(state, canvas, padding);
    case 'padding': {
      if (list.length < 2) return state;
      const [first = 0, second = 0, third = 0, fourth = 0] = list.slice(1).map(int);
      const top = list.length > 2 ? second : first;
      const far = list.length > 4 && list[4] !== '' ? [third, fourth] : [first, top];
      return framed(state, [width, height], [first, top, far[0] ?? 0, far[1] ?? 0]);
    }
    case 'proportion': {
      const given = Math.min(float(list[0]), 100);
      const share = given > 1 ? given / 100 : given;
      const box = [Math.trunc(width * share), Math.trunc(height * share)] as const;
      return box[0] > 0 && box[1] > 0 ? contain(autorotate(state), box, true) : state;
    }
    case 'crop': {
      if (list.length < 4 || list[3] === '') return state;
      const [left = 0, top = 0, across = 0, down = 0] = list.map((arg, index) => {
        const value = float(arg);
        return value > 0 && value < 1 ? value * (index % 2 === 0 ? width : height) : value;
      });
      const right = Math.max(0, Math.min(left, width));
      const bottom = Math.max(0, Math.min(top, height));
      const box = [Math.trunc(Math.min(across, width - right)), Math.trunc(Math.min(down, height - bottom))] as const;
      return box[0] > 0 && box[1] > 0 ? { ...state, width: box[0], height: box[1] } : state;
    }
    case 'pixelate': {
      const block = Math.min(int(list[0]) > 0 ? int(list[0]) : 10, 2 * Math.min(width, height));
      return { ...state, width: Math.round(width / block) * block, height: Math.round(height / block) * block };
    }
    default:
      return state;
  }
}

function framed(state: State, [width, height]: Box, [left, top, right, bottom]: State['padding']): State | 'refused' {
  const size = { width: width + left + right, height: height + top + bottom };
  const x = Math.trunc((width - state.width) / 2) + left;
  const y = Math.trunc((height - state.height) / 2) + top;
  const isSeen = x < size.width && y < size.height && x + state.width > 0 && y + state.height > 0;
  return size.width > 0 && size.height > 0 && isSeen ? { ...state, ...size } : 'refused';
}

function refuseLarge(state: State | 'refused', limits: Limits): State | 'refused' {
  if (state === 'refused') return state;
  const { width, height, frames } = state;
  return Math.max(width, height) > limits.side || width * height * frames > limits.pixels ? 'refused' : state;
}

/** imagor loads a picture as it is where something asks for its own pixels or coordinates. */
function needsAllPixels({ vFlip, fullFitIn, adaptiveFitIn, filters }: ImageParams): boolean {
  const isOwn = ({ name, args }: Filter): boolean =>
    ['focal', 'rotate', 'draw_detections'].includes(name) ||
    (['orient', 'max_bytes'].includes(name) && int(args) > 0) ||
    (['fill', 'background_color'].includes(name) && args.split(',')[0] === 'auto');
  return vFlip || fullFitIn || adaptiveFitIn || filters.some(isOwn);
}

function framesOf({ filters }: ImageParams, { frames }: Source): number {
  const formats = filters.filter(({ name, args }) => name === 'format' && SAVED_AS.has(args));
  if (frames === 1 || formats.some(({ args }) => !ANIMATED.has(args))) return 1;
  const wanted = filters
    .filter(({ name, args }) => name === 'max_frames' && int(args) > 0)
    .map(({ args }) => int(args));
  const most = Math.min(frames, ...wanted);
  return lastOf(filters, 'page') > 1 && most > 1 ? 1 : most;
}

function hasFocalPoint({ filters }: ImageParams): boolean {
  return filters.some(({ name, args }) => {
    const [left = 0, top = 0, right, bottom] = args.split(/[x:,]/).filter(Boolean).map(float);
    if (name !== 'focal') return false;
    return bottom === undefined ? right === undefined && args.includes('x') : (right ?? 0) > left && bottom > top;
  });
}

const stretches = ({ stretch, filters }: ImageParams): boolean =>
  stretch || filters.some(({ name }) => name === 'stretch');

function mayGrow({ fitIn, fullFitIn, filters }: ImageParams): boolean {
  const last = filters.findLast(({ name }) => name === 'upscale' || name === 'no_upscale');
  return last ? last.name === 'upscale' : !fitIn || fullFitIn;
}

/** The last argument above zero that a filter is given. */
const lastOf = (filters: readonly Filter[], name: string): number =>
  int(filters.findLast((filter) => filter.name === name && int(filter.args) > 0)?.args);

/** Go's reading of whole numbers, and of what is none. */
function int(text: string = ''): number {
  return /^[+-]?\d+$/.test(text) ? Math.max(-1e6, Math.min(1e6, Number(text))) : 0;
}

function float(text: string = ''): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : 0;
  return Number.isFinite(value) ? value : 0;
}
