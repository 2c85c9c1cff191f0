import { readFileSync } from 'node:fs';
import { openLibvips } from '../../src/vips/library.ts';
import { Scope } from '../../src/vips/scope.ts';

/** A picture to be made smaller, cropped to the centre. */
export interface ShrinkTask {
  readonly file: string;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** PNGs. */
export interface ShrinkResult {
  /** Decoded whole, then resized. */
  readonly full: Uint8Array;
  /** By libvips' own thumbnail, as the reference does it: decoded at a scale that libvips takes to be safe. */
  readonly thumbnail: Uint8Array;
}

/** A process: `shrink-loop.js`, forked, which does the tasks it is sent. */
const libvips = openLibvips();

process.on('message', ({ file, width, height }: ShrinkTask) => {
  const source = readFileSync(file);
  const box = { height, crop: 'centre' } as const;
  using scope = new Scope(libvips);
  const full = scope.load(source).copyMemory().thumbnailImage(width, box).pngsaveBuffer();
  const thumbnail = scope.thumbnailBuffer(source, width, box).pngsaveBuffer();
  process.send?.({ full, thumbnail } satisfies ShrinkResult);
});
