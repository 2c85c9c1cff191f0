// BlurHash (github.com/woltapp/blurhash, Algorithm.md): a cosine transform of few terms in linear light, in base 83. The
// npm package scales by the largest positive term, not by the largest in absolute value as the description and the
// other implementations do, so that its hashes of many pictures differ from theirs.

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~';

/** Steps that the scale of the terms is stored in. */
const SCALE_STEPS = 166;

/** Linear light of each sRGB value (IEC 61966-2-1). */
const LINEAR = Float64Array.from({ length: 256 }, (_, index) => {
  const value = index / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/** imagor's encoder looks light up in a table of so many steps; hashes are to be the same. */
const LIGHT_STEPS = 4095;

type Term = readonly [red: number, green: number, blue: number];

/**
 * The BlurHash of a picture.
 *
 * @param rgb Three bytes a pixel, sRGB, rows from the top.
 * @param columns Components across, 1–9.
 * @param rows Components down, 1–9.
 */
export function blurHash(rgb: Uint8Array, width: number, height: number, columns: number, rows: number): string {
  const [average = [0, 0, 0], ...terms] = Array.from({ length: columns * rows }, (_, index) =>
    transformTerm(rgb, width, height, index % columns, Math.floor(index / columns)),
  );
  const largest = Math.max(0, ...terms.flat().map(Math.abs));
  const step = terms.length > 0 ? clamp(Math.floor(largest * SCALE_STEPS - 0.5), 82) : 0;
  const scale = terms.length > 0 ? (step + 1) / SCALE_STEPS : 1;
  const [red, green, blue] = average.map(toSrgb) as [number, number, number];
  return [
    base83(columns - 1 + (rows - 1) * 9, 1),
    base83(step, 1),
    base83(red * 0x10000 + green * 0x100 + blue, 4),
    ...terms.map((term) => base83(quantize(term, scale), 2)),
  ].join('');
}

function transformTerm(rgb: Uint8Array, width: number, height: number, column: number, row: number): Term {
  const across = Float64Array.from({ length: width }, (_, x) => Math.cos((Math.PI * column * x) / width));
  const sums: [number, number, number] = [0, 0, 0];
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    const down = Math.cos((Math.PI * row * y) / height);
    for (let x = 0; x < width; x += 1, at += 3) {
      const basis = (across[x] ?? 0) * down;
      sums[0] += basis * linear(rgb[at]);
      sums[1] += basis * linear(rgb[at + 1]);
      sums[2] += basis * linear(rgb[at + 2]);
    }
  }
  const norm = (column === 0 && row === 0 ? 1 : 2) / (width * height);
  return [sums[0] * norm, sums[1] * norm, sums[2] * norm];
}

function linear(value: number | undefined): number {
  return LINEAR[value ?? 0] ?? 0;
}

function toSrgb(light: number): number {
  const value = Math.floor(Math.max(0, Math.min(1, light)) * LIGHT_STEPS + 0.5) / LIGHT_STEPS;
  return Math.trunc((value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055) * 255 + 0.5);
}

/** Each channel in 19 steps around 0, by its square root. */
function quantize(term: Term, scale: number): number {
  const step = (value: number): number =>
    clamp(Math.floor(Math.sign(value) * Math.sqrt(Math.abs(value / scale)) * 9 + 9.5), 18);
  return term.reduce((number, value) => number * 19 + step(value), 0);
}

function clamp(value: number, highest: number): number {
  return Math.max(0, Math.min(highest, value));
}

function base83(value: number, length: number): string {
  const digit = (place: number): string => DIGITS[Math.floor(value / 83 ** place) % 83] ?? '';
  return Array.from({ length }, (_, index) => digit(length - 1 - index)).join('');
}
