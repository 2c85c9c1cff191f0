import type { Image } from '../../vips/image.ts';
import { toGrey, toSrgb, withColorBands } from '../color.ts';
import { floatArg } from './arguments.ts';
import { type Filter, imageFilter } from './filter.ts';

/** Per cent to steps of a byte. */
const STEPS = 255 / 100;

const ONES = [1, 1, 1];

/** `brightness(percent)`: adds to every colour, -100 to 100. */
export const brightness: Filter = imageFilter((image, [amount]) => {
  if (amount === undefined) return image;
  const step = floatArg(amount) * STEPS;
  return linearRgb(image, ONES, [step, step, step]);
});

/** `contrast(percent)`: spreads colours away from the middle, or towards it, -100 to 100. */
export const contrast: Filter = imageFilter((image, [amount]) => {
  if (amount === undefined) return image;
  const level = Math.max(-255, Math.min(255, floatArg(amount) * STEPS));
  const gain = (259 * (level + 255)) / (255 * (259 - level));
  const offset = 128 - gain * 128;
  return linearRgb(image, [gain, gain, gain], [offset, offset, offset]);
});

/** `rgb(red,green,blue)`: adds per cents to the colours one by one. */
export const rgb: Filter = imageFilter((image, args) => {
  if (args.length !== 3) return image;
  return linearRgb(
    image,
    ONES,
    args.map((amount) => floatArg(amount) * STEPS),
  );
});

/** `invert()`: the negative. */
export const invert: Filter = imageFilter((image) => linearRgb(image, [-1, -1, -1], [255, 255, 255]));

/** `grayscale()` */
export const grayscale: Filter = imageFilter((image) => toGrey(image));

/** `hue(degrees)`: turns colours around the wheel. */
export const hue: Filter = imageFilter((image, [angle]) =>
  angle === undefined ? image : modulateLch(image, 1, 1, floatArg(angle)),
);

/** `saturation(percent)`: -100 takes all colour away. */
export const saturation: Filter = imageFilter((image, [amount]) =>
  amount === undefined ? image : modulateLch(image, 1, 1 + floatArg(amount) / 100, 0),
);

/** `modulate(brightness,saturation,hue)`: per cents and degrees, in LCh. */
export const modulate: Filter = imageFilter((image, args) => {
  if (args.length !== 3) return image;
  const [brightnessPercent = 0, saturationPercent = 0, degrees = 0] = args.map(floatArg);
  return modulateLch(image, 1 + brightnessPercent / 100, 1 + saturationPercent / 100, degrees);
});

/** Multiplies and adds colour by colour in sRGB; opacity stays. */
function linearRgb(image: Image, multiply: readonly number[], add: readonly number[]): Image {
  const bands = withColorBands(image);
  const color = bands.interpretation === 'srgb' ? bands : bands.colourspace('srgb');
  return color.hasAlpha ? color.linear([...multiply, 1], [...add, 0]) : color.linear(multiply, add);
}

/** Lightness and chroma times a factor, hue plus degrees, and back to the colour space the image came in. */
function modulateLch(source: Image, lightness: number, chroma: number, degrees: number): Image {
  // libvips would go back to CMYK by a profile of its own
  const image = source.interpretation === 'cmyk' ? toSrgb(source) : source;
  const space = image.interpretation === 'rgb' ? 'srgb' : image.interpretation;
  const alpha = image.hasAlpha;
  return image
    .colourspace('lch')
    .linear(alpha ? [lightness, chroma, 1, 1] : [lightness, chroma, 1], alpha ? [0, 0, degrees, 0] : [0, 0, degrees])
    .colourspace(space);
}
