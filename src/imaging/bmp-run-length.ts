import type { BmpHeader } from './bmp-header.ts';

// RLE8 and RLE4 of the Windows SDK ("Bitmap Compression"): pairs of a count and a value, or of 0 and one of these.
const END_OF_LINE = 0;
const END_OF_BITMAP = 1;
const DELTA = 2;

/**
 * Unpacks the palette indices of a run-length encoded BMP. What the runs leave out is colour 0; what leads out of the
 * picture is dropped; a stream may end anywhere.
 *
 * @param stream The file from its pixels on.
 * @returns one byte a pixel, rows in the order of the file, without padding.
 */
export function decodeRunLength(stream: Uint8Array, { width, height, bits }: BmpHeader): Uint8Array {
  const indices = new Uint8Array(width * height);
  const isNibbles = bits === 4;
  let [x, y] = [0, 0];
  const put = (index: number): void => {
    if (x < width) indices[y * width + x] = index;
    x += 1;
  };
  let at = 0;
  while (at + 1 < stream.length && y < height) {
    const [count = 0, value = 0] = [stream[at], stream[at + 1]];
    at += 2;
    if (count > 0) {
      for (let pixel = 0; pixel < count; pixel += 1) put(isNibbles ? nibble(value, pixel) : value);
    } else if (value === END_OF_LINE) {
      [x, y] = [0, y + 1];
    } else if (value === END_OF_BITMAP) {
      break;
    } else if (value === DELTA) {
      x += stream[at] ?? 0;
      y += stream[at + 1] ?? 0;
      at += 2;
    } else {
      for (let pixel = 0; pixel < value; pixel += 1) {
        const byte = stream[at + (isNibbles ? pixel >> 1 : pixel)] ?? 0;
        put(isNibbles ? nibble(byte, pixel) : byte);
      }
      const bytes = isNibbles ? Math.ceil(value / 2) : value;
      at += bytes + (bytes % 2); // padded to 16 bits
    }
  }
  return indices;
}

/** The first of two pixels is in the upper half of a byte. */
function nibble(byte: number, pixel: number): number {
  return pixel % 2 === 0 ? byte >> 4 : byte & 15;
}
