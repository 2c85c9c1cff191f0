import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BLUE, blinking, GREEN, plain, RED } from '../../../test/fixtures/draw.ts';
import { inScope } from '../../../test/support/vips.ts';
import { clockwise, embed, extractArea, frameCount, isAnimated, mapFrames, rotate } from './pages.ts';

describe('isAnimated and frameCount', () => {
  it('tell how many frames are loaded', () => {
    inScope((scope) => {
      assert.deepEqual([isAnimated(blinking(scope, 8, 6)), frameCount(blinking(scope, 8, 6))], [true, 3]);
      assert.deepEqual([isAnimated(plain(scope, 8, 6, RED)), frameCount(plain(scope, 8, 6, RED))], [false, 1]);
      const nonsense = plain(scope, 8, 6, RED).withMetadata({ 'page-height': 4 });
      assert.equal(frameCount(nonsense), 1);
    });
  });
});

describe('mapFrames', () => {
  it('changes frame after frame, and keeps how they play', () => {
    inScope((scope) => {
      const seen: number[] = [];
      const changed = mapFrames(blinking(scope, 8, 6), (frame) => {
        seen.push(frame.height);
        return frame.flip('vertical').embed(0, 0, 10, 9);
      });
      assert.deepEqual(seen, [6, 6, 6]);
      assert.deepEqual([changed.width, changed.pageHeight, changed.height], [10, 9, 27]);
      for (const [frame, color] of [RED, GREEN, BLUE].entries()) {
        assert.deepEqual(changed.getpoint(0, 9 * frame), [...color]);
        assert.deepEqual(changed.getpoint(0, 9 * frame + 8), [0, 0, 0]);
      }
      assert.deepEqual([changed.get('delay'), changed.get('loop')], [[100, 200, 300], 4]);
    });
  });
});

describe('extractArea, embed and rotate', () => {
  it('work within frames', () => {
    inScope((scope) => {
      const cut = extractArea(blinking(scope, 80, 60), 0, 0, 40, 30);
      assert.deepEqual([cut.width, cut.pageHeight, cut.height], [40, 30, 90]);
      assert.deepEqual(
        [0, 1, 2].map((frame) => cut.getpoint(0, 30 * frame)),
        [1, 2, 3].map(() => [255, 255, 255]),
      );
      const set = embed(cut, 5, 5, 60, 50, { extend: 'background', background: [1, 2, 3] });
      assert.deepEqual(
        [set.pageHeight, set.height, set.getpoint(0, 50), set.getpoint(5, 55)],
        [50, 150, [1, 2, 3], [255, 255, 255]],
      );
      const turned = rotate(blinking(scope, 80, 60), 'd90');
      assert.deepEqual([turned.width, turned.pageHeight, turned.height], [60, 80, 240]);
      assert.deepEqual([turned.getpoint(59, 80), turned.getpoint(0, 80)], [[255, 255, 255], [...GREEN]]);
    });
  });
});

describe('clockwise', () => {
  it('turns imagor’s angles the other way around', () => {
    assert.deepEqual([90, 180, 270].map(clockwise), ['d270', 'd180', 'd90']);
    assert.deepEqual([0, 45, 360, -90, Number.NaN].map(clockwise), ['d0', 'd0', 'd0', 'd0', 'd0']);
  });
});
