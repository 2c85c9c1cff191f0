import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scene } from '../../test/fixtures/draw.ts';
import { inScope } from '../../test/support/vips.ts';
import type { Image } from '../vips/image.ts';
import { readJpegHeader } from './jpeg-header.ts';

function draw(save: (image: Image) => Uint8Array): Uint8Array {
  return inScope((scope) => save(scene(scope, 101, 67)));
}

/** Blocks of the picture, whole units of them, by two bytes for each of 64 coefficients. */
const LUMA = 13 * 9 * 128;
const LUMA_OF_UNITS = 14 * 10 * 128;

describe('readJpegHeader', () => {
  it('tells what a file takes that is decoded as it is read', () => {
    const baseline = draw((image) => image.jpegsaveBuffer());
    assert.deepEqual(readJpegHeader(baseline), { width: 101, height: 67, bufferedBytes: 0 });
    const grey = draw((image) => image.colourspace('b-w').jpegsaveBuffer());
    assert.deepEqual(readJpegHeader(grey), { width: 101, height: 67, bufferedBytes: 0 });
  });

  it('tells what a progressive file takes', () => {
    const full = draw((image) => image.jpegsaveBuffer({ interlace: true, subsample_mode: 'off' }));
    assert.equal(readJpegHeader(full)?.bufferedBytes, 3 * LUMA);
    const halved = draw((image) => image.jpegsaveBuffer({ interlace: true, subsample_mode: 'on' }));
    assert.equal(readJpegHeader(halved)?.bufferedBytes, 1.5 * LUMA_OF_UNITS);
    const cmyk = draw((image) => image.colourspace('cmyk').jpegsaveBuffer({ interlace: true, subsample_mode: 'off' }));
    assert.equal(readJpegHeader(cmyk)?.bufferedBytes, 4 * LUMA);
  });

  it('knows that components may come one after another without being progressive', () => {
    const jpeg = Buffer.from(draw((image) => image.jpegsaveBuffer({ subsample_mode: 'off' })));
    const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]));
    jpeg[scan + 4] = 1; // of three
    assert.equal(readJpegHeader(jpeg)?.bufferedBytes, 3 * LUMA);
  });

  it('reads over padding and garbage between segments', () => {
    const jpeg = draw((image) => image.jpegsaveBuffer());
    const padded = Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0, 7, 0xff, 0, 0xff, 0xff]), jpeg.subarray(2)]);
    assert.deepEqual(readJpegHeader(padded), readJpegHeader(jpeg));
  });

  it('finds nothing in what is cut off, wherever', () => {
    const jpeg = draw((image) => image.jpegsaveBuffer());
    const scan = Buffer.from(jpeg).indexOf(Buffer.from([0xff, 0xda]));
    for (let length = 0; length < scan + 4; length += 1) {
      assert.equal(readJpegHeader(jpeg.subarray(0, length)), undefined, String(length));
    }
  });
});
