import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inScope } from '../../test/support/vips.ts';
import { AppError } from '../errors.ts';
import type { Thumbnail } from './geometry/thumbnail.ts';
import { DEFAULT_IMAGING_OPTIONS } from './options.ts';
import { checkResolution, checkThumbnail } from './resolution.ts';

const tooLarge = (error: unknown): boolean => error instanceof AppError && error.code === 'max-resolution-exceeded';

describe('checkResolution', () => {
  it('bounds each side, and the pixels of all frames', () => {
    inScope((scope) => {
      const check = (width: number, height: number, pageHeight = height): unknown =>
        checkResolution(
          scope.black(width, height).withMetadata({ 'page-height': pageHeight }),
          DEFAULT_IMAGING_OPTIONS,
        );
      assert.ok(check(9_000, 9_000));
      assert.ok(check(10, 100_000, 100));
      assert.throws(() => check(10_000, 1), tooLarge);
      assert.throws(() => check(1, 10_000), tooLarge);
      assert.throws(() => check(9_001, 9_000), tooLarge);
      assert.throws(() => check(1_000, 90_000, 1_000), tooLarge);
    });
  });

  it('lets everything through without limits', () => {
    inScope((scope) => {
      assert.ok(checkResolution(scope.black(20_000, 20_000), { ...DEFAULT_IMAGING_OPTIONS, unlimited: true }));
    });
  });
});

describe('checkThumbnail', () => {
  const check = (source: readonly [number, number], thumbnail: Thumbnail, orientation = 1): void =>
    inScope((scope) => {
      const image = scope.black(...source).withMetadata({ orientation });
      checkThumbnail(image, thumbnail, DEFAULT_IMAGING_OPTIONS);
    });

  it('knows how large a picture would become, before it does', () => {
    check([100, 100], { width: 9_000, height: 9_000, crop: 'centre', size: 'both' });
    assert.throws(() => check([100, 100], { width: 9_999, height: 9_999, crop: 'centre', size: 'both' }), tooLarge);
    assert.throws(() => check([100, 100], { width: 20_000, height: 10, crop: 'none', size: 'force' }), tooLarge);
    check([100, 100], { width: 20_000, height: 20_000, crop: 'none', size: 'down' });
  });

  it('counts what a crop is cut from, but not its sides', () => {
    check([100, 600], { width: 2_000, height: 100, crop: 'centre', size: 'both' });
    assert.throws(() => check([10, 1_000], { width: 2_000, height: 100, crop: 'centre', size: 'both' }), tooLarge);
  });

  it('turns the box with the picture', () => {
    check([50, 100], { width: 9_999, height: 5_000, crop: 'none', size: 'both' }, 6);
    assert.throws(() => check([100, 10], { width: 1_000, height: 12_000, crop: 'none', size: 'both' }, 6), tooLarge);
  });
});
