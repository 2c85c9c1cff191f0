import type { ImageParams } from '../../endpoint/params.ts';

/** Edges in pixels of the source; right and bottom are the first pixels outside. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The URL's crop in pixels: fractions when all four are at most 1, missing far edges at the last pixel, as imagor does. */
export function cropBox(params: ImageParams, width: number, height: number): Box | undefined {
  let { cropLeft: left, cropTop: top, cropRight: right, cropBottom: bottom } = params;
  if (left <= 0 && top <= 0 && right <= 0 && bottom <= 0) return undefined;
  if (left < 1 && top < 1 && right <= 1 && bottom <= 1) {
    left = Math.round(left * width);
    top = Math.round(top * height);
    right = Math.round(right * width);
    bottom = Math.round(bottom * height);
  }
  return {
    left: Math.max(left, 0),
    top: Math.max(top, 0),
    right: Math.min(right || width - 1, width - 1),
    bottom: Math.min(bottom || height - 1, height - 1),
  };
}

/** The part that two boxes share; either may be missing. */
export function intersectBoxes(a: Box | undefined, b: Box | undefined): Box | undefined {
  if (!a || !b) return a ?? b;
  return {
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  };
}
