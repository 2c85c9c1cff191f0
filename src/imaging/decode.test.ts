import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { scene } from '../../test/fixtures/draw.ts';
import { readPicture, similarity } from '../../test/support/picture.ts';
import { inScope } from '../../test/support/vips.ts';
import { NO_PARAMS } from '../endpoint/params.ts';
import type { Image } from '../vips/image.ts';
import { decode } from './decode.ts';
import type { Thumbnail } from './geometry/thumbnail.ts';
import { planLoad } from './load-plan.ts';
import { DEFAULT_IMAGING_OPTIONS } from './options.ts';

// JPEGs of more than 100,000 pixels, which are not decoded as vips_thumbnail would

const large = inScope((scope) => scene(scope, 900, 700).jpegsaveBuffer({ Q: 90 }));

/** Decodes to a size, and has libvips do the same. */
function both<Result>(jpeg: Uint8Array, thumbnail: Thumbnail, judge: (ours: Image, theirs: Image) => Result): Result {
  return inScope((scope) => {
    const plan = { ...planLoad(NO_PARAMS, false, DEFAULT_IMAGING_OPTIONS), thumbnail };
    const { width, height, crop, size } = thumbnail;
    return judge(
      decode(scope, jpeg, plan, DEFAULT_IMAGING_OPTIONS),
      scope.thumbnailBuffer(jpeg, width, { height, crop, size }),
    );
  });
}

describe('decoding a large JPEG', () => {
  it('gives the size that libvips gives, whatever the picture, its orientation, the box and the crop', () => {
    const side = fc.integer({ min: 20, max: 600 });
    const thumbnails = fc.record<Thumbnail>({
      width: side,
      height: side,
      crop: fc.constantFrom('none', 'centre', 'attention', 'low', 'high'),
      size: fc.constantFrom('both', 'down'),
    });
    const pictures = fc.tuple(fc.integer({ min: 330, max: 900 }), fc.integer({ min: 330, max: 700 }));
    fc.assert(
      fc.property(pictures, fc.integer({ min: 1, max: 8 }), thumbnails, ([width, height], orientation, thumbnail) => {
        const jpeg = inScope((scope) =>
          scope.load(large).extractArea(0, 0, width, height).withMetadata({ orientation }).jpegsaveBuffer(),
        );
        const sizes = both(jpeg, thumbnail, (ours, theirs) => [
          [ours.width, ours.height],
          [theirs.width, theirs.height],
        ]);
        assert.deepEqual(sizes[0], sizes[1]);
      }),
      { numRuns: 60 },
    );
  });

  it('looks like what libvips makes of it', () => {
    for (const height of [250, 233, 200, 80, 67, 60]) {
      const alike = both(large, { width: 9999, height, crop: 'none', size: 'down' }, (ours, theirs) =>
        similarity(readPicture(ours.pngsaveBuffer()), readPicture(theirs.pngsaveBuffer())),
      );
      assert.ok(alike > 0.985, `${height}: ${alike}`);
    }
  });
});
