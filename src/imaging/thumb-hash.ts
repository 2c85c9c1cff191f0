// ThumbHash (evanw.github.io/thumbhash): the low frequencies of lightness, two colour differences and opacity, in 4 bits
// each after a header of 5 or 6 bytes.

/** The most terms along the longer side; transparency leaves lightness fewer of them. */
const TERMS = 7;
const TERMS_WITH_ALPHA = 5;

/** One channel's average, its other terms scaled to 0–1, and the scale. */
interface Transformed {
  readonly average: number;
  readonly terms: readonly number[];
  readonly scale: number;
}

/**
 * The ThumbHash of a picture.
 *
 * @param rgba Four bytes a pixel, sRGB, rows from the top.
 * @param width Pixels, at most 100.
 * @param height Pixels, at most 100.
 */
export function thumbHash(rgba: Uint8Array, width: number, height: number): Uint8Array {
  const { lightness, yellowBlue, redGreen, opacity } = splitChannels(rgba, width * height);
  const hasAlpha = opacity.some((value) => value < 1);
  const most = hasAlpha ? TERMS_WITH_ALPHA : TERMS;
  const longer = Math.max(width, height);
  const columns = Math.max(1, Math.round((most * width) / longer));
  const rows = Math.max(1, Math.round((most * height) / longer));

  const l = transform(lightness, width, height, Math.max(3, columns), Math.max(3, rows));
  const p = transform(yellowBlue, width, height, 3, 3);
  const q = transform(redGreen, width, height, 3, 3);
  const a = hasAlpha ? transform(opacity, width, height, 5, 5) : undefined;

  const isLandscape = width > height;
  const first =
    steps(l.average, 63) |
    (steps(0.5 + p.average / 2, 63) << 6) |
    (steps(0.5 + q.average / 2, 63) << 12) |
    (steps(l.scale, 31) << 18) |
    (Number(hasAlpha) << 23);
  const second =
    (isLandscape ? rows : columns) |
    (steps(p.scale, 63) << 3) |
    (steps(q.scale, 63) << 9) |
    (Number(isLandscape) << 15);
  const header = [first, first >> 8, first >> 16, second, second >> 8];
  if (a) header.push(steps(a.average, 15) | (steps(a.scale, 15) << 4));
  const nibbles = [l, p, q, ...(a ? [a] : [])].flatMap(({ terms }) => terms.map((term) => steps(term, 15)));
  const pairs = Array.from(
    { length: Math.ceil(nibbles.length / 2) },
    (_, index) => (nibbles[2 * index] ?? 0) | ((nibbles[2 * index + 1] ?? 0) << 4),
  );
  return Uint8Array.from([...header, ...pairs]);
}

/** Lightness and colours over the average colour, and opacity; each 0–1 or -1–1. */
function splitChannels(
  rgba: Uint8Array,
  pixels: number,
): Record<'lightness' | 'yellowBlue' | 'redGreen' | 'opacity', Float64Array> {
  const average = averageColor(rgba);
  const [lightness, yellowBlue, redGreen, opacity] = [
    new Float64Array(pixels),
    new Float64Array(pixels),
    new Float64Array(pixels),
    new Float64Array(pixels),
  ];
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    const alpha = (rgba[4 * pixel + 3] ?? 0) / 255;
    const over = (band: 0 | 1 | 2): number =>
      average[band] * (1 - alpha) + (alpha / 255) * (rgba[4 * pixel + band] ?? 0);
    const [red, green, blue] = [over(0), over(1), over(2)];
    lightness[pixel] = (red + green + blue) / 3;
    yellowBlue[pixel] = (red + green) / 2 - blue;
    redGreen[pixel] = red - green;
    opacity[pixel] = alpha;
  }
  return { lightness, yellowBlue, redGreen, opacity };
}

function averageColor(rgba: Uint8Array): [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  let opacity = 0;
  for (let at = 0; at < rgba.length; at += 4) {
    const alpha = (rgba[at + 3] ?? 0) / 255;
    for (const band of [0, 1, 2] as const) sums[band] += (alpha / 255) * (rgba[at + band] ?? 0);
    opacity += alpha;
  }
  const whole = opacity > 0 ? opacity : 1;
  return [sums[0] / whole, sums[1] / whole, sums[2] / whole];
}

/** A cosine transform; of the terms those in the corner of the low frequencies. */
function transform(channel: Float64Array, width: number, height: number, columns: number, rows: number): Transformed {
  const found: number[] = [];
  for (let row = 0; row < rows; row += 1) {
    const down = cosines(row, height);
    for (let column = 0; column * rows < columns * (rows - row); column += 1) {
      const across = cosines(column, width);
      let sum = 0;
      for (let at = 0; at < channel.length; at += 1) {
        sum += (channel[at] ?? 0) * (across[at % width] ?? 0) * (down[Math.floor(at / width)] ?? 0);
      }
      found.push(sum / channel.length);
    }
  }
  const [average = 0, ...terms] = found;
  const scale = Math.max(0, ...terms.map(Math.abs));
  return { average, scale, terms: scale > 0 ? terms.map((term) => 0.5 + (0.5 / scale) * term) : terms };
}

function cosines(frequency: number, length: number): Float64Array {
  return Float64Array.from({ length }, (_, index) => Math.cos((Math.PI / length) * frequency * (index + 0.5)));
}

/** A share of 1 in whole steps. */
function steps(share: number, most: number): number {
  return Math.round(share * most);
}
