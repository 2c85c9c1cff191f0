import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError } from '../../src/errors.ts';
import { scene } from '../fixtures/draw.ts';
import { drawBmp } from '../fixtures/draw-bmp.ts';
import { process, render } from '../support/render.ts';
import { inScope } from '../support/vips.ts';

// PNG, GIF, JPEG and SVG of impossible sizes are in src/imaging/decode-damaged.test.ts

const SIDE = 60_000;

/** Every place where a file says its size: changed there, and nowhere else. */
function patched(bytes: Uint8Array, change: (file: Buffer) => void): Buffer {
  const file = Buffer.from(bytes);
  change(file);
  return file;
}

/** TIFF 6.0: ImageWidth and ImageLength, of whatever integer type, in the first directory. */
function hugeTiff(): Buffer {
  return patched(
    inScope((scope) => scene(scope, 40, 30).tiffsaveBuffer()),
    (file) => {
      const at = file.readUInt32LE(4);
      for (let entry = 0; entry < file.readUInt16LE(at); entry += 1) {
        const start = at + 2 + 12 * entry;
        if (![256, 257].includes(file.readUInt16LE(start))) continue;
        file.writeUInt16LE(4, start + 2); // LONG
        file.writeUInt32LE(SIDE, start + 8);
      }
    },
  );
}

/** ISO/IEC 23008-12: the box of the spatial extents. */
function hugeAvif(): Buffer {
  return patched(
    inScope((scope) => scene(scope, 64, 48).heifsaveBuffer({ compression: 'av1', effort: 0 })),
    (file) => {
      const at = file.indexOf('ispe') + 8;
      file.writeUInt32BE(SIDE, at);
      file.writeUInt32BE(SIDE, at + 4);
    },
  );
}

/** RFC 9649 §3.4: 14 bits each, all set. */
function hugeWebp(): Buffer {
  return patched(
    inScope((scope) => scene(scope, 64, 48).webpsaveBuffer({ lossless: true })),
    (file) => {
      file.writeUInt32LE(0xfffffff, file.indexOf('VP8L') + 9);
    },
  );
}

function hugeBmp(): Buffer {
  return patched(
    drawBmp({ bits: 24, headerBytes: 40 }, 8, 6, () => [1, 2, 3]),
    (file) => {
      file.writeInt32LE(SIDE, 18);
      file.writeInt32LE(SIDE, 22);
    },
  );
}

/** A GIF of many frames, each of which says that it is one pixel of a large screen. */
function manyFrames(width: number, height: number, frames: number): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt16LE(width, 0);
  size.writeUInt16LE(height, 2);
  const control = [0x21, 0xf9, 4, 0, 10, 0, 0, 0];
  const frame = [...control, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4c, 1, 0];
  const screen = [...Buffer.from('GIF89a'), ...size, 0x80, 0, 0, 0, 0, 0, 255, 255, 255];
  return Buffer.from([...screen, ...Array.from({ length: frames }, () => frame).flat(), 0x3b]);
}

function outcome(path: string, source: Uint8Array): string {
  try {
    process(path, source);
    return 'made';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

const PATHS = ['', '100x100', 'fit-in/100x0', 'filters:rotate(90)', 'meta', 'trim', '0x0:10x10'];

describe('bombs', () => {
  const bombs = { TIFF: hugeTiff(), AVIF: hugeAvif(), WebP: hugeWebp(), BMP: hugeBmp() };
  for (const [format, source] of Object.entries(bombs)) {
    it(`are refused by their header: ${format}`, () => {
      // libheif and libwebp find out by themselves that there is not as much as the header says
      for (const path of PATHS) {
        assert.match(outcome(path, source), /^(?:max-resolution-exceeded|unsupported-format)$/, path);
      }
    });
  }

  it('are refused by all of their frames together', () => {
    const source = manyFrames(2_000, 2_000, 30); // 120 megapixels, and 700 bytes; libnsgif believes no larger screens
    for (const path of ['', '9x9/filters:format(webp)', 'filters:rotate(90)', 'fit-in/2000x2000/filters:blur(1)']) {
      assert.equal(outcome(path, source), 'max-resolution-exceeded', path);
    }
    assert.equal(outcome('9x9/filters:max_frames(2):format(gif)', source), 'made');
  });

  it('are refused where filters would make them', () => {
    const source = inScope((scope) => scene(scope, 64, 48).pngsaveBuffer());
    for (const filter of [
      'padding(red,9999,9999,9999,9999)',
      'image(/9999x9999/color:red,0,0)',
      'image(/9000x9001/color:red,0,0)',
      'text(x,0,0,sans-9999)',
      `text(${'W'.repeat(3_000)},0,0,sans-300)`,
    ]) {
      assert.equal(outcome(`filters:${filter}`, source), 'max-resolution-exceeded', filter);
    }
    for (const path of ['9999x9999/filters:upscale()', '0x0/9999x9999/filters:fill(red)', '9000x9001']) {
      assert.equal(outcome(path, source), 'max-resolution-exceeded', path);
    }
    const padded = Array.from({ length: 20 }, () => 'padding(red,900)').join(':');
    assert.equal(outcome(`filters:${padded}`, source), 'max-resolution-exceeded', 'a little at a time');
  });

  it('do not come of proportion(), which makes nothing larger', () => {
    const source = inScope((scope) => scene(scope, 64, 48).pngsaveBuffer());
    for (const factor of ['100000', '101', '1e9', '-5', 'NaN']) {
      const { width, height } = render(`filters:proportion(${factor})`, source);
      assert.ok(width <= 64 && height <= 48, `${factor}: ${width}x${height}`);
    }
  });
});
