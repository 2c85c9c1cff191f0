/** What a JPEG says of itself before its first pixel. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /**
   * Bytes of the coefficients that the decoder has to hold before it can make the first pixel; 0 where it makes pixels
   * as it reads. Shrinking while decoding does not make them fewer.
   */
  readonly bufferedBytes: number;
}

/** A colour component: how many blocks of 8 × 8 it has in the smallest unit of the picture, each way. */
interface Component {
  readonly horizontal: number;
  readonly vertical: number;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly isProgressive: boolean;
  readonly components: readonly Component[];
}

// markers (ITU-T T.81, table B.1), the second byte after 0xff
const SOS = 0xda;
const EOI = 0xd9;
const NO_FRAMES: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]); // DHT, JPG and DAC, amid the frame markers
const PROGRESSIVE_FRAMES: ReadonlySet<number> = new Set([0xc2, 0xc6, 0xca, 0xce]);

const BLOCK_SIDE = 8;

/** libjpeg keeps 64 coefficients a block, of two bytes each. */
const BLOCK_BYTES = 128;

/**
 * Reads a JPEG's frame header and first scan header (ITU-T T.81, B.2.2 and B.2.3).
 *
 * @returns undefined where there are none, which a decoder will say better.
 */
export function readJpegHeader(jpeg: Uint8Array): JpegHeader | undefined {
  const bytes = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  let frame: Frame | undefined;
  for (const { marker, start, end } of segments(bytes)) {
    if (isFrame(marker)) frame = readFrame(bytes, start, end, marker);
    if (marker !== SOS) continue;
    if (!frame || start >= end) return undefined;
    const { width, height, isProgressive, components } = frame;
    // a scan that lacks components will be followed by others
    const isBuffered = isProgressive || bytes.getUint8(start) < components.length;
    return { width, height, bufferedBytes: isBuffered ? coefficientBytes(frame) : 0 };
  }
  return undefined;
}

interface Segment {
  readonly marker: number;
  /** Offset of what follows the length. */
  readonly start: number;
  readonly end: number;
}

/** Segments up to the first that is none, with garbage between them passed over as libjpeg does. */
function* segments(bytes: DataView): Generator<Segment> {
  for (let at = 2; at + 4 <= bytes.byteLength; ) {
    const [first, marker] = [bytes.getUint8(at), bytes.getUint8(at + 1)];
    if (first !== 0xff || marker === 0xff || marker === 0) {
      at += 1;
      continue;
    }
    if (marker === EOI) return;
    if (isStandalone(marker)) {
      at += 2;
      continue;
    }
    const end = at + 2 + bytes.getUint16(at + 2);
    yield { marker, start: at + 4, end: Math.min(end, bytes.byteLength) };
    at = end;
  }
}

/** RSTn, SOI and TEM have no length. */
function isStandalone(marker: number): boolean {
  return (marker >= 0xd0 && marker <= 0xd8) || marker === 1;
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.has(marker);
}

function readFrame(bytes: DataView, start: number, end: number, marker: number): Frame | undefined {
  if (start + 6 > end) return undefined;
  const components: Component[] = [];
  for (let at = start + 6; at + 3 <= end && components.length < bytes.getUint8(start + 5); at += 3) {
    const sampling = bytes.getUint8(at + 1);
    components.push({ horizontal: Math.max(1, sampling >> 4), vertical: Math.max(1, sampling & 15) });
  }
  return {
    width: bytes.getUint16(start + 3),
    height: bytes.getUint16(start + 1),
    isProgressive: PROGRESSIVE_FRAMES.has(marker),
    components,
  };
}

function coefficientBytes({ width, height, components }: Frame): number {
  const unit = {
    width: BLOCK_SIDE * Math.max(...components.map(({ horizontal }) => horizontal)),
    height: BLOCK_SIDE * Math.max(...components.map(({ vertical }) => vertical)),
  };
  const units = Math.ceil(width / unit.width) * Math.ceil(height / unit.height);
  return components.reduce((sum, { horizontal, vertical }) => sum + units * horizontal * vertical * BLOCK_BYTES, 0);
}
