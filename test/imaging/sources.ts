import type { Image } from '../../src/vips/image.ts';
import type { Scope } from '../../src/vips/scope.ts';
import {
  BLUE,
  blinking,
  deep,
  disc,
  exifOriented,
  inProfile,
  plain,
  quarters,
  RED,
  scene,
  svgQuarters,
} from '../fixtures/draw.ts';
import { inScope } from '../support/vips.ts';

/** A source, and what its header says. */
export interface Source {
  readonly bytes: Uint8Array;
  /** Pixels as stored. */
  readonly width: number;
  /** Pixels of one frame, as stored. */
  readonly height: number;
  /** EXIF, 1–8. */
  readonly orientation: number;
  readonly frames: number;
  /** Its loader shrinks in steps of its own, so sides that follow from the other may be one pixel off. */
  readonly isApproximate: boolean;
  /** Its size depends on `dpi()`. */
  readonly isVector: boolean;
}

// JPEGs have sides that eight divides: libjpeg leaves out what would be partly outside when it decodes at a scale
const DRAWN: Readonly<Record<string, (scope: Scope) => Uint8Array>> = {
  'photo.jpg': (scope) => scene(scope, 240, 160).jpegsaveBuffer({ Q: 90 }),
  'grey.jpg': (scope) => scene(scope, 120, 80).colourspace('b-w').jpegsaveBuffer({ Q: 90 }),
  'print.jpg': (scope) => inProfile(scene(scope, 96, 64), 'cmyk').jpegsaveBuffer({ Q: 90 }),
  'wide-gamut.jpg': (scope) => inProfile(scene(scope, 96, 64), 'p3').jpegsaveBuffer({ Q: 95 }),
  'mirrored.jpg': (scope) => exifOriented(scope, 2, 80, 48).jpegsaveBuffer({ Q: 95 }),
  'turned.jpg': (scope) => exifOriented(scope, 6, 80, 48).jpegsaveBuffer({ Q: 95 }),
  'transposed.jpg': (scope) => exifOriented(scope, 7, 48, 80).jpegsaveBuffer({ Q: 95 }),
  'photo.png': (scope) => scene(scope, 101, 67).pngsaveBuffer(),
  'alpha.png': (scope) => disc(scope, 61, BLUE).pngsaveBuffer(),
  'grey.png': (scope) => scene(scope, 51, 70).colourspace('b-w').pngsaveBuffer(),
  'grey-alpha.png': (scope) => greyAlpha(scope).pngsaveBuffer(),
  'deep.png': (scope) => deep(scene(scope, 75, 50)).pngsaveBuffer(),
  'deep-alpha.tif': (scope) => deep(disc(scope, 40, RED)).tiffsaveBuffer(),
  'palette.png': (scope) => quarters(scope, 64, 40).pngsaveBuffer({ palette: true }),
  'dot.png': (scope) => plain(scope, 1, 1, RED).pngsaveBuffer(),
  'wide.png': (scope) => quarters(scope, 300, 3).pngsaveBuffer(),
  'tall.webp': (scope) => quarters(scope, 5, 200).webpsaveBuffer({ lossless: true }),
  'moving.gif': (scope) => blinking(scope, 45, 30).gifsaveBuffer(),
  'moving.webp': (scope) => blinking(scope, 30, 45).webpsaveBuffer({ lossless: true }),
  'drawing.svg': () => svgQuarters(80, 60),
  'photo.avif': (scope) => scene(scope, 64, 48).heifsaveBuffer({ compression: 'av1', effort: 0 }),
};

function greyAlpha(scope: Scope): Image {
  const grey = scene(scope, 40, 40).colourspace('b-w');
  return scope.bandjoin([grey, disc(scope, 40, RED).extractBand(3)]).copy({ interpretation: 'b-w' });
}

/** Small pictures of every kind that there is: formats, colour spaces, depths, orientations, animations, odd shapes. */
export const SOURCES: ReadonlyMap<string, Source> = new Map(
  Object.entries(DRAWN).map(([name, draw]) => [name, inScope((scope) => readHeader(scope, name, draw(scope)))]),
);

function readHeader(scope: Scope, name: string, bytes: Uint8Array): Source {
  const image = scope.load(bytes);
  return {
    bytes,
    width: image.width,
    height: image.pageHeight,
    orientation: image.orientation,
    frames: image.pages,
    isApproximate: name.endsWith('.webp'),
    isVector: name.endsWith('.svg'),
  };
}
