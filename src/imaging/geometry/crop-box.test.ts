import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ImageParams, NO_PARAMS } from '../../endpoint/params.ts';
import { type Box, cropBox, intersectBoxes } from './crop-box.ts';

type Edges = readonly [left: number, top: number, right: number, bottom: number];

const box = ([left, top, right, bottom]: Edges): Box => ({ left, top, right, bottom });

function params([cropLeft, cropTop, cropRight, cropBottom]: Edges): ImageParams {
  return { ...NO_PARAMS, cropLeft, cropTop, cropRight, cropBottom };
}

describe('cropBox', () => {
  it('is none where the URL has none', () => {
    assert.equal(cropBox(NO_PARAMS, 200, 100), undefined);
  });

  const cases: readonly (readonly [what: string, crop: Edges, expected: Edges])[] = [
    ['takes pixels as they are', [10, 20, 50, 60], [10, 20, 50, 60]],
    ['takes shares of 200 × 100', [0.1, 0.2, 0.5, 0.6], [20, 20, 100, 60]],
    ['rounds shares to whole pixels', [0.333, 0.336, 0.503, 0.667], [67, 34, 101, 67]],
    ['takes 1 on the far side for the whole', [0.5, 0.5, 1, 1], [100, 50, 199, 99]],
    ['takes numbers for pixels when one of them is larger than 1', [0.5, 0.5, 2, 1], [0.5, 0.5, 2, 1]],
    ['takes a left edge of 1 for a pixel', [1, 0, 1, 1], [1, 0, 1, 1]],
    ['stops one pixel short of the far edges, as imagor does', [0, 0, 200, 100], [0, 0, 199, 99]],
    ['stops there for what stands over', [10, 10, 999, 999], [10, 10, 199, 99]],
    ['reaches to the far edges where they are not given', [10, 0, 0, 0], [10, 0, 199, 99]],
    ['leaves a box outside of the picture empty', [500, 500, 600, 600], [500, 500, 199, 99]],
  ];
  for (const [what, crop, expected] of cases) {
    it(what, () => assert.deepEqual(cropBox(params(crop), 200, 100), box(expected)));
  }
});

describe('intersectBoxes', () => {
  const [a, b] = [box([0, 10, 100, 90]), box([20, 0, 120, 80])];

  it('gives the part that both have', () => {
    assert.deepEqual(intersectBoxes(a, b), box([20, 10, 100, 80]));
  });

  it('gives the one there is', () => {
    assert.equal(intersectBoxes(a, undefined), a);
    assert.equal(intersectBoxes(undefined, b), b);
    assert.equal(intersectBoxes(undefined, undefined), undefined);
  });

  it('gives an empty box where they do not touch', () => {
    const { left = 0, right = 0 } = intersectBoxes(box([0, 0, 10, 10]), box([20, 0, 30, 10])) ?? {};
    assert.ok(left > right);
  });
});
