import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolveTextWidth } from './text-width.ts';

describe('resolveTextWidth', () => {
  /** On a canvas 400 pixels wide. */
  const cases: readonly (readonly [arg: string | undefined, pixels: number])[] = [
    [undefined, 0],
    ['', 0],
    ['0', 0],
    ['300', 300],
    ['-300', 0],
    ['80p', 320],
    ['33p', 132],
    ['150p', 600],
    ['-80p', 0],
    ['p', 0],
    ['0.75', 300],
    ['0.3333', 133],
    ['-0.5', 0],
    ['f', 400],
    ['full', 400],
    ['f-40', 360],
    ['full-150', 250],
    ['f-400', 0],
    ['f-999', 0],
    ['f+40', 0],
    ['wide', 0],
    ['1.5', 0],
  ];
  for (const [arg, pixels] of cases) {
    it(`takes ${arg === undefined ? 'nothing' : `'${arg}'`} for ${pixels} pixels`, () =>
      assert.equal(resolveTextWidth(arg, 400), pixels));
  }
});
