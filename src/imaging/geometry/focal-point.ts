import type { Filter } from '../../endpoint/params.ts';
import { floatArg } from '../filters/arguments.ts';
import type { Box } from './crop-box.ts';

/** A point in pixels of the source. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * What `focal()` filters point at: the middle of their rectangles, weighted by area. A filter names a rectangle
 * (`100x100:200x200`) or a point (`100x100`), in pixels or in shares of the source when below 1; `x`, `:` and `,` part
 * the numbers.
 */
export function focalPoint(filters: readonly Filter[], width: number, height: number): Point | undefined {
  const boxes = filters.flatMap((filter) =>
    filter.name === 'focal' ? (focalBox(filter.args, width, height) ?? []) : [],
  );
  const area = ({ left, top, right, bottom }: Box): number => (right - left) * (bottom - top);
  const total = boxes.reduce((sum, box) => sum + area(box), 0);
  if (boxes.length === 0) return undefined;
  return {
    x: boxes.reduce((sum, box) => sum + ((box.left + box.right) / 2) * (area(box) / total), 0),
    y: boxes.reduce((sum, box) => sum + ((box.top + box.bottom) / 2) * (area(box) / total), 0),
  };
}

function focalBox(args: string, width: number, height: number): Box | undefined {
  const numbers = args.split(/[x,:]/).filter((part) => part !== '');
  const [left = 0, top = 0, right = 0, bottom = 0] = numbers.map((part) => floatArg(part));
  if (numbers.length === 2) {
    const scale = left < 1 && top < 1 ? { x: width, y: height } : { x: 1, y: 1 };
    const [x, y] = [left * scale.x, top * scale.y];
    return { left: x, top: y, right: x + 1, bottom: y + 1 };
  }
  if (numbers.length !== 4) return undefined;
  const isShares = left < 1 && top < 1 && right <= 1 && bottom <= 1;
  const scale = isShares ? { x: width, y: height } : { x: 1, y: 1 };
  const box = { left: left * scale.x, top: top * scale.y, right: right * scale.x, bottom: bottom * scale.y };
  return box.right > box.left && box.bottom > box.top ? box : undefined;
}
