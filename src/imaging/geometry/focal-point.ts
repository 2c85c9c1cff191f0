import type { Filter } from '../../endpoint/params.ts';
import { floatArg } from '../filters/arguments.ts';
import type { Box } from './crop-box.ts';

/** A point, in pixels or in shares of a picture. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Farther out than any picture reaches; sums of products of such numbers are still finite. */
const FAR = 1e9;

/** A rectangle, and how much it counts. */
interface Region {
  readonly box: Box;
  readonly weight: number;
}

/**
 * What `focal()` filters point at: the middle of their rectangles, weighted by area. A filter names a rectangle
 * (`100x100:200x200`) or a point (`100x100`), in pixels or in shares of the source when below 1; `x`, `:` and `,` part
 * the numbers.
 */
export function focalPoint(filters: readonly Filter[], width: number, height: number): Point | undefined {
  const regions = filters.flatMap(({ name, args }) =>
    name === 'focal' ? (focalRegion(args, width, height) ?? []) : [],
  );
  return middleOf(regions);
}

/** The middle of what a detector found, larger things counting for more; shares of the picture. */
export function detectedPoint(detected: readonly Box[]): Point | undefined {
  return middleOf(detected.map((box) => ({ box, weight: (box.right - box.left) * (box.bottom - box.top) })));
}

function middleOf(regions: readonly Region[]): Point | undefined {
  if (regions.length === 0) return undefined;
  const total = regions.reduce((sum, { weight }) => sum + weight, 0);
  const mean = (middle: (box: Box) => number): number =>
    regions.reduce((sum, { box, weight }) => sum + middle(box) * (weight / total), 0);
  return { x: mean(({ left, right }) => (left + right) / 2), y: mean(({ top, bottom }) => (top + bottom) / 2) };
}

function focalRegion(args: string, width: number, height: number): Region | undefined {
  const numbers = args.split(/[x,:]/).filter((part) => part !== '');
  const [left = 0, top = 0, right, bottom] = numbers.map((part) => Math.max(-FAR, Math.min(FAR, floatArg(part))));
  const isShare = left < 1 && top < 1 && (right ?? 1) <= 1 && (bottom ?? 1) <= 1;
  const [x, y] = isShare ? [left * width, top * height] : [left, top];
  if (numbers.length === 2) return { box: { left: x, top: y, right: x + 1, bottom: y + 1 }, weight: 1 };
  if (numbers.length !== 4 || right === undefined || bottom === undefined) return undefined;
  const box = { left: x, top: y, right: isShare ? right * width : right, bottom: isShare ? bottom * height : bottom };
  const weight = (box.right - box.left) * (box.bottom - box.top);
  return box.right > box.left && box.bottom > box.top && weight > 0 ? { box, weight } : undefined;
}
