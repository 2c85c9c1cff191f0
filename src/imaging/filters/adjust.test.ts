import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deep, disc, inProfile, plain, RED, scene } from '../../../test/fixtures/draw.ts';
import { assertColor, pixelAt, similarity } from '../../../test/support/picture.ts';
import { render } from '../../../test/support/render.ts';
import { inScope } from '../../../test/support/vips.ts';

const swatch = inScope((scope) => plain(scope, 8, 8, [100, 150, 200]).pngsaveBuffer());
const blue = inScope((scope) => disc(scope, 30, [0, 0, 255]).pngsaveBuffer());

/** What 100,150,200 becomes. */
function adjusted(filters: string): readonly number[] {
  return pixelAt(render(`filters:${filters}`, swatch), 4, 4).slice(0, 3);
}

describe('filters of colour', () => {
  const cases: readonly (readonly [filters: string, expected: readonly number[]])[] = [
    ['brightness(20)', [151, 201, 251]],
    ['brightness(-20)', [49, 99, 149]],
    ['brightness(100)', [255, 255, 255]],
    ['brightness(-100)', [0, 0, 0]],
    ['brightness(0)', [100, 150, 200]],
    ['brightness()', [100, 150, 200]],
    ['brightness(much)', [100, 150, 200]],
    ['contrast(50)', [45, 193, 255]], // (x - 128) × 2.9544 + 128
    ['contrast(-50)', [119, 135, 152]], // × 0.3307
    ['contrast(-100)', [128, 128, 128]],
    ['contrast(0)', [100, 150, 200]],
    ['contrast(1000)', [0, 255, 255]],
    ['contrast()', [100, 150, 200]],
    ['rgb(10,-20,30)', [126, 99, 255]],
    ['rgb(10,20)', [100, 150, 200]],
    ['rgb()', [100, 150, 200]],
    ['rgb(x,,10)', [100, 150, 226]],
    ['invert()', [155, 105, 55]],
    ['invert():invert()', [100, 150, 200]],
    ['saturation(0)', [100, 150, 200]],
    ['saturation()', [100, 150, 200]],
    ['hue(0)', [100, 150, 200]],
    ['hue(360)', [100, 150, 200]],
    ['hue()', [100, 150, 200]],
    ['modulate(0,0,0)', [100, 150, 200]],
    ['modulate(10,20)', [100, 150, 200]],
  ];
  for (const [filters, expected] of cases) {
    it(`${filters} makes ${expected.join(',')}`, () => assertColor(adjusted(filters), expected, 2));
  }

  it('follow one another without losing what is beyond white in between', () => {
    assertColor(adjusted('brightness(50):brightness(-50)'), [100, 150, 200], 1);
  });

  it('take the colours away by grayscale() and saturation(-100)', () => {
    const grey = render('filters:grayscale()', swatch);
    assert.equal(grey.bands, 1);
    const [lightness = 0] = pixelAt(grey, 4, 4);
    const [red = 0, green = 0, blueish = 0] = adjusted('saturation(-100)');
    assertColor([red, green, blueish], [lightness, lightness, lightness], 4);
    assert.ok(lightness > 130 && lightness < 160, String(lightness));
  });

  it('turn colours around the wheel by hue()', () => {
    const opposite = adjusted('hue(180)');
    assert.ok((opposite[0] ?? 0) > (opposite[2] ?? 255), opposite.join());
    assertColor(adjusted('hue(-90)'), adjusted('hue(270)'), 2);
    assertColor(adjusted('hue(90):hue(270)'), [100, 150, 200], 8);
  });

  it('change lightness, colour and hue together by modulate()', () => {
    assertColor(adjusted('modulate(0,-50,0)'), adjusted('saturation(-50)'), 1);
    assertColor(adjusted('modulate(0,0,70)'), adjusted('hue(70)'), 1);
    const [darker, lighter] = [adjusted('modulate(-30,0,0)'), adjusted('modulate(20,0,0)')];
    assert.ok((darker[1] ?? 255) < 120 && (lighter[1] ?? 0) > 170);
  });

  for (const filters of [
    'brightness(10)',
    'contrast(10)',
    'rgb(1,2,3)',
    'invert()',
    'hue(9)',
    'saturation(-9)',
    'grayscale()',
  ]) {
    it(`${filters} leaves opacity as it was`, () => {
      const picture = render(`filters:${filters}`, blue);
      assert.equal(pixelAt(picture, 0, 0)[3], 0);
      assert.equal(pixelAt(picture, 15, 15)[3], 255);
    });

    it(`${filters} does the same to pictures of other kinds`, () => {
      inScope((scope) => {
        const picture = scene(scope, 60, 40);
        const expected = render(`filters:${filters}`, picture.pngsaveBuffer());
        for (const same of [deep(picture).pngsaveBuffer(), picture.tiffsaveBuffer(), picture.gifsaveBuffer()]) {
          const seen = similarity(render(`filters:${filters}:format(png)`, same), expected);
          assert.ok(seen > 0.93, `${filters}: ${seen}`);
        }
        const print = inProfile(picture, 'cmyk').jpegsaveBuffer({ Q: 95, keep: 'none' });
        assert.ok(similarity(render(`filters:${filters}`, print), expected) > 0.85);
        // not resized, so that the filter gets the file's own colour space
        const raw = `fit-in/999x999/filters:rotate(0):${filters}`;
        assert.ok(similarity(render(raw, print), expected) > 0.85);
        assert.ok(similarity(render(raw, deep(picture).pngsaveBuffer()), expected) > 0.99);
      });
    });
  }

  it('bring colour onto grey pictures', () => {
    const grey = inScope((scope) => plain(scope, 8, 8, [100]).pngsaveBuffer());
    assertColor(pixelAt(render('filters:rgb(20,0,0)', grey), 4, 4), [151, 100, 100], 1);
    assertColor(pixelAt(render('filters:hue(90)', grey), 4, 4), [100, 100, 100], 1);
    assertColor(pixelAt(render('filters:grayscale():rgb(20,0,0)', swatch), 4, 4).slice(1, 3), [142, 142], 12);
  });

  it('go into every format that can be written', () => {
    for (const format of ['jpeg', 'png', 'webp', 'gif', 'avif']) {
      const picture = render(`filters:brightness(20):format(${format})`, swatch);
      assertColor(pixelAt(picture, 4, 4), [151, 201, 251], 6);
    }
    assertColor(
      pixelAt(
        render(
          'filters:brightness(20)',
          inScope((scope) => plain(scope, 8, 8, RED).jpegsaveBuffer()),
        ),
        4,
        4,
      ),
      [255, 51, 51],
      6,
    );
  });
});
