import type { BlendMode } from '../../vips/enums.gen.ts';
import type { Image } from '../../vips/image.ts';
import { withAlpha, withColorBands } from '../color.ts';
import { embed, extractArea, frameCount } from '../geometry/pages.ts';
import { floatArg, intArg } from './arguments.ts';

const BLEND_MODES: Readonly<Record<string, BlendMode>> = {
  normal: 'over',
  multiply: 'multiply',
  'color-burn': 'colour-burn',
  darken: 'darken',
  screen: 'screen',
  'color-dodge': 'colour-dodge',
  lighten: 'lighten',
  add: 'add',
  overlay: 'overlay',
  'soft-light': 'soft-light',
  'hard-light': 'hard-light',
  difference: 'difference',
  exclusion: 'exclusion',
  mask: 'dest-in',
  'mask-out': 'dest-out',
};

/** A blend mode by imagor's name, in any case; `over` for a name that is none. */
export function parseBlendMode(name: string): BlendMode {
  return namedBlendMode(name) ?? 'over';
}

/** As {@link parseBlendMode}; undefined for a name that is none. */
export function namedBlendMode(name: string): BlendMode | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(BLEND_MODES, key) ? BLEND_MODES[key] : undefined;
}

/** Where an overlay goes on one axis. */
interface Place {
  /** Pixels from the canvas' left or top edge; may lie outside. */
  readonly position: number;
  /** How often the overlay stands side by side. */
  readonly repeat: number;
}

/** The words that one axis knows for its near and its far edge. */
interface Axis {
  readonly near: string;
  readonly far: string;
}

const HORIZONTAL: Axis = { near: 'left', far: 'right' };
const VERTICAL: Axis = { near: 'top', far: 'bottom' };

/** `left-20`, `r-30`: an edge by its word or its first letter, and pixels. */
const EDGE_OFFSET = /^(left|l|right|r|top|t|bottom|b)-(.*)$/;

/** How and where to lay one image over another. */
export interface Placement {
  readonly x: string;
  readonly y: string;
  /** Per cent of transparency, 0–100. */
  readonly transparency: number;
  readonly blendMode: BlendMode;
}

/**
 * Lays an overlay over every frame of an image; frames of the overlay play along and start over. What stands over the
 * edge is cut off, and an overlay that lies outside altogether changes nothing.
 */
export function compositeOverlay(image: Image, overlay: Image, placement: Placement): Image {
  const base = withColorBands(image);
  let top = fade(withAlpha(overlay), placement.transparency);
  const horizontal = place(placement.x, base.width, top.width, HORIZONTAL);
  const vertical = place(placement.y, base.pageHeight, top.pageHeight, VERTICAL);
  if (horizontal.repeat * vertical.repeat > 1) {
    const width = horizontal.repeat * top.width;
    top = embed(top, 0, 0, width, vertical.repeat * top.pageHeight, { extend: 'repeat' });
  }
  const visible = cutToCanvas(top, horizontal.position, vertical.position, base.width, base.pageHeight);
  if (!visible) return base;
  const laid = embed(visible.image, visible.left, visible.top, base.width, base.pageHeight);
  return base.composite2(playAlong(laid, frameCount(base)), placement.blendMode);
}

function fade(overlay: Image, transparency: number): Image {
  if (transparency <= 0) return overlay;
  return overlay.linear([1, 1, 1, 1 - Math.min(transparency, 100) / 100], [0, 0, 0, 0]);
}

/** Pixels; `left-20`, `l-20`, `center`, `repeat`, `0.1` and `10p` of the canvas; negative ones count from the far edge. */
function place(arg: string, canvas: number, overlay: number, axis: Axis): Place {
  const room = canvas - overlay;
  if (arg === 'center') return { position: Math.trunc(room / 2), repeat: 1 };
  if (arg === axis.far) return { position: room, repeat: 1 }; // of an overlay larger than the canvas, the far part
  if (arg === 'repeat') return { position: 0, repeat: Math.floor(canvas / overlay) + 1 };
  const edge = EDGE_OFFSET.exec(arg);
  const position = edge ? fromEdge(edge[1] ?? '', intArg(edge[2]), room) : fromStart(arg, canvas, axis);
  const isOwnEdge = edge !== null && [axis.near, axis.far].some((word) => word === edge[1] || word[0] === edge[1]);
  return { position: position < 0 && !isOwnEdge ? position + room : position, repeat: 1 };
}

/** A positive offset moves an overlay out over the near edge, and on from the far one, as in imagor. */
function fromEdge(word: string, offset: number, room: number): number {
  const isNear = word.startsWith('l') || word.startsWith('t');
  return isNear ? -offset : room + offset;
}

function fromStart(arg: string, canvas: number, axis: Axis): number {
  if (arg === axis.near) return 0;
  if (/^-?0\./.test(arg)) return Math.trunc(floatArg(arg) * canvas);
  if (arg.endsWith('p')) return Math.trunc((intArg(arg.slice(0, -1)) * canvas) / 100);
  return intArg(arg);
}

function cutToCanvas(
  image: Image,
  x: number,
  y: number,
  width: number,
  height: number,
): { image: Image; left: number; top: number } | undefined {
  const left = Math.max(0, x);
  const top = Math.max(0, y);
  const right = Math.min(width, x + image.width);
  const bottom = Math.min(height, y + image.pageHeight);
  if (right <= left || bottom <= top) return undefined;
  const isWhole = right - left === image.width && bottom - top === image.pageHeight;
  return { image: isWhole ? image : extractArea(image, left - x, top - y, right - left, bottom - top), left, top };
}

/** Repeats an overlay's frames until there are at least as many as the canvas has. */
function playAlong(overlay: Image, frames: number): Image {
  const times = Math.ceil(frames / frameCount(overlay));
  return times > 1 ? overlay.replicate(1, times) : overlay;
}
