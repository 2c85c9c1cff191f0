import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  BLACK,
  BLUE,
  blinking,
  deep,
  disc,
  GREEN,
  inProfile,
  plain,
  quarters,
  RED,
  scene,
  WHITE,
  YELLOW,
} from '../../../test/fixtures/draw.ts';
import { assertColor, assertColors, meanColor, type Picture, pixelAt } from '../../../test/support/picture.ts';
import { render } from '../../../test/support/render.ts';
import { inScope } from '../../../test/support/vips.ts';
import { AppError } from '../../errors.ts';

const wide = inScope((scope) => quarters(scope, 80, 40).pngsaveBuffer());
const clear = inScope((scope) => disc(scope, 40, BLUE).pngsaveBuffer());
const moving = inScope((scope) => blinking(scope, 40, 20).gifsaveBuffer());

const size = ({ width, height }: Picture): string => `${width}x${height}`;

describe('fill', () => {
  it('fills the URL’s box around the picture', () => {
    const filled = render('fit-in/80x80/filters:fill(blue)', wide);
    assert.equal(size(filled), '80x80');
    for (const y of [0, 19, 60, 79]) assertColor(pixelAt(filled, 40, y), BLUE, 0);
    assertColor(pixelAt(filled, 10, 20), RED, 0);
    assertColor(pixelAt(filled, 70, 59), YELLOW, 0);
  });

  it('puts the paddings around that', () => {
    const filled = render('fit-in/80x80/5x10:15x20/filters:fill(fff)', wide);
    assert.equal(size(filled), '100x110');
    assertColor(pixelAt(filled, 5, 30), RED, 0); // 5 to the right, 10 + 20 down
    assertColor(pixelAt(filled, 84, 69), YELLOW, 0);
    for (const [x, y] of [
      [4, 50],
      [85, 50],
      [50, 29],
      [50, 70],
      [0, 0],
      [99, 109],
    ] as const) {
      assertColor(pixelAt(filled, x, y), WHITE, 0);
    }
  });

  it('does nothing where there is nothing to fill, and paddings do nothing without it', () => {
    assert.equal(size(render('fit-in/40x40/5x5:5x5', wide)), '40x20');
    assertColor(meanColor(render('fit-in/80x40/filters:fill(red)', wide)), meanColor(render('', wide)), 0.01);
  });

  it('comes in the order of the filters', () => {
    assertColor(pixelAt(render('fit-in/80x80/filters:fill(red):invert()', wide), 0, 0), [0, 255, 255], 0);
    assertColor(pixelAt(render('fit-in/80x80/filters:invert():fill(red)', wide), 0, 0), RED, 0);
  });

  it('fills the box lying down that rotate() has turned', () => {
    const turned = render('fit-in/80x60/1x2:3x4/filters:rotate(90):fill(red)', wide);
    assert.equal(size(turned), '66x84'); // 60 + 2 + 4 by 80 + 1 + 3
    assert.equal(size(render('fit-in/80x60/filters:rotate(180):fill(red)', wide)), '80x60');
    assert.equal(size(render('fit-in/80x60/filters:rotate(90):rotate(90):fill(red)', wide)), '80x60');
  });

  it('puts its colour behind transparent pixels too', () => {
    const filled = render('fit-in/60x60/filters:fill(red)', clear);
    assert.deepEqual([size(filled), filled.bands], ['60x60', 3]);
    assertColors(filled, [
      [0.02, 0.02, RED],
      [0.2, 0.2, RED],
      [0.5, 0.5, BLUE],
    ]);
  });

  it('fills with nothing by none and transparent', () => {
    for (const color of ['none', 'transparent']) {
      const filled = render(`fit-in/80x80/filters:fill(${color})`, wide);
      assert.deepEqual(pixelAt(filled, 40, 5), [0, 0, 0, 0]);
      assertColor(pixelAt(filled, 10, 25), [...RED, 255], 0);
      assert.equal(pixelAt(render(`fit-in/60x60/filters:fill(${color})`, clear), 12, 12)[3], 0);
    }
  });

  it('fills with the average by auto, transparent pixels counted as white', () => {
    assertColor(pixelAt(render('fit-in/80x80/filters:fill(auto)', wide), 0, 0), [128, 128, 64], 2);
    const half = inScope((scope) =>
      scope.bandjoin([plain(scope, 40, 40, BLACK), plain(scope, 40, 40, [128])]).pngsaveBuffer(),
    );
    assertColor(pixelAt(render('fit-in/60x60/filters:fill(auto)', half), 0, 0), [127, 127, 127], 2);
  });

  it('fills with the picture itself, out of focus, by blur', () => {
    const photo = inScope((scope) => scene(scope).jpegsaveBuffer());
    const filled = render('fit-in/240x240/filters:fill(blur)', photo);
    assert.equal(size(filled), '240x240');
    const [above, below] = [pixelAt(filled, 120, 10), pixelAt(filled, 120, 230)];
    assert.ok(Math.abs((above[1] ?? 0) - (below[1] ?? 0)) > 20, 'it is lighter below, like the picture');
    assertColor(pixelAt(filled, 100, 10), pixelAt(filled, 101, 11), 6);
    assertColor(pixelAt(filled, 168, 96), [250, 240, 210], 8);
  });

  it('takes black for colours that are none', () => {
    for (const color of ['', 'nonsensical', '#'])
      assertColor(pixelAt(render(`fit-in/80x80/filters:fill(${color})`, wide), 0, 0), BLACK, 0);
  });

  it('fills every frame, blurred ones in black', () => {
    for (const [color, expected] of [
      ['yellow', YELLOW],
      ['blur', BLACK],
    ] as const) {
      const filled = render(`fit-in/40x40/5x5/filters:fill(${color})`, moving);
      assert.deepEqual([size(filled), filled.frames, filled.delay, filled.loop], ['50x50', 3, [100, 200, 300], 4]);
      for (const [frame, inside] of [RED, GREEN, BLUE].entries()) {
        assertColor(pixelAt(filled, 25, 2, frame), expected, 4);
        assertColor(pixelAt(filled, 25, 47, frame), expected, 4);
        assertColor(pixelAt(filled, 40, 30, frame), inside, 4);
      }
    }
    const seeThrough = render('fit-in/40x40/filters:fill(none)', moving);
    assert.deepEqual(
      [0, 1, 2].map((frame) => pixelAt(seeThrough, 20, 2, frame)[3]),
      [0, 0, 0],
    );
  });
});

describe('fill, padding and background_color on every kind of picture', () => {
  const sources = inScope((scope) => {
    const picture = scene(scope, 60, 40);
    const print = inProfile(picture, 'cmyk');
    return {
      jpeg: picture.jpegsaveBuffer(),
      grey: picture.colourspace('b-w').pngsaveBuffer(),
      'grey with alpha': disc(scope, 60, WHITE).colourspace('b-w').pngsaveBuffer(),
      '16 bits': deep(picture).pngsaveBuffer(),
      '16 bits with alpha': deep(disc(scope, 60, WHITE)).pngsaveBuffer(),
      '16 bits, grey': deep(picture.colourspace('b-w')).pngsaveBuffer(),
      CMYK: print.jpegsaveBuffer({ keep: 'none' }),
      'CMYK with a profile': print.jpegsaveBuffer(),
      'CMYK in TIFF': print.tiffsaveBuffer({ keep: 'none' }),
    };
  });
  // the second way does not resize, so that the filter meets the file's own colour space and depth
  const ways = ['fit-in/80x80/filters:', 'fit-in/80x80/filters:rotate(0):'];

  for (const [kind, source] of Object.entries(sources)) {
    it(`show the same colours: ${kind}`, () => {
      for (const way of ways) {
        for (const [name, color] of [
          ['white', WHITE],
          ['red', RED],
          ['808080', [128, 128, 128]],
        ] as const) {
          const tolerance = 4;
          assertColor(pixelAt(render(`${way}fill(${name}):format(png)`, source), 2, 2), color, tolerance);
          assertColor(pixelAt(render(`${way}padding(${name},5):format(png)`, source), 2, 2), color, tolerance);
          if (kind.endsWith('alpha')) {
            assertColor(pixelAt(render(`${way}background_color(${name})`, source), 2, 2), color, tolerance);
          }
        }
        assert.deepEqual(pixelAt(render(`${way}fill(none):format(png)`, source), 2, 2), [0, 0, 0, 0]);
        assertColor(pixelAt(render(`${way}round_corner(15,15,red):format(png)`, source), 0, 0), RED, 4);
      }
    });
  }
});

describe('padding', () => {
  const cases: readonly (readonly [args: string, expected: string, left: number, top: number])[] = [
    ['red,5', '90x50', 5, 5],
    ['red,5,10', '90x60', 5, 10],
    ['red,5,10,15', '90x60', 5, 10],
    ['red,5,10,15,20', '100x70', 5, 10],
    ['red,-5', '70x30', 0, 0],
    ['red,x', '80x40', 0, 0],
    ['red', '80x40', 0, 0],
    ['', '80x40', 0, 0],
  ];
  for (const [args, expected, left, top] of cases) {
    it(`(${args}) makes ${expected}`, () => {
      const padded = render(`filters:padding(${args})`, wide);
      assert.equal(size(padded), expected);
      if (left > 0) assertColor(pixelAt(padded, left - 1, top - 1), RED, 0);
      if (left > 0) assertColor(pixelAt(padded, padded.width - 1, padded.height - 1), RED, 0);
      assertColor(pixelAt(padded, Math.floor(padded.width / 2) - 12, top), RED, 0);
    });
  }

  it('takes every word that fill() takes for a colour', () => {
    assert.equal(pixelAt(render('filters:padding(none,5)', wide), 2, 2)[3], 0);
    assertColor(pixelAt(render('filters:padding(auto,5)', wide), 2, 2), [128, 128, 64], 2);
    assert.equal(size(render('filters:padding(blur,5)', wide)), '90x50');
  });

  it('refuses to take all away, and to add too much', () => {
    const code = (path: string): string => {
      try {
        return size(render(path, wide));
      } catch (error) {
        return error instanceof AppError ? error.code : String(error);
      }
    };
    assert.equal(code('filters:padding(red,-40)'), 'invalid');
    assert.equal(code('filters:padding(red,0,-99999999999)'), 'invalid');
    assert.equal(code('filters:padding(red,9000)'), 'max-resolution-exceeded');
    assert.equal(code('filters:padding(red,99999999999)'), 'max-resolution-exceeded');
    assert.equal(code('0x0/9999x9999/filters:fill(red)'), 'max-resolution-exceeded');
  });
});

describe('background_color', () => {
  it('shines through, and only through, transparent pixels', () => {
    const picture = render('filters:background_color(yellow)', clear);
    assert.equal(picture.bands, 3);
    assertColors(picture, [
      [0.05, 0.05, YELLOW],
      [0.5, 0.5, BLUE],
    ]);
    assertColor(meanColor(render('filters:background_color(yellow)', wide)), meanColor(render('', wide)), 0.01);
    assert.equal(render('filters:background_color()', clear).bands, 4);
  });

  it('is the average by auto', () => {
    const background = pixelAt(render('filters:background_color(auto)', clear), 0, 0);
    assert.ok(
      background[0] === background[1] && (background[0] ?? 0) > 140 && background[2] === 255,
      background.join(),
    );
  });
});
