import { splitArgs } from '../../endpoint/split-args.ts';
import { isColor } from '../../imaging/color.ts';
import { isFloat, isInt } from '../../imaging/filters/arguments.ts';
import { namedBlendMode } from '../../imaging/filters/composite.ts';
import { canSaveAnimation, parseSaveFormat } from '../../imaging/formats.ts';

/** When a filter has its effect. Those of `pixels` work one after another, in the order of the URL. */
export type FilterTime = 'load' | 'resize' | 'pixels' | 'save' | 'meta' | 'answer';

/** What is wrong with an argument, to follow it in a sentence; undefined where nothing is. */
type Check = (arg: string) => string | undefined;

/** One filter in words. */
interface FilterWords {
  readonly when: FilterTime;
  readonly does: string;
  /** By the argument's place; more arguments than these are not looked at. */
  readonly args?: readonly Check[];
  /** With any other number of arguments the filter does nothing. */
  readonly counts?: readonly number[];
  /** More arguments than are checked make sense. */
  readonly isOpen?: true;
}

const anything: Check = () => undefined;
const int: Check = (arg) => (isInt(arg) ? undefined : 'is no whole number and counts as 0');
const float: Check = (arg) => (isFloat(arg) ? undefined : 'is no number and counts as 0');
const color: Check = (arg) => (isColor(arg) ? undefined : 'is no colour and counts as black');
const filling: Check = (arg) => (['none', 'transparent', 'blur'].includes(arg) ? undefined : color(arg));
const share: Check = (arg) => (arg === 'none' ? undefined : int(arg));
const mode: Check = (arg) => (namedBlendMode(arg) ? undefined : 'is no blend mode and counts as normal');
const format: Check = (arg) => (parseSaveFormat(arg) ? undefined : 'is no format that can be written and is ignored');

const animated: Check = (arg) => {
  const found = parseSaveFormat(arg);
  return found && canSaveAnimation(found) ? undefined : 'has no frames and is ignored';
};

const turn: Check = (arg) => (['90', '180', '270'].includes(arg) ? undefined : 'turns nothing; 90, 180 and 270 do');

const within =
  (low: number, high: number): Check =>
  (arg) =>
    isInt(arg) && Number(arg) >= low && Number(arg) <= high
      ? undefined
      : `is not from ${low} to ${high} and is ignored`;

const held =
  (low: number, high: number): Check =>
  (arg) => {
    const wrong = float(arg);
    if (wrong !== undefined || (Number(arg) >= low && Number(arg) <= high)) return wrong;
    return `is held at ${Number(arg) > high ? high : low}`;
  };

const depth: Check = (arg) =>
  ['1', '2', '4', '8', '16'].includes(arg) ? undefined : 'is not 1, 2, 4, 8 or 16 and is ignored';
const positive: Check = (arg) => (isInt(arg) && Number(arg) > 0 ? undefined : 'is not above 0 and is ignored');
const transparency = held(0, 100);

/** Every filter there is; names that are not here are passed over. */
export const FILTER_WORDS: ReadonlyMap<string, FilterWords> = new Map(
  Object.entries({
    page: { when: 'load', does: 'takes that page', args: [positive] },
    dpi: { when: 'load', does: 'draws vectors at so many dots an inch', args: [positive] },
    max_frames: { when: 'load', does: 'takes so many frames at most', args: [positive] },
    orient: { when: 'load', does: 'turns anticlockwise before anything is measured', args: [turn] },
    upscale: { when: 'resize', does: 'lets the picture grow', args: [] },
    no_upscale: { when: 'resize', does: 'keeps the picture from growing', args: [] },
    stretch: { when: 'resize', does: 'gives up its proportions', args: [] },
    focal: { when: 'resize', does: 'keeps that in view', args: [anything], isOpen: true },

    background_color: { when: 'pixels', does: 'a colour behind what is transparent', args: [color] },
    blur: { when: 'pixels', does: 'blurs', args: [float, held(0, 250)], counts: [1, 2] },
    brightness: { when: 'pixels', does: 'adds to every colour', args: [float], counts: [1] },
    contrast: { when: 'pixels', does: 'spreads the colours', args: [held(-100, 100)], counts: [1] },
    crop: { when: 'pixels', does: 'cuts out', args: [float, float, float, float], counts: [4] },
    draw_detections: { when: 'pixels', does: 'frames what is detected', args: [] },
    fill: { when: 'pixels', does: "fills the URL's box, and its padding", args: [filling], isOpen: true },
    grayscale: { when: 'pixels', does: 'takes the colours away', args: [] },
    hue: { when: 'pixels', does: 'turns the colours', args: [float], counts: [1] },
    image: {
      when: 'pixels',
      does: 'lays a picture over it',
      args: [anything, anything, anything, transparency, mode],
      counts: [1, 2, 3, 4, 5],
    },
    invert: { when: 'pixels', does: 'makes the negative', args: [] },
    label: {
      when: 'pixels',
      does: 'writes a line on it',
      args: [anything, anything, anything, int, color, transparency, anything],
      counts: [1, 2, 3, 4, 5, 6, 7],
    },
    modulate: {
      when: 'pixels',
      does: 'changes brightness, saturation and hue',
      args: [float, float, float],
      counts: [3],
    },
    padding: { when: 'pixels', does: 'adds to the edges', args: [filling, int, int, int, int], counts: [2, 3, 4, 5] },
    pixelate: { when: 'pixels', does: 'makes blocks of it', args: [positive] },
    proportion: { when: 'pixels', does: 'scales it down', args: [held(0, 100)], counts: [1] },
    redact: { when: 'pixels', does: 'hides what is detected', args: [anything, float] },
    redact_oval: { when: 'pixels', does: 'hides what is detected, by ellipses', args: [anything, float] },
    rgb: { when: 'pixels', does: 'adds to each colour', args: [float, float, float], counts: [3] },
    rotate: { when: 'pixels', does: 'turns it anticlockwise', args: [turn], counts: [1] },
    round_corner: { when: 'pixels', does: 'rounds the corners', args: [int, int, color], counts: [1, 2, 3] },
    saturation: { when: 'pixels', does: 'strengthens the colours', args: [float], counts: [1] },
    sharpen: { when: 'pixels', does: 'sharpens', args: [float, float, anything], counts: [1, 2, 3] },
    strip_exif: { when: 'pixels', does: 'drops EXIF and the like', args: [] },
    strip_icc: { when: 'pixels', does: 'converts to sRGB, without a profile', args: [] },
    text: {
      when: 'pixels',
      does: 'writes on it',
      args: [anything, anything, anything, anything, color, transparency, mode],
      isOpen: true,
    },
    to_colorspace: { when: 'pixels', does: 'converts to that colour space', args: [anything] },
    trim: { when: 'pixels', does: 'cuts off a border of one colour', args: [int, anything] },
    watermark: {
      when: 'pixels',
      does: 'lays a picture over it',
      args: [anything, anything, anything, transparency, share, share],
      counts: [1, 2, 3, 4, 5, 6],
    },

    format: { when: 'save', does: 'is the format', args: [format] },
    fallback_format: {
      when: 'save',
      does: 'is the format of what moves, if the other has no frames',
      args: [animated],
    },
    autojpg: { when: 'save', does: 'makes it a JPEG', args: [] },
    quality: { when: 'save', does: 'is the quality', args: [within(1, 100)] },
    lossless: { when: 'save', does: 'loses nothing', args: [] },
    palette: { when: 'save', does: 'makes a PNG with a palette', args: [] },
    bitdepth: { when: 'save', does: 'are the bits of a PNG', args: [depth] },
    compression: { when: 'save', does: 'is how hard a PNG is packed', args: [within(1, 9)] },
    max_bytes: { when: 'save', does: 'lowers the quality until it is that small', args: [positive] },
    strip_metadata: { when: 'save', does: 'drops all metadata', args: [] },

    blurhash: { when: 'meta', does: 'is told by meta/', args: [anything, anything] },
    thumbhash: { when: 'meta', does: 'is told by meta/', args: [] },
    avgcolor: { when: 'meta', does: 'is told by meta/', args: [] },

    attachment: { when: 'answer', does: 'makes browsers save it', args: [anything], isOpen: true },
    expire: { when: 'answer', does: 'ends the URL, in milliseconds since 1970', args: [int] },
    max_age: { when: 'answer', does: 'is how long it may be kept, in seconds', args: [int] },
    preview: { when: 'answer', does: 'keeps the result out of storages', args: [] },
    raw: { when: 'answer', does: 'answers with the source as it is', args: [] },
  } satisfies Record<string, FilterWords>),
);

/** What a filter's arguments will not do; one sentence each. The filter is one that there is. */
export function argumentNotes(name: string, text: string): string[] {
  const words = FILTER_WORDS.get(name);
  if (!words) return [];
  const { when, args: checks = [], counts, isOpen = false } = words;
  const args = when === 'pixels' ? splitArgs(text) : text === '' ? [] : [text];
  if (counts && !counts.includes(args.length)) {
    return [`${name} does nothing with ${args.length} arguments; it takes ${listed(counts)}`];
  }
  const wrong = args.flatMap((arg, index) => {
    const what = arg === '' ? undefined : checks[index]?.(arg);
    return what === undefined ? [] : [`${arg} ${what}`];
  });
  const surplus = isOpen ? [] : args.slice(checks.length);
  return [...wrong, ...surplus.map((arg) => `${arg || 'an empty argument'} is one too many and is ignored`)];
}

function listed(counts: readonly number[]): string {
  return counts.length < 3 ? counts.join(' or ') : `${counts[0]} to ${counts.at(-1)}`;
}
