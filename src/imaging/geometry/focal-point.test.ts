import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { focalPoint, type Point } from './focal-point.ts';

/** In a picture of 400 × 200 pixels. */
const point = (...args: readonly string[]): Point | undefined =>
  focalPoint(
    args.map((text) => ({ name: 'focal', args: text })),
    400,
    200,
  );

describe('focalPoint', () => {
  const cases: readonly (readonly [what: string, args: readonly string[], expected: Point | undefined])[] = [
    ['is none without a filter', [], undefined],
    ['is the middle of a rectangle', ['100x50:200x150'], { x: 150, y: 100 }],
    ['takes any of its separators', ['100,50,200,150'], { x: 150, y: 100 }],
    ['takes shares', ['0.25x0.25:0.75x0.75'], { x: 200, y: 100 }],
    ['takes shares up to 1 at the far side', ['0.5x0.5:1x1'], { x: 300, y: 150 }],
    ['takes a point, half a pixel inside of it', ['100x50'], { x: 100.5, y: 50.5 }],
    ['takes a point in shares', ['0.5,0.5'], { x: 200.5, y: 100.5 }],
    ['takes 1 for a pixel in points', ['1x1'], { x: 1.5, y: 1.5 }],
    ['weighs rectangles by area: 100 and 300 pixels', ['0x0:10x10', '100x0:110x30'], { x: 80, y: 12.5 }],
    ['counts each point alike', ['0x0', '100x100'], { x: 50.5, y: 50.5 }],
    ['weighs a point as one pixel', ['0x0:3x1', '100x0'], { x: (1.5 * 3 + 100.5) / 4, y: 0.5 }],
    ['passes over rectangles that are inside out', ['200x150:100x50'], undefined],
    ['passes over an empty one beside another', ['10x10:10x20', '0x0:10x10'], { x: 5, y: 5 }],
    ['passes over too few and too many numbers', ['1x2x3', '1', '', '1x2x3x4x5'], undefined],
    ['reads what is no number as 0', ['ax50'], { x: 0.5, y: 50.5 }],
    ['leaves a point outside where it is', ['9999x9999'], { x: 9999.5, y: 9999.5 }],
  ];
  for (const [what, args, expected] of cases) it(what, () => assert.deepEqual(point(...args), expected));

  it('passes over other filters', () => {
    assert.equal(focalPoint([{ name: 'blur', args: '100x50' }], 400, 200), undefined);
  });

  it('stays finite for numbers beyond all measure', () => {
    for (const args of ['1e308x1e308', '-1e308x-1e308:1e308x1e308', '0x0:1e308x1', '0x0:1e-300x1e-300']) {
      const { x = 0, y = 0 } = point(args, '10x10') ?? {};
      assert.ok(Number.isFinite(x) && Number.isFinite(y), args);
    }
  });
});
