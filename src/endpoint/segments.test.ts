import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readSegments, SEGMENTS, SEGMENTS_BEFORE_SIZE } from './segments.ts';

/** [what is written, what it says]; a segment that is none says nothing and is left to the image. */
const CASES = {
  meta: [
    ['meta/', { meta: true }],
    ['meta', undefined],
    ['META/', undefined],
    ['metadata/', undefined],
  ],
  trim: [
    ['trim/', { trim: true, trimBy: 'top-left', trimTolerance: 0 }],
    ['trim:top-left/', { trim: true, trimBy: 'top-left', trimTolerance: 0 }],
    ['trim:bottom-right/', { trim: true, trimBy: 'bottom-right', trimTolerance: 0 }],
    ['trim:40/', { trim: true, trimBy: 'top-left', trimTolerance: 40 }],
    ['trim:bottom-right:040/', { trim: true, trimBy: 'bottom-right', trimTolerance: 40 }],
    ['trim:40:bottom-right/', undefined],
    ['trim:top-right/', undefined],
    ['trim:-1/', undefined],
    ['trim:/', undefined],
  ],
  crop: [
    ['1x2:30x40/', { cropLeft: 1, cropTop: 2, cropRight: 30, cropBottom: 40 }],
    ['0.1x.25:0.9x1.0/', { cropLeft: 0.1, cropTop: 0.25, cropRight: 0.9, cropBottom: 1 }],
    ['0x0:1.x1/', undefined],
    ['1.5x0:1x1/', undefined],
    ['0x0:2.5x1/', undefined],
    ['0x0:1.5x1.9/', { cropLeft: 0, cropTop: 0, cropRight: 1.5, cropBottom: 1.9 }],
    ['-1x0:5x5/', undefined],
    ['1e2x0:5x5/', undefined],
  ],
  'fit-in': [
    ['fit-in/', { fitIn: true }],
    ['full-fit-in/', { fitIn: true, fullFitIn: true }],
    ['adaptive-fit-in/', { fitIn: true, adaptiveFitIn: true }],
    ['adaptive-full-fit-in/', { fitIn: true, adaptiveFitIn: true, fullFitIn: true }],
    ['full-adaptive-fit-in/', undefined],
  ],
  stretch: [['stretch/', { stretch: true }]],
  size: [
    ['300x200/', { width: 300, height: 200, hFlip: false, vFlip: false }],
    ['-300x-200/', { width: 300, height: 200, hFlip: true, vFlip: true }],
    ['300x/', { width: 300, height: 0, hFlip: false, vFlip: false }],
    ['x200/', { width: 0, height: 200, hFlip: false, vFlip: false }],
    ['-x/', { width: 0, height: 0, hFlip: true, vFlip: false }],
    ['x/', { width: 0, height: 0, hFlip: false, vFlip: false }],
    ['007x00/', { width: 7, height: 0, hFlip: false, vFlip: false }],
    ['300X200/', undefined],
    ['300/', undefined],
    ['1.5x2/', undefined],
    ['+3x2/', undefined],
    ['٣x٤/', undefined],
  ],
  padding: [
    ['9x9/5x6/', { ...size(9, 9), ...padding(5, 6, 5, 6) }],
    ['9x9/5x6:7x8/', { ...size(9, 9), ...padding(5, 6, 7, 8) }],
    ['5x6:7x8/', { cropLeft: 5, cropTop: 6, cropRight: 7, cropBottom: 8 }],
    ['x/5x6:7x8/', { ...size(0, 0), ...padding(5, 6, 7, 8) }],
  ],
  alignment: [
    ['left/', { hAlign: 'left' }],
    ['center/middle/', { hAlign: 'center', vAlign: 'middle' }],
    ['right/bottom/', { hAlign: 'right', vAlign: 'bottom' }],
    ['top/', { vAlign: 'top' }],
    ['centre/', undefined],
  ],
  smart: [['smart/', { smart: true }]],
} as const;

function size(width: number, height: number): object {
  return { width, height, hFlip: false, vFlip: false };
}

function padding(paddingLeft: number, paddingTop: number, paddingRight: number, paddingBottom: number): object {
  return { paddingLeft, paddingTop, paddingRight, paddingBottom };
}

for (const [name, cases] of Object.entries(CASES)) {
  describe(name, () => {
    for (const [written, said] of cases) {
      test(said ? `reads ${written}` : `leaves ${written}`, () => {
        const path = `${written}IMAGE`;
        assert.deepEqual(readSegments(SEGMENTS, path), { said: said ?? {}, next: said ? written.length : 0 });
      });
    }
  });
}

test('each segment counts once, and only in its place', () => {
  const path = 'smart/meta/a.jpg';
  assert.deepEqual(readSegments(SEGMENTS, path), { said: { smart: true }, next: 'smart/'.length });
  assert.equal(readSegments(SEGMENTS, 'meta/meta/a.jpg').next, 'meta/'.length);
  assert.equal(readSegments(SEGMENTS, 'top/left/a.jpg').next, 'top/'.length);
});

test('slashes are passed over at the beginning alone', () => {
  assert.equal(readSegments(SEGMENTS, '//meta/trim/a.jpg').next, '//meta/trim/'.length);
  assert.equal(readSegments(SEGMENTS, 'meta//trim/a.jpg').next, 'meta/'.length);
});

test('the first few end where the size would begin', () => {
  assert.equal(readSegments(SEGMENTS_BEFORE_SIZE, 'trim/fit-in/9x9/a.jpg').next, 'trim/fit-in/'.length);
});

test('numbers beyond all measure stay finite and exact', () => {
  const digits = '9'.repeat(400);
  const { said } = readSegments(SEGMENTS, `trim:${digits}/0x0:${digits}x1/${digits}x5/a.jpg`);
  for (const value of [said.trimTolerance, said.cropRight, said.width]) assert.equal(value, Number.MAX_SAFE_INTEGER);
});
