import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  BLACK,
  BLUE,
  blinking,
  deep,
  disc,
  framed,
  GREEN,
  inProfile,
  plain,
  quarters,
  RED,
  WHITE,
  YELLOW,
} from '../../../test/fixtures/draw.ts';
import { assertColors } from '../../../test/support/picture.ts';
import { describeMeta, render } from '../../../test/support/render.ts';
import { inScope } from '../../../test/support/vips.ts';
import type { Image } from '../../vips/image.ts';
import type { Scope } from '../../vips/scope.ts';
import { findTrim } from './trim.ts';

/** 60 × 40 pixels of colours in a white frame of 10. */
const inWhite = (scope: Scope): Image => framed(quarters(scope, 60, 40), 10, [255, 255, 255]);

const INSIDE = { left: 10, top: 10, right: 70, bottom: 50 };

describe('findTrim', () => {
  it('finds what a frame of one colour is around, in every kind of picture', () => {
    inScope((scope) => {
      const picture = inWhite(scope);
      const kinds = {
        rgb: picture,
        deep: deep(picture),
        grey: picture.colourspace('b-w'),
        print: inProfile(picture, 'cmyk'),
      };
      for (const [kind, image] of Object.entries(kinds)) {
        assert.deepEqual(findTrim(image, '', 20), INSIDE, kind);
        assert.deepEqual(findTrim(image, 'bottom-right', 20), INSIDE, kind);
      }
    });
  });

  it('takes the frame’s colour from the corner that it is told', () => {
    inScope((scope) => {
      const picture = plain(scope, 100, 80, RED)
        .insert(plain(scope, 100, 20, WHITE), 0, 0)
        .insert(plain(scope, 100, 10, BLACK), 0, 70);
      assert.deepEqual(findTrim(picture, 'top-left', 1), { left: 0, top: 20, right: 100, bottom: 80 });
      assert.deepEqual(findTrim(picture, 'nonsense', 1), { left: 0, top: 20, right: 100, bottom: 80 });
      assert.deepEqual(findTrim(picture, 'bottom-right', 1), { left: 0, top: 0, right: 100, bottom: 70 });
    });
  });

  it('takes transparent pixels for a frame, and transparent white and black for the same', () => {
    inScope((scope) => {
      const box = { left: 10, top: 10, right: 31, bottom: 31 };
      for (const color of [RED, WHITE, BLACK]) {
        for (const image of [
          disc(scope, 40, color),
          deep(disc(scope, 40, color)),
          disc(scope, 40, color).colourspace('b-w'),
        ]) {
          const { left, top, right, bottom } = findTrim(image, '', 1) ?? { left: 0, top: 0, right: 0, bottom: 0 };
          const distances = [left - box.left, top - box.top, right - box.right, bottom - box.bottom].map(Math.abs);
          assert.ok(Math.max(...distances) <= 4, `${left},${top},${right},${bottom}`);
        }
      }
    });
  });

  it('lets colours differ by as much as it is told, in steps of a byte', () => {
    inScope((scope) => {
      const uneven = inWhite(scope).drawRect([245, 245, 245], 0, 0, 80, 5, { fill: true });
      const edges = (tolerance: number): number => findTrim(uneven, 'bottom-right', tolerance)?.top ?? -1;
      assert.deepEqual([edges(9), edges(10), edges(100)], [0, 10, 10]);
      assert.deepEqual([edges(0), edges(1)], [0, 0]);
      assert.equal(edges(-5), edges(10), 'libvips refuses it and takes its own');
      assert.equal(findTrim(deep(uneven), 'bottom-right', 10)?.top, 10);
      assert.equal(findTrim(uneven, '', Number.MAX_SAFE_INTEGER), undefined);
    });
  });

  it('leaves alone what has no frame, is nothing but frame, or moves', () => {
    inScope((scope) => {
      const whole = { left: 0, top: 0, right: 60, bottom: 40 };
      assert.deepEqual(findTrim(quarters(scope, 60, 40).drawRect([9, 9, 9], 0, 0, 1, 1), '', 1), whole);
      assert.equal(findTrim(plain(scope, 60, 40, RED), '', 1), undefined);
      for (const [width, height] of [
        [1, 1],
        [2, 50],
        [50, 2],
        [3, 3],
      ] as const) {
        assert.equal(findTrim(plain(scope, width, height, RED), '', 1), undefined);
      }
      assert.equal(findTrim(blinking(scope, 40, 40), '', 1), undefined);
    });
  });
});

describe('trim in URLs', () => {
  const source = inScope((scope) => inWhite(scope).pngsaveBuffer());
  const size = (path: string, given: Uint8Array = source): string => {
    const { width, height } = describeMeta(path, given);
    return `${width}x${height}`;
  };

  it('comes before the resize', () => {
    assert.equal(size('trim'), '60x40');
    assert.equal(size('trim:bottom-right:20'), '60x40');
    assert.equal(size('trim/fit-in/30x30'), '30x20');
    assert.equal(size('trim/30x30'), '30x30');
    assertColors(render('trim/30x20', source), [
      [0.1, 0.1, RED],
      [0.9, 0.1, GREEN],
      [0.1, 0.9, BLUE],
      [0.9, 0.9, YELLOW],
    ]);
  });

  it('shares with the crop, which counts from the source’s corner', () => {
    assert.equal(size('trim/0x0:40x30'), '30x20');
    assert.equal(size('trim/20x20:999x999'), '50x30');
    assert.equal(size('trim/0x0:5x5'), '80x60'); // nothing is in both, so nothing is cut
  });

  it('comes last as a filter', () => {
    assert.equal(size('40x30/filters:trim(60)'), '30x20');
    assert.equal(size('filters:trim(1,bottom-right)'), '60x40');
    assert.equal(size('filters:trim()'), '60x40');
  });

  it('leaves animations alone', () => {
    const moving = inScope((scope) => blinking(scope, 40, 30).gifsaveBuffer());
    assert.equal(size('trim', moving), '40x30');
    assert.equal(size('filters:trim(5)', moving), '40x30');
  });
});
