import assert from 'node:assert/strict';
import { cpuUsage } from 'node:process';
import { describe, it } from 'node:test';
import { BLUE, blinking, deep, disc, exifOriented, scene, svgQuarters } from '../../test/fixtures/draw.ts';
import { describeMeta, process } from '../../test/support/render.ts';
import { inScope } from '../../test/support/vips.ts';

const jpeg = inScope((scope) => scene(scope).jpegsaveBuffer({ keep: 'none' }));
const moving = inScope((scope) => blinking(scope, 60, 40).gifsaveBuffer());

const tag = (text: string): string =>
  `${text} (${text}, ASCII, ${text.length + 1} components, ${text.length + 1} bytes)`;

const camera = inScope((scope) =>
  exifOriented(scope, 6, 80, 40)
    .withMetadata({
      'exif-ifd0-Make': tag('Kodak'),
      'exif-ifd0-Model': tag('  Brownie  '),
      'exif-ifd2-ISOSpeedRatings': '100 (100, Short, 1 components, 2 bytes)',
      'exif-ifd0-Software': '',
    })
    .jpegsaveBuffer(),
);

describe('meta/', () => {
  it('says what the result would be, with imagor’s names in imagor’s order', () => {
    const { bytes, contentType } = process('meta', jpeg);
    assert.equal(contentType, 'application/json');
    assert.equal(
      Buffer.from(bytes).toString(),
      '{"format":"jpeg","content_type":"image/jpeg","width":240,"height":160,"orientation":0,"pages":1,"bands":3,"exif":{}}',
    );
  });

  const cases: readonly (readonly [path: string, expected: Readonly<Record<string, unknown>>])[] = [
    ['fit-in/60x60', { width: 60, height: 40 }],
    ['60x60', { width: 60, height: 60 }],
    ['fit-in/60x60/5x5/filters:fill(red)', { width: 70, height: 70 }],
    ['filters:grayscale()', { bands: 1 }],
    ['filters:round_corner(9)', { bands: 4 }],
    ['filters:format(webp)', { format: 'webp', content_type: 'image/webp' }],
    ['filters:format(jp2)', { format: 'jp2k', content_type: 'image/jp2' }],
    ['filters:format(nonsense)', { format: 'jpeg' }],
  ];
  for (const [path, expected] of cases) {
    it(`goes through the whole of ${path}`, () => {
      const seen = describeMeta(path, jpeg);
      assert.deepEqual({ ...seen, ...expected }, seen);
    });
  }

  it('counts frames, of formats that have some', () => {
    const pages = (path: string): unknown[] => {
      const { pages: count, height } = describeMeta(path, moving);
      return [count, height];
    };
    assert.deepEqual(pages(''), [3, 40]);
    assert.deepEqual(pages('30x20/filters:max_frames(2)'), [2, 20]);
    assert.deepEqual(pages('filters:format(jpeg)'), [1, 40]);
    assert.deepEqual(pages('filters:format(webp)'), [3, 40]);
    assert.deepEqual(pages('filters:page(2)'), [1, 40]);
  });

  it('names the formats of sources', () => {
    const format = (source: Uint8Array): unknown => describeMeta('', source)['format'];
    inScope((scope) => {
      const picture = scene(scope, 40, 30);
      assert.equal(format(picture.pngsaveBuffer()), 'png');
      assert.equal(format(picture.tiffsaveBuffer()), 'tiff');
      assert.equal(format(picture.heifsaveBuffer({ compression: 'av1' })), 'avif');
      assert.equal(format(svgQuarters(40, 30)), 'svg');
      assert.equal(describeMeta('', svgQuarters(40, 30))['content_type'], 'image/svg+xml');
      assert.equal(describeMeta('', deep(disc(scope, 40, BLUE)).pngsaveBuffer())['bands'], 4);
    });
  });

  it('tells EXIF tags by name, in the order of their names', () => {
    const exif = describeMeta('', camera)['exif'] as Record<string, string>;
    assert.equal(exif['Make'], 'Kodak');
    assert.equal(exif['Model'], 'Brownie');
    assert.equal(exif['ISOSpeedRatings'], '100');
    assert.ok(!('Software' in exif), 'empty ones are left out');
    assert.deepEqual(Object.keys(exif), Object.keys(exif).toSorted());
    assert.deepEqual(describeMeta('filters:strip_exif()', camera)['exif'], {});
  });

  it('tells the orientation of what was not turned upright', () => {
    const { orientation, width, height } = describeMeta('', camera);
    assert.deepEqual([orientation, width, height], [0, 80, 40]);
    const raw = describeMeta('fit-in/999x999/filters:rotate(0)', camera);
    assert.deepEqual([raw['orientation'], raw['width'], raw['height']], [6, 40, 80]);
  });

  it('computes no pixels', () => {
    const before = cpuUsage();
    assert.equal(describeMeta('stretch/9000x9000/filters:blur(200):round_corner(50)', jpeg)['width'], 9000);
    // of the processor, not of the clock: the pixels would take a minute of it, on however busy a machine
    assert.ok(cpuUsage(before).user < 5_000_000);
  });

  it("tells the picture's own tags where its thumbnail has others", () => {
    const both = inScope((scope) =>
      scene(scope)
        .withMetadata({ 'exif-ifd0-Artist': tag('painter'), 'exif-ifd1-Artist': tag('framer') })
        .jpegsaveBuffer(),
    );
    assert.equal((describeMeta('', both)['exif'] as Record<string, string>)['Artist'], 'painter');
  });
});
