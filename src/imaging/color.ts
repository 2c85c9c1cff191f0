import colorNames from 'color-name';
import type { Interpretation } from '../vips/enums.gen.ts';
import type { Image } from '../vips/image.ts';

/** Red, green and blue, 0–255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Red, green, blue and opacity, 0–255. */
export type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

const BLACK: Rgb = [0, 0, 0];
const TRANSPARENT: Rgba = [0, 0, 0, 0];

/** Hex digits of a colour by how many there are: `f00`, `ff0000`, `ff000080`. */
const HEX_LENGTHS = new Set([3, 6, 8]);

/**
 * A colour as filters write it: a CSS name, hex digits with or without `#`, or `auto` for the average colour of
 * `image`. Only what stands before a comma counts. What is no colour is black, as in imagor.
 */
export function parseColor(text: string, image: Image): Rgb {
  const name = colorName(text);
  if (name === 'auto') return averageColor(image);
  const [red, green, blue] = namedColor(name) ?? hexColor(name) ?? BLACK;
  return [red, green, blue];
}

/** Whether {@link parseColor} finds a colour in the text. */
export function isColor(text: string): boolean {
  const name = colorName(text);
  return name === 'auto' || (namedColor(name) ?? hexColor(name)) !== undefined;
}

function colorName(text: string): string {
  return (text.split(',')[0] ?? '').toLowerCase().replace(/^#/, '');
}

/** The colour of a `color:` image, with its opacity; undefined when the text names none. */
export function parseColorImage(image: string): Rgba | undefined {
  if (!image.toLowerCase().startsWith('color:')) return undefined;
  const name = image.slice('color:'.length).trim().toLowerCase().replace(/^#/, '');
  if (name === '') return undefined;
  if (name === 'transparent' || name === 'none') return TRANSPARENT;
  const named = namedColor(name);
  return named ? [...named, 255] : hexColor(name);
}

function namedColor(name: string): Rgb | undefined {
  return Object.hasOwn(colorNames, name) ? colorNames[name as keyof typeof colorNames] : undefined;
}

/** Digits that are none count as 0, as in imagor: `FFO` is `FF0`. */
function hexColor(text: string): Rgba | undefined {
  if (!HEX_LENGTHS.has(text.length)) return undefined;
  const digits = [...text].map((digit) => (/[0-9a-f]/.test(digit) ? digit : '0'));
  const pairs = text.length === 3 ? digits.map((digit) => digit + digit) : pairUp(digits);
  const [red = 0, green = 0, blue = 0, alpha = 255] = pairs.map((pair) => Number.parseInt(pair, 16));
  return [red, green, blue, alpha];
}

function pairUp(digits: readonly string[]): string[] {
  return digits.flatMap((digit, index) => (index % 2 === 0 ? [digit + (digits[index + 1] ?? '')] : []));
}

/** The average colour of a picture over white, from a copy at most 64 pixels wide. Reads all pixels. */
export function averageColor(image: Image): Rgb {
  let thumb = toSrgb(image);
  if (thumb.hasAlpha) thumb = thumb.flatten({ background: [255, 255, 255] });
  const statistics = thumb.thumbnailImage(64, { size: 'down' }).stats();
  const mean = (band: number): number => Math.round(statistics.getpoint(4, band)[0] ?? 0); // column 4 holds means
  return [mean(1), mean(2), mean(3)];
}

/** Converts to sRGB by the embedded profile where there is one; a broken profile is passed over. */
export function toSrgb(image: Image): Image {
  const converted = image.has('icc-profile-data') ? applyProfile(image) : image;
  return converted.interpretation === 'srgb' ? converted : converted.colourspace('srgb');
}

function applyProfile(image: Image): Image {
  const depth = image.interpretation === 'rgb16' ? 16 : 8;
  try {
    return image.iccTransform('srgb', { embedded: true, depth });
  } catch {
    return image; // the plain conversion of the colour space is what remains
  }
}

/** Colour spaces of red, green and blue, in which colours mean what a URL means by them. */
const RGB_SPACES: ReadonlySet<Interpretation> = new Set(['srgb', 'rgb', 'rgb16', 'multiband']);

/** Red, green and blue where there was grey or CMYK: what compositing needs. */
export function withColorBands(image: Image): Image {
  // by the profile where there is one: a grey or CMYK profile must not stay with red, green and blue
  return image.bands >= 3 && RGB_SPACES.has(image.interpretation) ? image : toSrgb(image);
}

/** Shades of grey of 8 bits. A profile for colours goes, after it has been heard. */
export function toGrey(image: Image): Image {
  if (image.bands < 3) return image.colourspace('b-w');
  return toSrgb(image).colourspace('b-w').withMetadata({ 'icc-profile-data': undefined });
}

/** An image that can show a colour, and the colour in that image's own numbers, one for each band. */
export interface Paintable {
  readonly image: Image;
  readonly background: readonly number[];
}

/** Makes ready to put a colour behind or around an image. Grey pictures stay grey as long as the colour is. */
export function paintable(image: Image, [red, green, blue]: Rgb): Paintable {
  const isGrey = image.bands < 3 && red === green && green === blue;
  const ready = isGrey ? image : withColorBands(image);
  const steps = ready.interpretation === 'rgb16' || ready.interpretation === 'grey16' ? 65_535 / 255 : 1;
  const color = isGrey ? [red] : [red, green, blue];
  return { image: ready, background: color.map((value) => value * steps) };
}

/** The image on a ground of one colour, which takes the place of the alpha band. */
export function flatten(image: Image, color: Rgb): Image {
  const { image: ready, background } = paintable(image, color);
  return ready.hasAlpha ? ready.flatten({ background }) : ready;
}

/** {@link withColorBands}, and an alpha band. */
export function withAlpha(image: Image): Image {
  const color = withColorBands(image);
  return color.hasAlpha ? color : color.addalpha();
}
