import type { Scope } from '../../src/vips/scope.ts';
import { deep, disc, exifOriented, inProfile, quarters, RED, scene } from '../fixtures/draw.ts';
import { type BmpKind, drawBmp } from '../fixtures/draw-bmp.ts';
import { SOURCES } from '../imaging/sources.ts';
import { inScope } from '../support/vips.ts';

/** An undamaged file. */
export interface WholeFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Layouts that the other drawn files do not have, each read by code of its own. */
const LAYOUTS: Readonly<Record<string, (scope: Scope) => Uint8Array>> = {
  'progressive.jpg': (scope) => scene(scope, 96, 64).jpegsaveBuffer({ interlace: true }),
  'subsampled.jpg': (scope) => scene(scope, 97, 65).jpegsaveBuffer({ subsample_mode: 'on', restart_interval: 4 }),
  'interlaced.png': (scope) => scene(scope, 60, 40).pngsaveBuffer({ interlace: true }),
  'one-bit.png': (scope) => quarters(scope, 33, 20).pngsaveBuffer({ palette: true, bitdepth: 1 }),
  'profile.png': (scope) => inProfile(scene(scope, 40, 30), 'p3').pngsaveBuffer(),
  'lossy.webp': (scope) => scene(scope, 90, 60).webpsaveBuffer({ Q: 60 }),
  'alpha.webp': (scope) => disc(scope, 60, RED).webpsaveBuffer(),
  'lzw.tif': (scope) => scene(scope, 60, 40).tiffsaveBuffer({ compression: 'lzw', predictor: 'horizontal' }),
  'deflate.tif': (scope) => deep(scene(scope, 60, 40)).tiffsaveBuffer({ compression: 'deflate' }),
  'packbits.tif': (scope) => quarters(scope, 60, 40).tiffsaveBuffer({ compression: 'packbits' }),
  'jpeg.tif': (scope) => scene(scope, 64, 48).tiffsaveBuffer({ compression: 'jpeg' }),
  'fax.tif': (scope) =>
    quarters(scope, 64, 48).colourspace('b-w').tiffsaveBuffer({ compression: 'ccittfax4', bitdepth: 1 }),
  'tiled.tif': (scope) => scene(scope, 96, 64).tiffsaveBuffer({ tile: true, tile_width: 32, tile_height: 32 }),
  'pyramid.tif': (scope) =>
    scene(scope, 128, 96).tiffsaveBuffer({ tile: true, pyramid: true, tile_width: 32, tile_height: 32 }),
  'big.tif': (scope) => scene(scope, 40, 30).tiffsaveBuffer({ bigtiff: true }),
  'print.tif': (scope) => inProfile(scene(scope, 40, 30), 'cmyk').tiffsaveBuffer(),
  'float.tif': (scope) => scene(scope, 40, 30).colourspace('scrgb').tiffsaveBuffer(),
  'turned.webp': (scope) => exifOriented(scope, 8, 40, 24).webpsaveBuffer(),
  'interlaced.gif': (scope) => quarters(scope, 50, 30).gifsaveBuffer({ interlace: true }),
  'alpha.avif': (scope) => disc(scope, 48, RED).heifsaveBuffer({ compression: 'av1', effort: 0 }),
  'deep.avif': (scope) => deep(scene(scope, 48, 32)).heifsaveBuffer({ compression: 'av1', effort: 0, bitdepth: 10 }),
};

const BMPS: Readonly<Record<string, BmpKind>> = {
  'old.bmp': { bits: 24, headerBytes: 12 },
  'true-colour.bmp': { bits: 24, headerBytes: 40 },
  'top-down.bmp': { bits: 32, headerBytes: 40, isTopDown: true },
  'palette.bmp': { bits: 8, headerBytes: 40 },
  'nibbles.bmp': { bits: 4, headerBytes: 64 },
  'bits.bmp': { bits: 1, headerBytes: 40 },
  'runs.bmp': { bits: 8, headerBytes: 40, isRunLength: true },
  'short-runs.bmp': { bits: 4, headerBytes: 40, isRunLength: true },
  'masks.bmp': { bits: 16, headerBytes: 52, masks: [0xf800, 0x7e0, 0x1f] },
  'alpha.bmp': { bits: 32, headerBytes: 108, masks: [0xff0000, 0xff00, 0xff, 0xff000000] },
};

/** A file of every format and layout that the bundled libvips reads, and BMPs. */
export function wholeFiles(): readonly WholeFile[] {
  const layouts = Object.entries(LAYOUTS).map(([name, draw]) => ({ name, bytes: inScope(draw) }));
  const drawn = [...SOURCES].map(([name, { bytes }]) => ({ name, bytes }));
  const bmps = Object.entries(BMPS).map(([name, kind]) => ({
    name,
    bytes: drawBmp(kind, 21, 13, (x, y) => (kind.bits <= 8 ? [(x + y) % 2 ** kind.bits] : [x * 9, y * 17, 90, 200])),
  }));
  return [...drawn, ...layouts, ...bmps];
}
