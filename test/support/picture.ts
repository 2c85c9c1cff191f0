import assert from 'node:assert/strict';
import ssimModule from 'ssim.js';
import { type ImageKind, sniff } from '../../src/core/sniff.ts';
import { inScope } from './vips.ts';

/** A result, read back. Pixels are sRGB with alpha, whatever they were in the file. */
export interface Picture {
  readonly kind: ImageKind;
  readonly width: number;
  /** Pixels of one frame. */
  readonly height: number;
  readonly frames: number;
  /** Bands as they are in the file: 1 for grey, 2 for grey with alpha, and so on. */
  readonly bands: number;
  /** Frames below one another, four bytes a pixel. */
  readonly rgba: Uint8Array;
  /** Milliseconds a frame; undefined for a picture that does not play. */
  readonly delay: readonly number[] | undefined;
  readonly loop: number | undefined;
  /** Names of all metadata in the file. */
  readonly fields: readonly string[];
  readonly orientation: number;
}

/** Decodes a picture whole, all of its frames. */
export function readPicture(bytes: Uint8Array): Picture {
  const kind = sniff(bytes);
  return inScope((scope) => {
    const image = scope.load(bytes, kind === 'gif' || kind === 'webp' ? { n: -1 } : {});
    const color = image.interpretation === 'srgb' ? image : image.colourspace('srgb');
    const opaque = color.hasAlpha ? color : color.addalpha();
    return {
      kind,
      width: image.width,
      height: image.pageHeight,
      frames: image.height / image.pageHeight,
      bands: image.bands,
      rgba: opaque.cast('uchar').toMemory(),
      delay: image.get('delay') as readonly number[] | undefined,
      loop: image.get('loop') as number | undefined,
      fields: image.fields,
      orientation: image.orientation,
    };
  });
}

/** One pixel: red, green, blue and opacity, 0–255. */
export function pixelAt(picture: Picture, x: number, y: number, frame: number = 0): number[] {
  assert.ok(x >= 0 && y >= 0 && x < picture.width && y < picture.height && frame < picture.frames, 'outside');
  const start = ((frame * picture.height + y) * picture.width + x) * 4;
  return [...picture.rgba.subarray(start, start + 4)];
}

/** The average of all pixels, band by band. */
export function meanColor(picture: Picture): number[] {
  const pixels = picture.rgba.length / 4;
  const sums = [0, 0, 0, 0];
  for (const [index, value] of picture.rgba.entries()) sums[index % 4] = (sums[index % 4] ?? 0) + value / pixels;
  return sums;
}

/** Asserts that a colour is as expected, give or take what lossy formats do; bands that are not expected may be any. */
export function assertColor(actual: readonly number[], expected: readonly number[], tolerance: number = 12): void {
  const isNear = expected.every((value, band) => Math.abs(value - (actual[band] ?? Number.NaN)) <= tolerance);
  assert.ok(isNear, `colour ${actual.map(Math.round).join(',')} instead of ${expected.join(',')}`);
}

/** Asserts what stands at points of a picture, given as shares of its width and height. */
export function assertColors(
  picture: Picture,
  expected: readonly (readonly [x: number, y: number, color: readonly number[]])[],
  frame: number = 0,
): void {
  for (const [x, y, color] of expected) {
    assertColor(pixelAt(picture, Math.floor(x * picture.width), Math.floor(y * picture.height), frame), color);
  }
}

/** Structural similarity (Wang et al. 2004): 1 for the same picture. Both must be of one size. */
export function similarity(a: Picture, b: Picture): number {
  const plainData = ({ rgba, width, height, frames }: Picture) => ({
    data: new Uint8ClampedArray(rgba),
    width,
    height: height * frames,
  });
  return ssimModule.ssim(plainData(a), plainData(b)).mssim;
}
