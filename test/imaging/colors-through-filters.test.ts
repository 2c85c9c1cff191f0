import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FILTERS } from '../../src/imaging/filters/registry.ts';
import type { Image } from '../../src/vips/image.ts';
import { deep, inProfile, PLAYING, plain, scene } from '../fixtures/draw.ts';
import { readPicture } from '../support/picture.ts';
import { process } from '../support/render.ts';
import { inScope } from '../support/vips.ts';

/** Filters with arguments that leave colours as they are, at least in the middle of the picture. */
const HARMLESS: Readonly<Record<string, string>> = {
  background_color: 'red',
  blur: '0.3',
  brightness: '0',
  contrast: '0',
  crop: '0,0,1000,1000',
  draw_detections: '',
  fill: 'red',
  hue: '0',
  image: '/10x10/dot.png',
  label: 'Hi,0,0,10,red',
  modulate: '0,0,0',
  padding: 'red,0',
  pixelate: '1',
  proportion: '100',
  redact: '',
  redact_oval: '',
  rgb: '0,0,0',
  rotate: '45',
  round_corner: '5',
  saturation: '0',
  sharpen: '-0.5',
  strip_exif: '',
  strip_icc: '',
  text: 'Hi,0,0,sans-8,red',
  to_colorspace: 'srgb',
  trim: '',
  watermark: 'dot.png,0,0',
};

/** What no argument makes harmless. */
const CHANGES_COLORS = new Set(['grayscale', 'invert']);

const dot = inScope((scope) => plain(scope, 10, 10, [255, 0, 0]).pngsaveBuffer());

// saturated, but within what each of the colour spaces can show
const soft = (image: Image): Image => image.linear([0.6], [50], { uchar: true }).copy({ interpretation: 'srgb' });

const SOURCES: Readonly<Record<string, Uint8Array>> = inScope((scope) => {
  const picture = soft(scene(scope, 96, 64));
  return {
    'wide gamut': inProfile(picture, 'p3').pngsaveBuffer(),
    print: inProfile(picture, 'cmyk').tiffsaveBuffer(),
    '16 bit': deep(picture).pngsaveBuffer(),
    grey: picture.colourspace('b-w').pngsaveBuffer(),
    alpha: picture.addalpha().pngsaveBuffer(),
  };
});

/** The middle of a picture as a viewer that knows profiles shows it. */
function shown(bytes: Uint8Array): Uint8Array {
  return inScope((scope) => {
    const image = scope.load(bytes);
    const color = image.has('icc-profile-data') ? image.iccTransform('srgb', { embedded: true }) : image;
    const opaque = color.colourspace('srgb').extractBand(0, { n: 3 }).cast('uchar');
    return opaque.extractArea(20, 20, 60, 30).toMemory();
  });
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  assert.equal(a.length, b.length);
  return a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) / a.length;
}

describe('colours through every filter', () => {
  it('are all looked at', () => {
    assert.deepEqual(
      [...FILTERS.keys()].filter((name) => !(name in HARMLESS) && !CHANGES_COLORS.has(name)),
      [],
    );
  });

  for (const [kind, source] of Object.entries(SOURCES)) {
    it(`stay what they were in a ${kind} picture`, () => {
      const before = shown(source);
      for (const [name, args] of Object.entries(HARMLESS)) {
        const format = kind === 'print' ? 'tiff' : 'png';
        const after = shown(
          process(`filters:${name}(${args}):format(${format})`, source, { images: { 'dot.png': dot } }).bytes,
        );
        const difference = meanDifference(before, after);
        assert.ok(difference < 4, `${name}: ${difference.toFixed(1)} steps`);
      }
    });
  }

  it('stay what they were when the result is a JPEG, WebP or AVIF', () => {
    for (const [kind, source] of Object.entries(SOURCES)) {
      for (const format of ['jpeg', 'webp', 'avif', 'tiff']) {
        for (const filter of ['', 'strip_icc():', 'strip_metadata():', 'brightness(0):']) {
          const after = shown(process(`filters:${filter}quality(95):format(${format})`, source).bytes);
          const difference = meanDifference(shown(source), after);
          assert.ok(difference < 6, `${kind}, ${filter}${format}: ${difference.toFixed(1)} steps`);
        }
      }
    }
  });
});

describe('animations through every filter', () => {
  const moving = inScope((scope) => {
    const frames = [0, 40, 80].map((step) => scene(scope, 60, 40).linear([1], [step - 40], { uchar: true }));
    const strip = scope.arrayjoin(frames, { across: 1 }).copy({ interpretation: 'srgb' });
    return strip.withMetadata({ 'page-height': 40, ...PLAYING }).gifsaveBuffer();
  });
  const args: Readonly<Record<string, string>> = { ...HARMLESS, grayscale: '', invert: '' };
  const geometries = ['', '30x30', 'fit-in/30x30', 'stretch/20x50', '-30x-20', '10x5:50x35', '30x20/top', '120x80'];

  it('keep frames, delays and loop', () => {
    for (const [name, list] of Object.entries(args)) {
      const played = readPicture(process(`filters:${name}(${list})`, moving, { images: { 'dot.png': dot } }).bytes);
      assert.deepEqual([played.frames, played.delay, played.loop], [3, PLAYING.delay, PLAYING.loop], name);
    }
  });

  it('keep them through every geometry, and from GIF to WebP', () => {
    for (const geometry of geometries) {
      for (const format of ['gif', 'webp']) {
        const path = `${geometry}${geometry ? '/' : ''}filters:blur(1):padding(red,2):format(${format})`;
        const played = readPicture(process(path, moving).bytes);
        assert.deepEqual([played.frames, played.delay, played.loop], [3, PLAYING.delay, PLAYING.loop], path);
      }
    }
  });
});
