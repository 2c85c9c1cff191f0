import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BLUE, blinking, GREEN, quarters, RED, scene, WHITE } from '../../../test/fixtures/draw.ts';
import { assertColor, meanColor, type Picture, pixelAt, similarity } from '../../../test/support/picture.ts';
import { render } from '../../../test/support/render.ts';
import { inScope } from '../../../test/support/vips.ts';

const source = inScope((scope) => quarters(scope, 80, 60).pngsaveBuffer());
const photo = inScope((scope) => scene(scope).pngsaveBuffer());
const moving = inScope((scope) => blinking(scope, 80, 60).webpsaveBuffer({ lossless: true }));

/** How much neighbours differ, on average: what blurring takes away and sharpening adds to. */
function roughness({ rgba, width }: Picture): number {
  let sum = 0;
  for (let at = 4; at < rgba.length; at += 4) {
    if ((at / 4) % width !== 0) sum += Math.abs((rgba[at] ?? 0) - (rgba[at - 4] ?? 0));
  }
  return sum / rgba.length;
}

const same = (path: string, bytes: Uint8Array): boolean => similarity(render(path, bytes), render('', bytes)) > 0.9999;

describe('blur', () => {
  it('lets colours run into one another and keeps their average', () => {
    const blurred = render('filters:blur(10)', source);
    assertColor(pixelAt(blurred, 40, 5), [128, 128, 0], 12);
    assertColor(pixelAt(blurred, 2, 2), RED, 12);
    assertColor(meanColor(blurred), meanColor(render('', source)), 3);
  });

  it('takes a radius, twice the sigma, or a sigma in the second place', () => {
    assert.ok(similarity(render('filters:blur(6)', photo), render('filters:blur(99,3)', photo)) > 0.9999);
    assert.ok(roughness(render('filters:blur(12)', photo)) < roughness(render('filters:blur(3)', photo)));
  });

  it('does nothing for no sigma at all', () => {
    for (const args of ['', '0', '-3', '5,0', '5,-1', 'x', '1,2,3'])
      assert.ok(same(`filters:blur(${args})`, source), args);
  });

  it('takes no longer for absurd radii', () => {
    const startMs = performance.now();
    assertColor(pixelAt(render('filters:blur(1000000000)', source), 0, 0), [128, 128, 64], 30);
    assert.ok(performance.now() - startMs < 3_000);
  });

  it('keeps frames apart', () => {
    const blurred = render('filters:blur(8):format(webp):lossless()', moving);
    assert.deepEqual([blurred.frames, blurred.delay, blurred.loop], [3, [100, 200, 300], 4]);
    for (const [frame, color] of [RED, GREEN, BLUE].entries()) {
      assertColor(pixelAt(blurred, 70, 0, frame), color, 2);
      assertColor(pixelAt(blurred, 70, 59, frame), color, 2);
      const edge = pixelAt(blurred, 14, 5, frame)[color === GREEN ? 0 : 1] ?? 0; // of the white corner
      assert.ok(edge > 60 && edge < 200, String(edge));
    }
  });

  it('leaves animations alone where imagor 1.9 is to be matched', () => {
    const untouched = render('filters:blur(8):sharpen(5):lossless()', moving, { options: { compat: '1.9' } });
    assertColor(pixelAt(untouched, 14, 5, 1), WHITE, 1);
    assertColor(pixelAt(untouched, 15, 5, 1), GREEN, 1);
  });
});

describe('sharpen', () => {
  it('sets off edges', () => {
    const plainPhoto = render('', photo);
    const [sharp, sharper] = [render('filters:sharpen(1)', photo), render('filters:sharpen(4)', photo)];
    assert.ok(roughness(sharp) > roughness(plainPhoto) * 1.05);
    assert.ok(similarity(sharper, plainPhoto) < similarity(sharp, plainPhoto));
    assertColor(meanColor(sharp), meanColor(plainPhoto), 4);
  });

  it('takes the radius from the second place of several', () => {
    assert.ok(similarity(render('filters:sharpen(2)', photo), render('filters:sharpen(9,2,true)', photo)) > 0.9999);
    assert.ok(similarity(render('filters:sharpen(2)', photo), render('filters:sharpen(9,2)', photo)) > 0.9999);
  });

  it('does nothing for a sigma that is none, and something bearable for a large one', () => {
    assert.ok(same('filters:sharpen(-1)', photo));
    for (const args of ['5', '100', '1e9'])
      assert.ok(similarity(render(`filters:sharpen(${args})`, photo), render('', photo)) > 0.5);
  });

  it('goes frame by frame', () => {
    const sharp = render('filters:sharpen(3)', moving);
    assert.deepEqual([sharp.frames, sharp.height], [3, 60]);
    for (const [frame, color] of [RED, GREEN, BLUE].entries()) assertColor(pixelAt(sharp, 70, 0, frame), color, 8);
  });
});

describe('pixelate', () => {
  it('makes squares of one colour', () => {
    const squares = render('filters:pixelate(20)', photo);
    for (const [x, y] of [
      [0, 0],
      [100, 60],
      [220, 140],
    ] as const) {
      const corner = pixelAt(squares, x, y);
      for (const [dx, dy] of [
        [19, 0],
        [0, 19],
        [19, 19],
      ] as const) {
        assert.deepEqual(pixelAt(squares, x + dx, y + dy), corner);
      }
    }
    assertColor(meanColor(squares), meanColor(render('', photo)), 2);
    assert.deepEqual([squares.width, squares.height], [240, 160]);
  });

  it('makes them 10 pixels wide unless the URL says otherwise', () => {
    const squares = render('filters:pixelate(10)', photo);
    for (const args of ['', '0', '-5', 'x']) {
      assert.ok(similarity(render(`filters:pixelate(${args})`, photo), squares) > 0.9999, args);
    }
    assert.ok(same('filters:pixelate(1)', photo));
  });

  it('makes one of a picture that is smaller than a square', () => {
    const square = inScope((scope) => quarters(scope, 50, 50).pngsaveBuffer());
    const one = render('filters:pixelate(100000)', square);
    assert.deepEqual(pixelAt(one, 0, 0), pixelAt(one, 49, 49));
  });

  it('goes frame by frame', () => {
    const squares = render('filters:pixelate(20)', moving);
    assert.deepEqual([squares.frames, squares.width, squares.height, squares.delay], [3, 80, 60, [100, 200, 300]]);
    for (const [frame, color] of [RED, GREEN, BLUE].entries()) assertColor(pixelAt(squares, 70, 0, frame), color, 8);
  });
});

describe('disableBlur', () => {
  it('takes blur, sharpen and the blurred fill away', () => {
    const options = { disableBlur: true };
    const expected = render('', photo);
    assert.ok(similarity(render('filters:blur(9):sharpen(9)', photo, { options }), expected) > 0.9999);
    const filled = render('fit-in/300x300/filters:fill(blur)', photo, { options });
    assertColor(pixelAt(filled, 0, 0), [0, 0, 0], 2);
  });
});
