import type { Image } from '../vips/image.ts';
import type { Scope } from '../vips/scope.ts';
import { type BmpHeader, lowestBit, readBmpHeader, unreadableBmp } from './bmp-header.ts';
import { decodeRunLength } from './bmp-run-length.ts';
import type { ImagingOptions } from './options.ts';
import { checkSize } from './resolution.ts';

/** What `vips-loader` holds of pictures that were opened here. */
export const BMP_LOADER = 'bmp';

/** Which byte of a pixel of 32 bits holds which channel. */
interface ByteOrder {
  readonly colors: readonly [red: number, green: number, blue: number];
  readonly alpha: number | undefined;
}

/**
 * Opens a BMP, which no libvips reads without ImageMagick: 1 to 32 bits a pixel, palettes, run lengths, bit fields. The
 * bytes are handed to libvips as they are wherever it can make colours of them by itself, row by row as they are needed.
 *
 * @returns red, green and blue, with alpha where the file has some.
 * @throws AppError `unsupported-format`, `max-resolution-exceeded`, both before anything is allocated.
 */
export function loadBmp(scope: Scope, bytes: Uint8Array, options: ImagingOptions): Image {
  const header = readBmpHeader(bytes);
  const { width, height, isTopDown } = header;
  checkSize(width, height, width * height, options);
  const rows = openRows(scope, bytes.subarray(header.pixelOffset), header);
  const upright = isTopDown ? rows : rows.flip('vertical');
  return upright.copy({ interpretation: 'srgb' }).withMetadata({ 'vips-loader': BMP_LOADER });
}

/** The colours, rows in the order of the file. */
function openRows(scope: Scope, stream: Uint8Array, header: BmpHeader): Image {
  const { width, height, bits, palette, isRunLength } = header;
  if (isRunLength) {
    const indices = scope.imageFromMemory(decodeRunLength(stream, header), width, height, 1);
    return colorize(scope, indices, palette);
  }
  const pixels = padded(stream, header);
  const order = byteOrder(header);
  if (bits === 16 || (bits === 32 && !order)) return openBitFields(scope, pixels, header);
  const file = scope.imageFromMemory(pixels, rowBytes(header), height, 1);
  if (bits <= 8) return colorize(scope, unpack(scope, file, bits).extractArea(0, 0, width, height), palette);
  if (!order) return pick(scope, file.extractArea(0, 0, width * 3, height).bandfold({ factor: 3 }), [2, 1, 0]);
  const { colors, alpha } = order;
  const hasAlpha = alpha !== undefined && isSet(pixels, alpha);
  return pick(scope, file.bandfold({ factor: 4 }), hasAlpha ? [...colors, alpha] : colors);
}

/** Rows are padded to 32 bits. */
function rowBytes({ width, bits }: BmpHeader): number {
  return Math.ceil((width * bits) / 32) * 4;
}

/** The rows, with their padding where the last one goes without. */
function padded(stream: Uint8Array, header: BmpHeader): Uint8Array {
  const { width, height, bits } = header;
  const length = rowBytes(header) * height;
  if (stream.length >= length) return stream.subarray(0, length);
  const used = rowBytes(header) * (height - 1) + Math.ceil((width * bits) / 8);
  if (stream.length < used) throw unreadableBmp('it ends before its last pixel');
  return Buffer.concat([stream], length);
}

/** Palette indices of less than a byte, one byte each; the first one is in a byte's upper bits. */
function unpack(scope: Scope, file: Image, bits: number): Image {
  if (bits === 8) return file;
  const shifts = Array.from({ length: 8 / bits }, (_, index) => 8 - bits * (index + 1));
  const parts = shifts.map((shift) => file.booleanConst('rshift', [shift]).booleanConst('and', [2 ** bits - 1]));
  return scope.bandjoin(parts).bandunfold();
}

function colorize(scope: Scope, indices: Image, palette: Uint8Array): Image {
  return indices.maplut(scope.imageFromMemory(palette, palette.length / 3, 1, 3));
}

function pick(scope: Scope, image: Image, bands: readonly number[]): Image {
  return scope.bandjoin(bands.map((band) => image.extractBand(band)));
}

/** Undefined unless pixels have 32 bits and every channel is a whole byte of them. */
function byteOrder({ bits, masks: { red, green, blue, alpha } }: BmpHeader): ByteOrder | undefined {
  const byteOf = (mask: number): number => [0xff, 0xff00, 0xff0000, 0xff000000].indexOf(mask);
  const colors = [byteOf(red), byteOf(green), byteOf(blue)] as const;
  if (bits !== 32 || colors.includes(-1) || (alpha !== 0 && byteOf(alpha) === -1)) return undefined;
  return { colors, alpha: alpha === 0 ? undefined : byteOf(alpha) };
}

/** Whether one byte of four is other than 0 anywhere: alpha that is 0 throughout was never meant. */
function isSet(pixels: Uint8Array, byte: number): boolean {
  for (let at = byte; at < pixels.length; at += 4) if (pixels[at] !== 0) return true;
  return false;
}

/** Channels of any number of bits, stretched to 0–255. */
function openBitFields(scope: Scope, pixels: Uint8Array, header: BmpHeader): Image {
  const { width, height, bits, masks } = header;
  const view = new DataView(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const hasAlpha = masks.alpha !== 0;
  const channels = [masks.red, masks.green, masks.blue, ...(hasAlpha ? [masks.alpha] : [])];
  const colors = new Uint8Array(width * height * channels.length);
  for (const [band, mask] of channels.entries()) {
    if (mask === 0) continue;
    const low = lowestBit(mask);
    const highest = mask / low;
    let to = band;
    for (let y = 0; y < height; y += 1) {
      const row = y * rowBytes(header);
      for (let x = 0; x < width; x += 1, to += channels.length) {
        const pixel = bits === 16 ? view.getUint16(row + 2 * x, true) : view.getUint32(row + 4 * x, true);
        colors[to] = Math.round((((pixel & mask) >>> 0) / low / highest) * 255);
      }
    }
  }
  const image = scope.imageFromMemory(colors, width, height, channels.length);
  return hasAlpha && !isSet(colors, 3) ? image.extractBand(0, { n: 3 }) : image;
}
