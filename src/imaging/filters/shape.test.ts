import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BLUE, blinking, disc, GREEN, plain, quarters, RED, WHITE, YELLOW } from '../../../test/fixtures/draw.ts';
import { assertColor, assertColors, type Picture, pixelAt, similarity } from '../../../test/support/picture.ts';
import { render } from '../../../test/support/render.ts';
import { inScope } from '../../../test/support/vips.ts';

const wide = inScope((scope) => quarters(scope, 80, 40).pngsaveBuffer());
const moving = inScope((scope) => blinking(scope, 40, 20).gifsaveBuffer());

const size = ({ width, height }: Picture): string => `${width}x${height}`;

describe('rotate', () => {
  const cases: readonly (readonly [angle: string, expected: string, corners: readonly (typeof RED)[]])[] = [
    ['90', '40x80', [GREEN, YELLOW, RED, BLUE]],
    ['180', '80x40', [YELLOW, BLUE, GREEN, RED]],
    ['270', '40x80', [BLUE, RED, YELLOW, GREEN]],
    ['0', '80x40', [RED, GREEN, BLUE, YELLOW]],
    ['', '80x40', [RED, GREEN, BLUE, YELLOW]],
    ['45', '80x40', [RED, GREEN, BLUE, YELLOW]],
    ['-90', '80x40', [RED, GREEN, BLUE, YELLOW]],
    ['360', '80x40', [RED, GREEN, BLUE, YELLOW]],
  ];
  for (const [angle, expected, [topLeft = RED, topRight = RED, bottomLeft = RED, bottomRight = RED]] of cases) {
    it(`turns anticlockwise by ${angle || 'nothing'}`, () => {
      const turned = render(`filters:rotate(${angle})`, wide);
      assert.equal(size(turned), expected);
      assertColors(turned, [
        [0.1, 0.1, topLeft],
        [0.9, 0.1, topRight],
        [0.1, 0.9, bottomLeft],
        [0.9, 0.9, bottomRight],
      ]);
    });
  }

  it('turns frame by frame', () => {
    const turned = render('filters:rotate(90)', moving);
    assert.deepEqual([size(turned), turned.frames, turned.delay, turned.loop], ['20x40', 3, [100, 200, 300], 4]);
    for (const [frame, color] of [RED, GREEN, BLUE].entries()) {
      assertColor(pixelAt(turned, 1, 38, frame), WHITE, 4); // was at the top left
      assertColor(pixelAt(turned, 18, 2, frame), color, 4);
    }
  });
});

describe('proportion', () => {
  const cases: readonly (readonly [percent: string, expected: string])[] = [
    ['50', '40x20'],
    ['0.5', '40x20'],
    ['1', '80x40'],
    ['100', '80x40'],
    ['9999', '80x40'],
    ['12.5', '10x5'],
    ['0.0001', '80x40'],
    ['-10', '80x40'],
    ['0', '80x40'],
    ['', '80x40'],
  ];
  for (const [percent, expected] of cases) {
    it(`(${percent}) makes ${expected}`, () =>
      assert.equal(size(render(`filters:proportion(${percent})`, wide)), expected));
  }

  it('scales every frame', () => {
    const half = render('filters:proportion(50)', moving);
    assert.deepEqual([size(half), half.frames], ['20x10', 3]);
    for (const [frame, color] of [RED, GREEN, BLUE].entries()) assertColor(pixelAt(half, 15, 8, frame), color, 8);
  });
});

describe('crop', () => {
  const cases: readonly (readonly [args: string, expected: string, middle: typeof RED])[] = [
    ['0,0,40,20', '40x20', RED],
    ['40,0,40,20', '40x20', GREEN],
    ['0.5,0.5,0.25,0.25', '20x10', YELLOW],
    ['0,0.5,30,0.5', '30x20', BLUE],
    ['60,30,999,999', '20x10', YELLOW],
    ['-50,-50,30,15', '30x15', RED],
    ['10.9,5.9,20.9,10.9', '20x10', RED],
  ];
  for (const [args, expected, middle] of cases) {
    it(`(${args}) cuts out ${expected}`, () => {
      const cut = render(`filters:crop(${args})`, wide);
      assert.equal(size(cut), expected);
      assertColors(cut, [[0.5, 0.5, middle]]);
    });
  }

  it('does nothing where nothing would be left, or something is missing', () => {
    for (const args of ['0,0,0,10', '80,0,10,10', '0,99,10,10', '0,0,-5,5', '0,0,0.001,1', '1,2,3', '']) {
      assert.equal(size(render(`filters:crop(${args})`, wide)), '80x40', args);
    }
  });

  it('counts in pixels of the result, and within frames', () => {
    assert.equal(size(render('40x20/filters:crop(30,10,99,99)', wide)), '10x10');
    const cut = render('filters:crop(20,10,10,10)', moving);
    assert.deepEqual([size(cut), cut.frames, cut.delay], ['10x10', 3, [100, 200, 300]]);
    for (const [frame, color] of [RED, GREEN, BLUE].entries()) assertColor(pixelAt(cut, 5, 5, frame), color, 4);
  });
});

describe('round_corner', () => {
  it('makes corners transparent', () => {
    const round = render('filters:round_corner(15)', wide);
    for (const [x, y] of [
      [0, 0],
      [79, 0],
      [0, 39],
      [79, 39],
      [2, 2],
    ] as const)
      assert.equal(pixelAt(round, x, y)[3], 0);
    assertColor(pixelAt(round, 15, 0), [...RED, 255], 2);
    assertColor(pixelAt(round, 0, 20), [...BLUE, 255], 2);
    assertColor(pixelAt(round, 6, 6), [...RED, 255], 2);
  });

  it('takes two radii, and a colour for behind', () => {
    const flat = render('filters:round_corner(30,5)', wide);
    assert.equal(pixelAt(flat, 3, 0)[3], 0);
    assert.equal(pixelAt(flat, 3, 5)[3], 255);
    const colored = render('filters:round_corner(15,15,yellow)', wide);
    assert.equal(colored.bands, 3);
    assertColor(pixelAt(colored, 0, 0), YELLOW, 0);
    assertColor(pixelAt(render('filters:round_corner(15,15,auto)', wide), 0, 0), [128, 128, 64], 3);
  });

  it('does nothing for no radius', () => {
    for (const args of ['', '0', 'x', '-5']) {
      assert.ok(similarity(render(`filters:round_corner(${args})`, wide), render('', wide)) > 0.9999, args);
    }
  });

  it('makes an ellipse where the radius is larger than the picture', () => {
    const ellipse = render('filters:round_corner(99999)', wide);
    assert.deepEqual(
      [pixelAt(ellipse, 5, 5)[3], pixelAt(ellipse, 40, 1)[3], pixelAt(ellipse, 1, 20)[3]],
      [0, 255, 255],
    );
  });

  it('leaves transparent pixels transparent, and colours grey pictures', () => {
    const clear = inScope((scope) => disc(scope, 40, BLUE).pngsaveBuffer());
    assert.equal(pixelAt(render('filters:round_corner(2)', clear), 5, 20)[3], 0);
    const grey = inScope((scope) => plain(scope, 40, 40, [90]).pngsaveBuffer());
    assertColor(pixelAt(render('filters:round_corner(10,10,red)', grey), 0, 0), RED, 0);
  });

  it('rounds every frame', () => {
    const round = render('filters:round_corner(8):format(webp):lossless()', moving);
    assert.equal(round.frames, 3);
    for (const [frame, color] of [RED, GREEN, BLUE].entries()) {
      assert.deepEqual([pixelAt(round, 39, 0, frame)[3], pixelAt(round, 39, 19, frame)[3]], [0, 0]);
      assertColor(pixelAt(round, 30, 10, frame), [...color, 255], 2);
    }
  });
});
