import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blinking, inProfile, plain, scene } from '../../../test/fixtures/draw.ts';
import { assertColor, meanColor, pixelAt, readPicture } from '../../../test/support/picture.ts';
import { process, render } from '../../../test/support/render.ts';
import { inScope } from '../../../test/support/vips.ts';
import { AppError } from '../../errors.ts';

const COLOR = [200, 60, 40];

/** {@link COLOR} in Display P3, where its numbers are others, with the profile; and what a camera writes. */
const wide = inScope((scope) =>
  inProfile(plain(scope, 40, 30, COLOR), 'p3')
    .withMetadata({ 'exif-ifd0-Make': 'Kodak (Kodak, ASCII, 6 components, 6 bytes)', orientation: 1 })
    .jpegsaveBuffer({ Q: 95 }),
);

const hasProfile = (path: string, source: Uint8Array = wide): boolean =>
  readPicture(process(path, source).bytes).fields.includes('icc-profile-data');

describe('strip_icc', () => {
  it('converts to sRGB and drops the profile', () => {
    const stripped = render('filters:strip_icc()', wide);
    assertColor(pixelAt(stripped, 20, 15), COLOR, 4);
    assert.ok(!stripped.fields.includes('icc-profile-data'));
    const kept = render('', wide);
    assert.ok(kept.fields.includes('icc-profile-data'));
    assert.ok((pixelAt(kept, 20, 15)[0] ?? 255) < 195);
  });

  it('is done for strip_metadata() and by the operator’s option too, however the picture is resized', () => {
    for (const path of [
      'filters:strip_metadata()',
      '20x20/filters:strip_metadata()',
      'fit-in/999x999/filters:strip_icc()',
    ]) {
      assert.ok(!hasProfile(path), path);
      assertColor(pixelAt(render(path, wide), 10, 10), COLOR, 4);
    }
    for (const options of [{ stripColorProfile: true }, { stripMetadata: true }]) {
      const stripped = render('20x20', wide, { options });
      assert.ok(!stripped.fields.includes('icc-profile-data'));
      assertColor(pixelAt(stripped, 10, 10), COLOR, 4);
    }
  });

  it('turns CMYK into something that browsers show', () => {
    const print = inScope((scope) => inProfile(plain(scope, 40, 30, COLOR), 'cmyk').jpegsaveBuffer({ Q: 95 }));
    const stripped = render('filters:strip_icc()', print);
    assert.equal(stripped.bands, 3);
    assertColor(pixelAt(stripped, 20, 15), COLOR, 25); // not every colour can be printed
  });
});

describe('to_colorspace', () => {
  it('converts to srgb, p3 and cmyk, and embeds the profile', () => {
    assertColor(pixelAt(render('filters:to_colorspace()', wide), 20, 15), COLOR, 4);
    assertColor(pixelAt(render('filters:to_colorspace(SRGB)', wide), 20, 15), COLOR, 4);
    assert.ok(hasProfile('filters:to_colorspace(srgb)'));
    const same = render('filters:to_colorspace(p3)', wide);
    assertColor(pixelAt(same, 20, 15), pixelAt(render('', wide), 20, 15), 4);
    assert.equal(render('filters:to_colorspace(cmyk)', wide).bands, 4);
  });

  it('does nothing to a picture without a profile', () => {
    const bare = inScope((scope) => plain(scope, 40, 30, COLOR).pngsaveBuffer());
    for (const profile of ['', 'cmyk', 'nonsense']) {
      const same = render(`filters:to_colorspace(${profile})`, bare);
      assert.equal(same.bands, 3);
      assertColor(pixelAt(same, 20, 15), COLOR, 0);
    }
  });

  it('opens no files', () => {
    const refused = (error: unknown): boolean => error instanceof AppError && error.code === 'unsupported-format';
    for (const profile of ['nonsense', '/etc/hostname', '..', 'none']) {
      assert.throws(() => render(`filters:to_colorspace(${encodeURIComponent(profile)})`, wide), refused, profile);
      assert.throws(() => render(`filters:to_colorspace(${profile})`, wide), refused, profile);
    }
  });
});

describe('strip_exif', () => {
  const exif = (path: string): readonly string[] =>
    render(path, wide).fields.filter((field) => field === 'exif-ifd0-Make');

  it('drops what a file says about itself, but for the profile', () => {
    assert.deepEqual(exif(''), ['exif-ifd0-Make']);
    assert.deepEqual(exif('filters:strip_exif()'), []);
    assert.deepEqual(exif('20x20/filters:strip_exif()'), []);
    assert.ok(hasProfile('filters:strip_exif()'));
    assertColor(meanColor(render('filters:strip_exif()', wide)), meanColor(render('', wide)), 1);
  });

  it('leaves how frames play', () => {
    const moving = inScope((scope) => blinking(scope, 40, 20).gifsaveBuffer());
    const { frames, delay, loop } = render('filters:strip_exif()', moving);
    assert.deepEqual([frames, delay, loop], [3, [100, 200, 300], 4]);
  });

  it('is done with the rest by strip_metadata()', () => {
    assert.deepEqual(exif('filters:strip_metadata()'), []);
    const photo = inScope((scope) => scene(scope).jpegsaveBuffer());
    assert.ok(process('filters:strip_metadata()', photo).bytes.length < process('', photo).bytes.length);
  });
});
