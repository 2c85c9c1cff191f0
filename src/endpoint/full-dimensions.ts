import { removeLineBreaks } from './line-breaks.ts';
import { readSegments, SEGMENTS_BEFORE_SIZE } from './segments.ts';
import { splitPrefix } from './split-prefix.ts';

/** A size that is given by the picture around it. */
interface FullDimension {
  /** Pixels; negative when more is taken off than there is. */
  readonly size: number;
  readonly flip: boolean;
}

const TOKEN = /^(-?)(?:full|f)(?:-(\d+))?$/;

/**
 * A size segment with its slash, where either side may be a token. Sticky. The numbers are so short that no resolved
 * size is as long as a hash, for which it would be taken at the beginning of a path.
 */
const SIZE_SEGMENT = /(-?(?:(?:full|f)(?:-\d+)?|\d{0,6}))x(-?(?:(?:full|f)(?:-\d+)?|\d{0,6}))\//y;

/** The longest inset, in pixels; for the same reason. */
const MAX_INSET = 999_999;

/**
 * What `f` and `full` (the parent's size), `f-20` (20 pixels less) and `-f` (the same, mirrored) mean; undefined for
 * any other text.
 *
 * @param parentSize Width or height, pixels.
 */
export function resolveFullDimension(token: string, parentSize: number): FullDimension | undefined {
  const match = TOKEN.exec(token);
  if (!match) return undefined;
  const [, flip, inset = '0'] = match;
  return { size: parentSize - Math.min(Number(inset), MAX_INSET), flip: flip === '-' };
}

/**
 * Puts pixels for the tokens in the size of an image path inside a filter: `fxf-20/a.jpg` is `640x460/a.jpg` on a
 * picture of 640 × 480. What the path says otherwise never depends on the parent's size, nor does its image.
 *
 * Only where the grammar expects a size: imagor replaces in any segment of that form, `fx30` in `photos/fx30/a.jpg`
 * too. And a mirrored negative size is a positive one, where imagor writes `--20`, which is no size.
 */
export function resolveFullDimensions(path: string, parentWidth: number, parentHeight: number): string {
  const text = removeLineBreaks(path);
  SIZE_SEGMENT.lastIndex = sizeOffset(text);
  return text.replace(SIZE_SEGMENT, (_, width: string, height: string) => {
    return `${resolveSide(width, parentWidth)}x${resolveSide(height, parentHeight)}/`;
  });
}

/** Where the size would stand. First of all come sizes such as `full-100xfull-100`, long enough to pass for a hash. */
function sizeOffset(text: string): number {
  const start = /^\/*(?:params\/)?/.exec(text)?.[0].length ?? 0;
  SIZE_SEGMENT.lastIndex = start;
  if (SIZE_SEGMENT.test(text)) return start;
  const { path } = splitPrefix(text);
  return text.length - path.length + readSegments(SEGMENTS_BEFORE_SIZE, path).next;
}

function resolveSide(token: string, parentSize: number): string {
  const full = resolveFullDimension(token, parentSize);
  if (!full) return token;
  return `${full.flip !== full.size < 0 ? '-' : ''}${Math.abs(full.size)}`;
}
