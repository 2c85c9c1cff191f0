import assert from 'node:assert/strict';
import { parse } from '../../src/endpoint/parse.ts';
import { AppError } from '../../src/errors.ts';
import { DEFAULT_IMAGING_OPTIONS, type ImagingOptions } from '../../src/imaging/options.ts';
import { runPipeline } from '../../src/imaging/pipeline.ts';
import { PLAYING } from '../fixtures/draw.ts';
import { type Picture, readPicture } from '../support/picture.ts';
import { inScope } from '../support/vips.ts';
import { expectedSize } from './expected-size.ts';
import { OVERLAYS } from './random-url.ts';
import { SOURCES } from './sources.ts';

const LIMITS = { side: 2000, pixels: 3_000_000 };
const OPTIONS: ImagingOptions = {
  ...DEFAULT_IMAGING_OPTIONS,
  maxWidth: LIMITS.side,
  maxHeight: LIMITS.side,
  maxResolution: LIMITS.pixels,
  avifSpeed: 9,
};

/** Makes a picture of a source and a URL without its image, and holds its size against the rules. */
export function checkChain(name: string, url: string): void {
  const source = SOURCES.get(name);
  assert.ok(source);
  const params = parse(`unsafe/${url}/${name}`.replaceAll('//', '/'));
  const expected = expectedSize(params, source, LIMITS);
  const made = make(name, url);
  if (made instanceof AppError) {
    assert.ok(made.status < 500, `${made.message}`);
    if (expected !== undefined && !isOwnRefusal(made, url)) assert.equal(expected, 'refused', made.message);
    return;
  }
  if (expected === undefined) return;
  assert.notEqual(expected, 'refused', `${made.width}×${made.height} was not to be made`);
  if (expected === 'refused') return;
  const slack = source.isApproximate || expected.isTie ? 1 : 0;
  const isRight = (['width', 'height'] as const).every((key) => Math.abs(made[key] - expected[key]) <= slack);
  assert.ok(isRight, `${made.width}×${made.height}, not ${expected.width}×${expected.height}`);
  // encoders join frames that are the same, and let them stand as long as they all did
  const isStill = made.kind === 'webp' && made.frames === 1; // of which WebP keeps no time
  const isJoined =
    made.frames < expected.frames &&
    (isStill || playingTime(made.delay) === playingTime(PLAYING.delay, expected.frames));
  assert.ok(made.frames === expected.frames || isJoined, `${made.frames} frames, not ${expected.frames}`);
}

/** Milliseconds that the first frames take. */
function playingTime(delay: readonly number[] = [], frames: number = delay.length): number {
  return delay.slice(0, frames).reduce((sum, frame) => sum + frame, 0);
}

/** What is refused for another reason than the size of the picture. */
function isOwnRefusal({ code, publicMessage }: AppError, url: string): boolean {
  if (publicMessage.startsWith('to_colorspace()') || code === 'not-found') return true;
  return /text\(|label\(|image\(/.test(url) && publicMessage === 'maximum resolution exceeded'; // theirs, not the picture's
}

function make(name: string, url: string): Picture | AppError {
  const images = new Map(OVERLAYS.map((key) => [key as string, SOURCES.get(key)?.bytes ?? new Uint8Array()]));
  const params = parse(`unsafe/${url}/${name}`.replaceAll('//', '/'));
  const source = SOURCES.get(name)?.bytes ?? new Uint8Array();
  try {
    return readPicture(inScope((scope) => runPipeline(scope, { params, source, images }, OPTIONS)).bytes);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
