import type { Image } from '../../vips/image.ts';
import { toSrgb } from '../color.ts';
import { isAnimated, mapFrames } from '../geometry/pages.ts';
import { floatArg, intArg } from './arguments.ts';
import { type Filter, type FilterContext, imageFilter } from './filter.ts';

/** Pixels that one block of `pixelate()` is wide and high when the URL does not say. */
export const PIXELATE_BLOCK = 10;

/**
 * The strongest blur: a mask of sigma 250 already reaches over 1,500 pixels, and the work grows with it. Nothing can be
 * made out behind it.
 */
export const MAX_SIGMA = 250;

/** libvips refuses more, and imagor then goes on with libvips' default of 0.5: so do we, for the same pictures. */
const MAX_SHARPEN_SIGMA = 10;

/** `blur(radius)`, or `blur(radius,sigma)`; sigma is half the radius when it is not given. */
export const blur: Filter = imageFilter((image, args, context) => {
  const sigma = args.length === 2 ? floatArg(args[1]) : args.length === 1 ? floatArg(args[0]) / 2 : 0;
  if (sigma <= 0 || leavesAnimationsAlone(image, context)) return image;
  return mapFrames(image, (frame) => frame.gaussblur(Math.min(sigma, MAX_SIGMA)));
});

/** `sharpen(sigma)`, or `sharpen(amount,radius,luminance only)`, of which the radius counts. */
export const sharpen: Filter = imageFilter((image, args, context) => {
  const given = args.length === 1 ? floatArg(args[0]) : args.length === 2 || args.length === 3 ? floatArg(args[1]) : 0;
  const sigma = 1 + given * 2;
  if (sigma <= 0 || leavesAnimationsAlone(image, context)) return image;
  const color = image.interpretation === 'cmyk' ? toSrgb(image) : image; // it works in LabS, and back by another profile
  return mapFrames(color, (frame) =>
    frame.sharpen({ sigma: sigma <= MAX_SHARPEN_SIGMA ? sigma : undefined, x1: 1, m2: 2 }),
  );
});

/** `pixelate(block)`: squares of one colour. */
export const pixelate: Filter = imageFilter((image, [size]) => {
  // libvips rounds to whole blocks, so one of twice the shorter side is the largest that leaves anything
  const largest = 2 * Math.min(image.width, image.pageHeight);
  const block = Math.min(intArg(size) > 0 ? intArg(size) : PIXELATE_BLOCK, largest);
  if (block <= 1) return image;
  return mapFrames(image, (frame) => frame.shrink(block, block).zoom(block, block));
});

/** imagor 1.9 does not blur or sharpen animations. */
function leavesAnimationsAlone(image: Image, { options }: FilterContext): boolean {
  return options.compat === '1.9' && isAnimated(image);
}
