import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_IMAGING_OPTIONS, isFilterEnabled } from './options.ts';

describe('isFilterEnabled', () => {
  it('lets every filter run by default, known or not', () => {
    for (const name of ['blur', 'fill', 'nonsense']) assert.ok(isFilterEnabled(DEFAULT_IMAGING_OPTIONS, name));
  });

  it('takes away what the operator disables, by the exact name', () => {
    const options = { ...DEFAULT_IMAGING_OPTIONS, disabledFilters: ['watermark', 'fill'] };
    assert.ok(!isFilterEnabled(options, 'watermark') && !isFilterEnabled(options, 'fill'));
    assert.ok(isFilterEnabled(options, 'Watermark') && isFilterEnabled(options, 'background_color'));
  });

  it('takes blur and sharpen away by one switch', () => {
    const options = { ...DEFAULT_IMAGING_OPTIONS, disableBlur: true };
    assert.ok(!isFilterEnabled(options, 'blur') && !isFilterEnabled(options, 'sharpen'));
    assert.ok(isFilterEnabled(options, 'pixelate') && isFilterEnabled(options, 'fill'));
  });
});
