import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  animation,
  BLUE,
  blinking,
  deep,
  disc,
  GREEN,
  inProfile,
  plain,
  RED,
  WHITE,
} from '../../../test/fixtures/draw.ts';
import { assertColor } from '../../../test/support/picture.ts';
import { inScope } from '../../../test/support/vips.ts';
import type { BlendMode } from '../../vips/enums.gen.ts';
import { compositeOverlay, type Placement, parseBlendMode } from './composite.ts';

const OVER: Placement = { x: '', y: '', transparency: 0, blendMode: 'over' };

/** What a white overlay of 30 × 20 covers of a black canvas of 100 × 60: left, top, width, height. */
function covered(x: string, y: string): readonly number[] {
  return inScope((scope) => {
    const canvas = plain(scope, 100, 60, [0, 0, 0]);
    const result = compositeOverlay(canvas, plain(scope, 30, 20, WHITE), { ...OVER, x, y });
    const { left, top, width, height } = result.extractBand(0).findTrim({ background: [0], threshold: 10 });
    return [left, top, width, height];
  });
}

/** How libvips says that there is no box. */
const NOTHING = [100, 60, 0, 0];

describe('compositeOverlay, on the horizontal axis', () => {
  const cases: readonly (readonly [x: string, left: number, width: number])[] = [
    ['', 0, 30],
    ['0', 0, 30],
    ['10', 10, 30],
    ['85', 85, 15],
    ['-10', 60, 30],
    ['-70', 0, 30],
    ['-80', 0, 20],
    ['left', 0, 30],
    ['right', 70, 30],
    ['center', 35, 30],
    ['top', 0, 30], // a word of the other axis is no number, so 0
    ['nonsense', 0, 30],
    ['10p', 10, 30],
    ['50p', 50, 30],
    ['-20p', 50, 30],
    ['0.1', 10, 30],
    ['0.255', 25, 30],
    ['-0.2', 50, 30],
    ['1.5', 0, 30],
    ['repeat', 0, 100],
    ['left-20', 0, 10],
    ['l-20', 0, 10],
    ['right-20', 90, 10], // imagor counts on past the far edge
    ['r-20', 90, 10],
    ['left-x', 0, 30],
    ['top-10', 60, 30], // another axis’ edge: imagor takes the -10 for a number
  ];
  for (const [x, left, width] of cases) {
    it(`puts '${x}' at ${left}`, () => assert.deepEqual(covered(x, ''), [left, 0, width, 20]));
  }
});

describe('compositeOverlay, on the vertical axis', () => {
  const cases: readonly (readonly [y: string, top: number, height: number])[] = [
    ['', 0, 20],
    ['25', 25, 20],
    ['-5', 35, 20],
    ['top', 0, 20],
    ['bottom', 40, 20],
    ['center', 20, 20],
    ['left', 0, 20],
    ['50p', 30, 20],
    ['-50p', 10, 20],
    ['0.5', 30, 20],
    ['repeat', 0, 60],
    ['t-5', 0, 15],
    ['top-5', 0, 15],
    ['bottom-5', 45, 15],
    ['b-5', 45, 15],
  ];
  for (const [y, top, height] of cases) {
    it(`puts '${y}' at ${top}`, () => assert.deepEqual(covered('', y), [0, top, 30, height]));
  }
});

describe('compositeOverlay', () => {
  it('cuts off what stands over at corners, and passes over what lies outside', () => {
    assert.deepEqual(covered('90', '50'), [90, 50, 10, 10]);
    assert.deepEqual(covered('-85', '-50'), [0, 0, 15, 10]);
    for (const [x, y] of [
      ['100', '0'],
      ['0', '60'],
      ['-100', '0'],
      ['0', '-60'],
      ['l-30', ''],
      ['r-30', ''],
      ['99999999999', '99999999999'],
      ['-99999999999', '-99999999999'],
    ] as const) {
      assert.deepEqual(covered(x, y), NOTHING, `${x},${y}`);
    }
  });

  it('puts an overlay that is larger than the canvas where it says', () => {
    inScope((scope) => {
      const large = plain(scope, 40, 40, RED).drawRect([...GREEN], 20, 20, 20, 20, { fill: true });
      const canvas = plain(scope, 20, 20, WHITE);
      assert.deepEqual(compositeOverlay(canvas, large, OVER).getpoint(19, 19), [255, 0, 0, 255]);
      const centred = compositeOverlay(canvas, large, { ...OVER, x: 'center', y: 'center' });
      assert.deepEqual(centred.getpoint(9, 10), [255, 0, 0, 255]);
      assert.deepEqual(centred.getpoint(10, 10), [0, 255, 0, 255]);
      const farCorner = compositeOverlay(canvas, large, { ...OVER, x: 'right', y: 'bottom' });
      assert.deepEqual([farCorner.width, farCorner.height, farCorner.getpoint(0, 0)], [20, 20, [0, 255, 0, 255]]);
    });
  });

  it('fades by per cent', () => {
    inScope((scope) => {
      const [canvas, overlay] = [plain(scope, 10, 10, [0, 0, 0]), plain(scope, 10, 10, WHITE)];
      for (const [transparency, expected] of [
        [-5, 255],
        [0, 255],
        [25, 191],
        [80, 51],
        [100, 0],
        [150, 0],
        [1e9, 0],
      ] as const) {
        const [value = -1] = compositeOverlay(canvas, overlay, { ...OVER, transparency }).getpoint(5, 5);
        assert.ok(Math.abs(value - expected) <= 1, `${transparency} %: ${value}`);
      }
    });
  });

  it('lets the canvas shine through where the overlay does', () => {
    inScope((scope) => {
      const result = compositeOverlay(plain(scope, 30, 30, RED), disc(scope, 30, BLUE), OVER);
      assert.deepEqual(result.getpoint(0, 0), [255, 0, 0, 255]);
      assert.deepEqual(result.getpoint(15, 15), [0, 0, 255, 255]);
    });
  });

  it('brings colour onto grey, and grey onto colour', () => {
    inScope((scope) => {
      const [grey, red] = [plain(scope, 20, 20, [90]), plain(scope, 10, 10, RED)];
      const onGrey = compositeOverlay(grey, red, OVER);
      assert.deepEqual(
        [onGrey.getpoint(5, 5), onGrey.getpoint(15, 15)],
        [
          [255, 0, 0, 255],
          [90, 90, 90, 255],
        ],
      );
      assert.deepEqual(compositeOverlay(red, grey, OVER).getpoint(5, 5), [90, 90, 90, 255]);
    });
  });

  it('brings pictures of other depths and colour spaces together', () => {
    inScope((scope) => {
      const canvas = plain(scope, 20, 20, [40, 90, 140]);
      for (const overlay of [deep(plain(scope, 10, 10, WHITE)), inProfile(plain(scope, 10, 10, WHITE), 'cmyk')]) {
        const result = compositeOverlay(canvas, overlay, { ...OVER, transparency: 50 });
        assertColor(result.colourspace('srgb').getpoint(5, 5).slice(0, 3), [147, 172, 197], 3);
      }
      const onPrint = compositeOverlay(inProfile(canvas, 'cmyk'), plain(scope, 10, 10, RED), OVER);
      assertColor(onPrint.getpoint(5, 5).slice(0, 3), RED, 1);
      assertColor(onPrint.getpoint(15, 15).slice(0, 3), [40, 90, 140], 8);
    });
  });

  it('lays an overlay over every frame', () => {
    inScope((scope) => {
      const result = compositeOverlay(blinking(scope, 40, 40), plain(scope, 10, 10, [1, 2, 3]), { ...OVER, x: '-1' });
      assert.deepEqual([result.width, result.pageHeight, result.height], [40, 40, 120]);
      for (const [frame, color] of [RED, GREEN, BLUE].entries()) {
        assert.deepEqual(result.getpoint(35, 40 * frame + 5), [1, 2, 3, 255]);
        assert.deepEqual(result.getpoint(35, 40 * frame + 35), [...color, 255]);
      }
    });
  });

  it('plays an animated overlay along, from the start again when it is the shorter one', () => {
    inScope((scope) => {
      const overlay = animation(scope, [plain(scope, 10, 10, WHITE), plain(scope, 10, 10, [9, 9, 9])], {
        delay: [100, 100],
        loop: 0,
      });
      const result = compositeOverlay(blinking(scope, 40, 40), overlay, { ...OVER, x: '20', y: '20' });
      const seen = [0, 1, 2].map((frame) => result.getpoint(25, 40 * frame + 25)[0]);
      assert.deepEqual(seen, [255, 9, 255]);
      assert.equal(result.height, 120);
    });
  });

  it('shows the first frame of an overlay on a picture that stands still', () => {
    inScope((scope) => {
      const result = compositeOverlay(plain(scope, 50, 50, WHITE), blinking(scope, 20, 20), { ...OVER, x: '10' });
      assert.deepEqual([result.width, result.height], [50, 50]);
      assert.deepEqual(result.getpoint(25, 15), [255, 0, 0, 255]);
      assert.deepEqual(result.getpoint(25, 25), [255, 255, 255, 255]);
    });
  });
});

describe('parseBlendMode', () => {
  it('knows imagor’s names in any case, and takes others for normal', () => {
    assert.equal(parseBlendMode('multiply'), 'multiply');
    assert.equal(parseBlendMode('Color-Burn'), 'colour-burn');
    for (const name of ['', 'normal', 'over', 'nonsense', 'constructor']) assert.equal(parseBlendMode(name), 'over');
  });

  /** Over a canvas of 0.25 (64) by an overlay of 0.75 (191), after the formulas of W3C Compositing Level 1. */
  const cases: readonly (readonly [name: string, mode: BlendMode, expected: number])[] = [
    ['normal', 'over', 191],
    ['multiply', 'multiply', 48],
    ['screen', 'screen', 207],
    ['overlay', 'overlay', 96],
    ['darken', 'darken', 64],
    ['lighten', 'lighten', 191],
    ['color-dodge', 'colour-dodge', 255],
    ['color-burn', 'colour-burn', 0],
    ['hard-light', 'hard-light', 159],
    ['soft-light', 'soft-light', 96],
    ['difference', 'difference', 127],
    ['exclusion', 'exclusion', 159],
    ['add', 'add', 255],
  ];
  for (const [name, mode, expected] of cases) {
    it(`computes ${name}`, () => {
      assert.equal(parseBlendMode(name), mode);
      inScope((scope) => {
        const [canvas, overlay] = [plain(scope, 4, 4, [64, 64, 64]), plain(scope, 4, 4, [191, 191, 191])];
        const result = compositeOverlay(canvas, overlay, { ...OVER, blendMode: mode });
        assertColor(result.getpoint(1, 1).slice(0, 3), [expected, expected, expected], 2);
      });
    });
  }

  it('cuts the canvas to the overlay’s shape by mask, and out of it by mask-out', () => {
    inScope((scope) => {
      const [canvas, shape] = [plain(scope, 30, 30, RED), disc(scope, 30, BLUE)];
      const masked = compositeOverlay(canvas, shape, { ...OVER, blendMode: parseBlendMode('mask') });
      assert.deepEqual([masked.getpoint(15, 15), masked.getpoint(0, 0)[3]], [[255, 0, 0, 255], 0]);
      const cut = compositeOverlay(canvas, shape, { ...OVER, blendMode: parseBlendMode('mask-out') });
      assert.deepEqual([cut.getpoint(0, 0), cut.getpoint(15, 15)[3]], [[255, 0, 0, 255], 0]);
    });
  });
});
