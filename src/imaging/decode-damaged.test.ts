import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import { BLUE, blinking, deep, disc, scene, svgQuarters } from '../../test/fixtures/draw.ts';
import { process } from '../../test/support/render.ts';
import { inScope } from '../../test/support/vips.ts';
import { AppError } from '../errors.ts';
import { VipsError } from '../vips/vips-error.ts';

/** How an attempt ends: `ok`, the code of an AppError, or `damaged` for what libvips finds out while it computes. */
function outcome(path: string, source: Uint8Array): string {
  try {
    process(path, source);
    return 'ok';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    if (error instanceof VipsError) return 'damaged';
    throw error;
  }
}

/** PNG (ISO/IEC 15948): a file that claims to be of some size, with little in it. */
function png(width: number, height: number): Buffer {
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    checksum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, checksum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits, red, green and blue
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(1000))), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]);
}

/** The frame header of a JPEG, after which nothing comes (ITU-T T.81 §B.2.2). */
function jpeg(width: number, height: number): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt16BE(height, 0);
  size.writeUInt16BE(width, 2);
  const frame = [0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, ...size, 1, 1, 0x11, 0];
  const scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0];
  return Buffer.from([...frame, ...scan, 0xff, 0xd9]);
}

/** A GIF's screen and one frame of it. */
function gif(width: number, height: number): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt16LE(width, 0);
  size.writeUInt16LE(height, 2);
  const frame = [0x2c, 0, 0, 0, 0, ...size, 0, 2, 2, 0x4c, 1, 0, 0x3b];
  return Buffer.from([...Buffer.from('GIF89a'), ...size, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, ...frame]);
}

const PATHS = [
  '',
  '100x100',
  'fit-in/100x0',
  'stretch/50x50',
  '100x100/smart',
  'filters:rotate(90)',
  'meta',
  'trim',
  '0x0:10x10',
  'filters:proportion(1)',
];

describe('image bombs', () => {
  const bombs = {
    'a PNG of 60,000 × 60,000': png(60_000, 60_000),
    'a PNG of 9,998 × 9,998': png(9_998, 9_998),
    'a PNG of 900,000 × 1': png(900_000, 1),
    'a GIF of 65,535 × 65,535': gif(65_535, 65_535),
    'an SVG of 30,000 × 30,000': svgQuarters(30_000, 30_000),
  };
  for (const [what, source] of Object.entries(bombs)) {
    it(`are refused unread: ${what}`, () => {
      const startMs = performance.now();
      for (const path of PATHS) assert.equal(outcome(path, source), 'max-resolution-exceeded', path);
      assert.ok(performance.now() - startMs < 2_000);
    });
  }

  it('are refused where they cannot be shrunk while they are decoded: JPEG', () => {
    const source = jpeg(60_000, 60_000);
    for (const path of ['', 'filters:rotate(90)', '9000x0', 'trim'])
      assert.equal(outcome(path, source), 'max-resolution-exceeded', path);
  });
});

describe('damaged files', () => {
  const whole = inScope((scope) => ({
    jpeg: scene(scope).jpegsaveBuffer(),
    progressive: scene(scope).jpegsaveBuffer({ interlace: true }),
    large: scene(scope, 700, 500).jpegsaveBuffer(),
    png: scene(scope).pngsaveBuffer(),
    deep: deep(scene(scope, 60, 40)).pngsaveBuffer(),
    gif: scene(scope).gifsaveBuffer(),
    webp: scene(scope).webpsaveBuffer(),
    tiff: scene(scope).tiffsaveBuffer({ compression: 'lzw' }),
    avif: scene(scope, 120, 80).heifsaveBuffer({ compression: 'av1' }),
    moving: blinking(scope, 60, 40).gifsaveBuffer(),
    rolling: blinking(scope, 60, 40).webpsaveBuffer(),
    clear: disc(scope, 60, BLUE).pngsaveBuffer(),
    svg: svgQuarters(60, 40),
  }));
  const FEW = ['', '50x50', 'fit-in/300x300/filters:rotate(90)'];

  for (const [kind, source] of Object.entries(whole)) {
    it(`give a picture or say that they are damaged: ${kind} cut short`, () => {
      for (const share of [0.02, 0.1, 0.3, 0.5, 0.8, 0.95, 0.999]) {
        for (const path of FEW) {
          const seen = outcome(path, source.slice(0, Math.floor(source.length * share)));
          assert.ok(['ok', 'damaged', 'unsupported-format'].includes(seen), `${share} ${path}: ${seen}`);
        }
      }
    });

    it(`give a picture or say that they are damaged: ${kind} with bytes turned over`, () => {
      for (let round = 0; round < 12; round += 1) {
        const bytes = Buffer.from(source);
        const at = Math.floor((bytes.length * (round + 0.5)) / 12);
        for (let offset = 0; offset < 4; offset += 1) {
          bytes[(at + offset) % bytes.length] = 255 - (bytes[(at + offset) % bytes.length] ?? 0);
        }
        const path = FEW[round % FEW.length] ?? '';
        const seen = outcome(path, bytes);
        assert.ok(
          ['ok', 'damaged', 'unsupported-format', 'max-resolution-exceeded'].includes(seen),
          `${at} ${path}: ${seen}`,
        );
      }
    });
  }

  it('are no pictures at all when they have a magic number only', () => {
    const beginnings = [
      '\xff\xd8\xff',
      '\x89PNG\r\n\x1a\n',
      'GIF89a',
      'RIFF\x10\0\0\0WEBP',
      '\0\0\0\x1cftypavif',
      '\0\0\0\x1cftypheic',
    ];
    const others = [
      'II*\0',
      'MM\0*',
      'BM',
      '%PDF-1.4',
      '\xff\x0a',
      '\0\0\0\x0cjP  \r\n\x87\n',
      '<svg ',
      '',
      '\0',
      'words',
      '<html>',
    ];
    for (const beginning of [...beginnings, ...others]) {
      for (const rest of ['', 'garbage'.repeat(20), '\0'.repeat(200), '\xff'.repeat(200)]) {
        const bytes = Buffer.from(beginning + rest, 'latin1');
        for (const path of ['', '100x100', 'filters:rotate(90)', 'meta']) {
          const seen = outcome(path, bytes);
          assert.ok(
            seen === 'unsupported-format' || seen === 'max-resolution-exceeded',
            `${JSON.stringify(beginning)} ${path}: ${seen}`,
          );
        }
      }
    }
  });

  it('says which format an installation cannot read', () => {
    assert.throws(
      () => process('', Buffer.from('%PDF-1.4 and so on')),
      (error) =>
        error instanceof AppError && /cannot read PDF pictures/.test(error.publicMessage) && error.status === 406,
    );
  });
});
