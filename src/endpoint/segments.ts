import type { ImageParams } from './params.ts';

type Said = Partial<ImageParams>;

/** Reads one segment with its slash, when it stands at `at`: what it says, and where the next one begins. */
type SegmentReader = (path: string, at: number) => { readonly said: Said; readonly next: number } | undefined;

/** The segments that may stand before the size, each at most once, in this order. */
export const SEGMENTS_BEFORE_SIZE: readonly SegmentReader[] = [
  keyword(['meta'], () => ({ meta: true })),
  pattern(/trim(?::(top-left|bottom-right))?(?::(\d+))?\//y, ([, corner, tolerance]) => ({
    trim: true,
    trimBy: corner === 'bottom-right' ? corner : 'top-left',
    trimTolerance: toNumber(tolerance),
  })),
  pattern(/((?:0?\.)?\d+)x((?:0?\.)?\d+):((?:[01]?\.)?\d+)x((?:[01]?\.)?\d+)\//y, ([, left, top, right, bottom]) => ({
    cropLeft: toNumber(left),
    cropTop: toNumber(top),
    cropRight: toNumber(right),
    cropBottom: toNumber(bottom),
  })),
  keyword(['adaptive-full-fit-in', 'adaptive-fit-in', 'full-fit-in', 'fit-in'], (word) => ({
    fitIn: true,
    ...(word.startsWith('adaptive-') && { adaptiveFitIn: true }),
    ...(word.endsWith('full-fit-in') && { fullFitIn: true }),
  })),
  keyword(['stretch'], () => ({ stretch: true })),
];

/** All segments between the prefix and the filters, each at most once, in this order. */
export const SEGMENTS: readonly SegmentReader[] = [
  ...SEGMENTS_BEFORE_SIZE,
  pattern(/(-?)(\d*)x(-?)(\d*)\//y, ([, hFlip, width, vFlip, height]) => ({
    hFlip: hFlip === '-',
    width: toNumber(width),
    vFlip: vFlip === '-',
    height: toNumber(height),
  })),
  pattern(/(\d+)x(\d+)(?::(\d+)x(\d+))?\//y, ([, left, top, right = left, bottom = top]) => ({
    paddingLeft: toNumber(left),
    paddingTop: toNumber(top),
    paddingRight: toNumber(right),
    paddingBottom: toNumber(bottom),
  })),
  keyword(['left', 'right', 'center'], (hAlign) => ({ hAlign })),
  keyword(['top', 'bottom', 'middle'], (vAlign) => ({ vAlign })),
  keyword(['smart'], () => ({ smart: true })),
];

/** Reads what is there of the segments, after any slashes: what they say together, and where the rest begins. */
export function readSegments(readers: readonly SegmentReader[], path: string): { said: Said; next: number } {
  let said: Said = {};
  let next = /^\/*/.exec(path)?.[0].length ?? 0;
  for (const read of readers) {
    const segment = read(path, next);
    if (!segment) continue;
    said = { ...said, ...segment.said };
    next = segment.next;
  }
  return { said, next };
}

function keyword<const Word extends string>(words: readonly Word[], say: (word: Word) => Said): SegmentReader {
  return (path, at) => {
    const word = words.find((candidate) => path.startsWith(`${candidate}/`, at));
    return word && { said: say(word), next: at + word.length + 1 };
  };
}

/** @param regexp Sticky, and linear: no two neighbours in it match the same character. */
function pattern(regexp: RegExp, say: (groups: readonly (string | undefined)[]) => Said): SegmentReader {
  return (path, at) => {
    regexp.lastIndex = at;
    const match = regexp.exec(path);
    return match ? { said: say(match), next: at + match[0].length } : undefined;
  };
}

/** Digits, 0 for none. Bounded so that sums of sizes stay exact: what is that large is refused by every limit. */
function toNumber(digits = ''): number {
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER);
}
