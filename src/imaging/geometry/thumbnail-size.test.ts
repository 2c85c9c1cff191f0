import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { inScope } from '../../../test/support/vips.ts';
import { type Extent, type Fit, jpegShrink, shrunkExtent, thumbnailSize } from './thumbnail-size.ts';

const extent = (text: string): Extent => {
  const [width = 0, height = 0] = text.split('x').map(Number);
  return { width, height };
};

const FITS = {
  inside: { cover: false, size: 'both' },
  insideDown: { cover: false, size: 'down' },
  insideUp: { cover: false, size: 'up' },
  covering: { cover: true, size: 'both' },
  coveringDown: { cover: true, size: 'down' },
  forced: { cover: false, size: 'force' },
} as const satisfies Record<string, Fit>;

/** No picture is as long as this. */
const OPEN = 9_000_000;

/** Where a half is rounded, found by 40,000 random cases: the last bit decides. */
const TIES: [number, number, number, number, (typeof FITS)[keyof typeof FITS]][] = [
  [6, 4, 587, 391, FITS.inside],
  [812, 1160, 228, 325, FITS.inside],
  [218, 1308, 51, 303, FITS.inside],
];

describe('thumbnailSize', () => {
  const cases: readonly (readonly [image: string, box: string, fit: keyof typeof FITS, expected: string])[] = [
    ['400x200', '100x100', 'inside', '100x50'],
    ['400x200', '800x800', 'inside', '800x400'],
    ['400x200', '800x800', 'insideDown', '400x200'],
    ['400x200', '100x100', 'insideUp', '400x200'],
    ['400x200', '100x100', 'covering', '200x100'],
    ['400x200', '800x100', 'coveringDown', '400x200'],
    ['400x200', '30x70', 'forced', '30x70'],
    ['1000x3', '100x100', 'inside', '100x1'],
    ['1x5', '3x3', 'covering', '3x15'],
    ['999x333', '100x100', 'inside', '100x33'],
  ];
  for (const [image, box, fit, expected] of cases) {
    it(`brings ${image} to ${box}, ${fit}: ${expected}`, () => {
      assert.deepEqual(thumbnailSize(extent(image), extent(box), FITS[fit]), extent(expected));
    });
  }

  it('is what libvips makes of any picture and box', () => {
    const side = fc.integer({ min: 1, max: 2500 });
    inScope((scope) => {
      fc.assert(
        fc.property(side, side, side, side, fc.constantFrom(...Object.values(FITS)), (w, h, width, height, fit) => {
          // to cover a box is to stay inside of one that is open at the side where something stands over
          const isOpen = { width: fit.cover && width * h < height * w, height: fit.cover && width * h >= height * w };
          const thumbnail = scope.black(w, h).thumbnailImage(isOpen.width ? OPEN : width, {
            height: isOpen.height ? OPEN : height,
            size: fit.size,
          });
          const expected = { width: thumbnail.width, height: thumbnail.height }; // lazily: no pixel is computed
          assert.deepEqual(thumbnailSize({ width: w, height: h }, { width, height }, fit), expected);
        }),
        { numRuns: 500, examples: TIES },
      );
    });
  });

  it('leaves the smaller of box and picture, side by side, to be cropped', () => {
    const side = fc.integer({ min: 1, max: 300 });
    inScope((scope) => {
      fc.assert(
        fc.property(side, side, side, side, fc.constantFrom('both', 'down'), (w, h, width, height, size) => {
          const covering = thumbnailSize({ width: w, height: h }, { width, height }, { cover: true, size });
          const cropped = scope.black(w, h).thumbnailImage(width, { height, size, crop: 'centre' });
          assert.equal(cropped.width, Math.min(width, covering.width));
          assert.equal(cropped.height, Math.min(height, covering.height));
        }),
        { numRuns: 50 },
      );
    });
  });
});

describe('jpegShrink', () => {
  const residuals = { 2: 1.5, 4: 2, 8: 1.25 };
  const cases: readonly (readonly [box: string, fit: keyof typeof FITS, expected: number])[] = [
    ['100x100', 'inside', 8], // 10 is 8 × 1.25
    ['101x101', 'inside', 4],
    ['125x125', 'inside', 4], // 8 is 4 × 2
    ['126x126', 'inside', 2],
    ['333x333', 'inside', 2], // 3 is 2 × 1.5
    ['334x334', 'inside', 1],
    ['1000x1000', 'inside', 1],
    ['2000x2000', 'inside', 1],
    ['100x1000', 'covering', 1],
    ['100x1000', 'inside', 8],
    ['100x1000', 'forced', 1],
  ];
  for (const [box, fit, expected] of cases) {
    it(`decodes 1000x1000 at 1/${expected} for ${box}, ${fit}`, () => {
      assert.equal(jpegShrink(extent('1000x1000'), extent(box), FITS[fit], residuals), expected);
    });
  }
});

describe('shrunkExtent', () => {
  it('is the size that libvips decodes to', () => {
    inScope((scope) => {
      for (const [width, height] of [
        [160, 80],
        [161, 87],
        [15, 9],
      ] as const) {
        const jpeg = scope.black(width, height).jpegsaveBuffer();
        for (const shrink of [1, 2, 4, 8] as const) {
          const decoded = scope.jpegloadBuffer(jpeg, { shrink });
          const expected = { width: decoded.width, height: decoded.height };
          assert.deepEqual(shrunkExtent({ width, height }, shrink), expected);
        }
      }
    });
  });
});
