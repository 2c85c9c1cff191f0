import type { Image } from '../../vips/image.ts';
import { paintable, parseColor, withColorBands } from '../color.ts';
import { type DetectedRegion, regionInPixels } from '../detector.ts';
import { isAnimated, mapFrames } from '../geometry/pages.ts';
import { intArg } from './arguments.ts';
import { MAX_SIGMA, PIXELATE_BLOCK } from './blur.ts';
import { detectionColor } from './detection-color.ts';
import { type Filter, type FilterContext, imageFilter } from './filter.ts';

/** How soft `redact()` makes things when the URL does not say. */
const REDACT_SIGMA = 15;

/** Whole pixels inside of a frame. */
interface Patch {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** `draw_detections()`: a frame around everything that a detector finds, in a colour by the kind of thing. */
export const drawDetections: Filter = imageFilter((image, _args, { detect }) =>
  mapFrames(image, (frame) =>
    detect(frame).reduce((drawn, region) => {
      const { image: ready, background } = paintable(withColorBands(drawn), detectionColor(region.name ?? ''));
      const { left, top, right, bottom } = regionInPixels(region, ready.width, ready.height);
      if (right <= left || bottom <= top) return drawn;
      return ready.drawRect(inkFor(ready, background), left, top, right - left, bottom - top);
    }, frame),
  ),
);

/** `redact()`, `redact(blur,sigma)`, `redact(pixelate,block)` or `redact(colour)`: hides what a detector finds. */
export const redact: Filter = imageFilter((image, args, context) =>
  redactFrames(image, args, context, (hidden) => hidden),
);

/** `redact_oval(…)`: as {@link redact}, by the largest ellipse inside of what a detector finds. */
export const redactOval: Filter = imageFilter((image, args, context) =>
  redactFrames(image, args, context, (hidden, patch) => ellipse(patch).ifthenelse(hidden, patch)),
);

function redactFrames(
  image: Image,
  args: readonly string[],
  { detect, options }: FilterContext,
  shape: (hidden: Image, patch: Image) => Image,
): Image {
  if (options.compat === '1.9' && isAnimated(image)) return image;
  return mapFrames(image, (frame) => {
    const patches = detect(frame).flatMap((region) => patchOf(region, frame) ?? []);
    if (patches.length === 0) return frame;
    const { ready, hide } = hiding(frame, args);
    return patches.reduce((done, { left, top, width, height }) => {
      const patch = done.extractArea(left, top, width, height);
      return done.insert(shape(hide(patch), patch), left, top);
    }, ready);
  });
}

/** The part of a region that lies in the picture. */
function patchOf(region: DetectedRegion, { width, height }: Image): Patch | undefined {
  const box = regionInPixels(region, width, height);
  const [left, top] = [Math.max(0, box.left), Math.max(0, box.top)];
  const [right, bottom] = [Math.min(width, box.right), Math.min(height, box.bottom)];
  return right > left && bottom > top ? { left, top, width: right - left, height: bottom - top } : undefined;
}

/** What hides a part of a frame, and the frame made ready for it. */
function hiding(frame: Image, [mode = '', amount]: readonly string[]): { ready: Image; hide: (patch: Image) => Image } {
  const strength = Math.max(0, intArg(amount));
  switch (mode.toLowerCase()) {
    case '':
    case 'blur':
      return { ready: frame, hide: (patch) => patch.gaussblur(Math.min(strength || REDACT_SIGMA, MAX_SIGMA)) };
    case 'pixelate':
      return { ready: frame, hide: (patch) => pixelatePatch(patch, strength || PIXELATE_BLOCK) };
    default: {
      const { image, background } = paintable(frame, parseColor(mode, frame));
      const ink = inkFor(image, background);
      return { ready: image, hide: (patch) => patch.drawRect(ink, 0, 0, patch.width, patch.height, { fill: true }) };
    }
  }
}

/** Blocks of one colour over the whole patch, the ones at its far edges cut off. */
function pixelatePatch(patch: Image, block: number): Image {
  const [across, down] = [Math.min(block, patch.width), Math.min(block, patch.height)];
  const width = Math.ceil(patch.width / across) * across;
  const height = Math.ceil(patch.height / down) * down;
  const blocks = patch.embed(0, 0, width, height, { extend: 'copy' }).shrink(across, down).zoom(across, down);
  return blocks.extractArea(0, 0, patch.width, patch.height);
}

/** A colour with as many numbers as the image has bands; that of an alpha band is opaque. */
function inkFor({ bands, interpretation }: Image, color: readonly number[]): number[] {
  const opaque = interpretation === 'rgb16' || interpretation === 'grey16' ? 65_535 : 255;
  return Array.from({ length: bands }, (_, band) => color[band] ?? opaque);
}

/** 255 inside of the largest ellipse that an image holds, 0 outside. */
function ellipse({ scope, width, height }: Image): Image {
  const fromMiddle = scope.xyz(width, height).linear([2 / width, 2 / height], [1 / width - 1, 1 / height - 1]);
  return fromMiddle.multiply(fromMiddle).bandmean().relationalConst('lesseq', [0.5]); // the mean of x² and y²
}
