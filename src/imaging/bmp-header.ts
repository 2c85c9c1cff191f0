import { AppError } from '../errors.ts';

/** What the headers of a BMP say: everything that is needed to find its pixels and to make colours of them. */
export interface BmpHeader {
  /** Pixels, at least 1. */
  readonly width: number;
  /** Pixels, at least 1. */
  readonly height: number;
  /** The first row of the file is the top one; as a rule it is the last. */
  readonly isTopDown: boolean;
  /** Bits a pixel. */
  readonly bits: 1 | 2 | 4 | 8 | 16 | 24 | 32;
  /** Palette indices come in runs: RLE4 and RLE8. */
  readonly isRunLength: boolean;
  /** Bits of each channel within a pixel of 16 or 32 bits. */
  readonly masks: ChannelMasks;
  /** Red, green and blue of 256 colours, black from where the file's palette ends; for up to 8 bits a pixel. */
  readonly palette: Uint8Array;
  /** Bytes from the beginning of the file to its pixels. */
  readonly pixelOffset: number;
}

/** One run of bits each; 0 for a channel that the pixels do not have. */
export interface ChannelMasks {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number;
}

// Offsets and names are those of wingdi.h's BITMAPFILEHEADER, BITMAPINFOHEADER and BITMAPV5HEADER.
const FILE_HEADER_BYTES = 14;
const CORE_HEADER_BYTES = 12;
const INFO_HEADER_BYTES = 40;
const V3_HEADER_BYTES = 56;
const OS2_HEADER_BYTES = 64;

/** OS/2 1 and 2 (the latter whole or without what has defaults), and Windows' versions 1 to 5. */
const HEADER_BYTES = new Set([
  CORE_HEADER_BYTES,
  16,
  INFO_HEADER_BYTES,
  52,
  V3_HEADER_BYTES,
  OS2_HEADER_BYTES,
  108,
  124,
]);

const MASKS_OFFSET = FILE_HEADER_BYTES + INFO_HEADER_BYTES;

const RGB = 0;
const RLE8 = 1;
const RLE4 = 2;
const BITFIELDS = 3;
const ALPHABITFIELDS = 6;

/** Bits a pixel that each way of storing pixels goes with. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  [RGB]: [1, 2, 4, 8, 16, 24, 32],
  [RLE8]: [8],
  [RLE4]: [4],
  [BITFIELDS]: [16, 32],
  [ALPHABITFIELDS]: [16, 32],
};

const PALETTE_COLORS = 256;

/** Five bits a channel. */
const MASKS_16: ChannelMasks = { red: 0x7c00, green: 0x03e0, blue: 0x001f, alpha: 0 };

const MASKS_32: ChannelMasks = { red: 0xff0000, green: 0x00ff00, blue: 0x0000ff, alpha: 0 };

/**
 * Reads the headers of a BMP of Windows or OS/2. Allocates nothing that depends on them.
 *
 * @throws AppError `unsupported-format` with what is wrong, or of a kind that is not supported.
 */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < FILE_HEADER_BYTES + CORE_HEADER_BYTES) throw unreadableBmp('it ends within its header');
  const headerBytes = view.getUint32(14, true);
  if (!HEADER_BYTES.has(headerBytes)) throw unreadableBmp(`it has an unknown header of ${headerBytes} bytes`);
  if (view.byteLength < FILE_HEADER_BYTES + headerBytes) throw unreadableBmp('it ends within its header');
  const isCore = headerBytes === CORE_HEADER_BYTES;
  const field = (offset: number): number =>
    offset + 4 <= FILE_HEADER_BYTES + headerBytes ? view.getUint32(offset, true) : 0; // OS/2 leaves out the last ones
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = isCore ? view.getUint16(20, true) : view.getInt32(22, true);
  const planes = view.getUint16(isCore ? 22 : 26, true);
  const bits = view.getUint16(isCore ? 24 : 28, true);
  const compression = isCore ? RGB : field(30);
  if (width <= 0 || height === 0) throw unreadableBmp(`it is ${width}×${height} pixels large`);
  if (planes !== 1) throw unreadableBmp(`it has ${planes} planes`);
  const isHuffman = headerBytes === OS2_HEADER_BYTES && compression === BITFIELDS; // the same number
  if (!isDepth(bits, compression) || isHuffman) {
    throw unreadableBmp(`${bits} bits a pixel with compression ${compression} are not supported`);
  }
  const isRunLength = compression === RLE8 || compression === RLE4;
  if (isRunLength && height < 0) throw unreadableBmp('it is compressed from the top down');
  const masksBytes = headerBytes === INFO_HEADER_BYTES ? outsideMasksBytes(compression) : 0;
  const paletteOffset = FILE_HEADER_BYTES + headerBytes + masksBytes;
  const pixelOffset = view.getUint32(10, true);
  if (pixelOffset < paletteOffset || pixelOffset > view.byteLength) {
    throw unreadableBmp('its pixels lie outside of the file');
  }
  return {
    width,
    height: Math.abs(height),
    isTopDown: height < 0,
    bits,
    isRunLength,
    masks: readMasks(view, bits, compression, headerBytes),
    palette: readPalette(bytes.subarray(paletteOffset, pixelOffset), isCore ? 3 : 4, bits, field(46)),
    pixelOffset,
  };
}

/** The refusal of a BMP, by what is wrong with it. */
export function unreadableBmp(reason: string): AppError {
  return new AppError('unsupported-format', { publicMessage: `the BMP cannot be read: ${reason}` });
}

function isDepth(bits: number, compression: number): bits is BmpHeader['bits'] {
  return DEPTHS[compression]?.includes(bits) ?? false;
}

/** The plain info header is followed by the masks, the later ones hold them; both at the same offset. */
function outsideMasksBytes(compression: number): number {
  if (compression === BITFIELDS) return 12;
  return compression === ALPHABITFIELDS ? 16 : 0;
}

function readMasks(view: DataView, bits: number, compression: number, headerBytes: number): ChannelMasks {
  const usual = bits === 16 ? MASKS_16 : MASKS_32;
  if (bits !== 16 && bits !== 32) return usual;
  const hasMasks = compression === BITFIELDS || compression === ALPHABITFIELDS;
  const hasAlphaMask =
    compression === ALPHABITFIELDS || (headerBytes >= V3_HEADER_BYTES && headerBytes !== OS2_HEADER_BYTES);
  if (view.byteLength < MASKS_OFFSET + (hasAlphaMask ? 16 : hasMasks ? 12 : 0)) {
    throw unreadableBmp('it ends within its header');
  }
  const mask = (index: number): number => view.getUint32(MASKS_OFFSET + 4 * index, true);
  const color = hasMasks ? { red: mask(0), green: mask(1), blue: mask(2) } : usual;
  const masks = { ...color, alpha: hasAlphaMask ? mask(3) : 0 };
  if (!Object.values(masks).every((value) => isOneRun(value) && value < 2 ** bits)) {
    throw unreadableBmp('its channel masks make no sense');
  }
  return masks;
}

function isOneRun(mask: number): boolean {
  return mask === 0 || Number.isInteger(Math.log2(mask / lowestBit(mask) + 1));
}

/** The value of the lowest bit that is set. */
export function lowestBit(mask: number): number {
  return (mask & -mask) >>> 0;
}

/** @param given The file's own palette: blue, green, red, and a byte that means nothing where an entry has four. */
function readPalette(given: Uint8Array, entryBytes: 3 | 4, bits: number, colorsUsed: number): Uint8Array {
  const palette = new Uint8Array(PALETTE_COLORS * 3);
  if (bits > 8) return palette;
  const most = Math.min(2 ** bits, Math.floor(given.length / entryBytes));
  const colors = colorsUsed > 0 ? Math.min(colorsUsed, most) : most;
  for (let color = 0; color < colors; color += 1) {
    const [blue = 0, green = 0, red = 0] = given.subarray(color * entryBytes, color * entryBytes + 3);
    palette.set([red, green, blue], color * 3);
  }
  return palette;
}
