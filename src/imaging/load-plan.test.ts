import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from '../endpoint/parse.ts';
import { type LoadPlan, planLoad } from './load-plan.ts';
import { DEFAULT_IMAGING_OPTIONS, type ImagingOptions } from './options.ts';

const MAX = 9999;
const LARGEST = { width: MAX, height: MAX, crop: 'none', size: 'down' };

function plan(path: string, options: Partial<ImagingOptions> = {}, canBeAnimated: boolean = true): LoadPlan {
  return planLoad(parse(`unsafe/${path}/a.jpg`), canBeAnimated, { ...DEFAULT_IMAGING_OPTIONS, ...options });
}

describe('planLoad, thumbnail', () => {
  it('loads a picture as it is, no larger than allowed, when the URL names no size', () => {
    for (const path of ['', '0x0', 'fit-in', 'fit-in/0x0', 'filters:blur(2)', '-0x0', 'smart', 'top']) {
      assert.deepEqual(plan(path).thumbnail, LARGEST, path);
      assert.equal(plan(path).resized, false, path);
    }
  });

  const resized: readonly (readonly [path: string, thumbnail: readonly [number, number, string, string]])[] = [
    ['fit-in/300x200', [300, 200, 'none', 'down']],
    ['fit-in/300x0', [300, MAX, 'none', 'down']],
    ['fit-in/0x200', [MAX, 200, 'none', 'down']],
    ['fit-in/300x200/filters:upscale()', [300, 200, 'none', 'both']],
    ['fit-in/300x200/filters:upscale():no_upscale()', [300, 200, 'none', 'down']],
    ['fit-in/300x200/filters:no_upscale():upscale()', [300, 200, 'none', 'both']],
    ['fit-in/stretch/300x200', [300, 200, 'none', 'down']],
    ['fit-in/-300x200', [300, 200, 'none', 'down']],
    ['stretch/300x200', [300, 200, 'none', 'force']],
    ['300x200/filters:stretch()', [300, 200, 'none', 'force']],
    ['stretch/300x200/filters:no_upscale()', [300, 200, 'none', 'force']],
    ['300x0', [300, MAX, 'none', 'both']],
    ['0x200', [MAX, 200, 'none', 'both']],
    ['300x0/filters:no_upscale()', [300, MAX, 'none', 'down']],
    ['300x200', [300, 200, 'centre', 'both']],
    ['-300x200', [300, 200, 'centre', 'both']],
    ['300x200/filters:no_upscale()', [300, 200, 'centre', 'down']],
    ['300x200/center', [300, 200, 'centre', 'both']],
    ['300x200/middle', [300, 200, 'centre', 'both']],
    ['300x200/center/middle', [300, 200, 'centre', 'both']],
    ['300x200/smart', [300, 200, 'attention', 'both']],
    ['300x200/left/top/smart', [300, 200, 'attention', 'both']],
    ['300x200/top', [300, 200, 'low', 'both']],
    ['300x200/left', [300, 200, 'low', 'both']],
    ['300x200/bottom', [300, 200, 'high', 'both']],
    ['300x200/right', [300, 200, 'high', 'both']],
    ['300x200/filters:fill(red):background_color(blue)', [300, 200, 'centre', 'both']],
    ['300x200/filters:orient(0):max_bytes(0):orient(x)', [300, 200, 'centre', 'both']],
    ['99999999999x200', [1_000_000, 200, 'centre', 'both']],
  ];
  for (const [path, [width, height, crop, size]] of resized) {
    it(`resizes while loading for ${path}`, () => {
      const { thumbnail, resized: isResized } = plan(path);
      assert.deepEqual({ thumbnail, isResized }, { thumbnail: { width, height, crop, size }, isResized: true });
    });
  }

  it('leaves a crop and an alignment that take the picture’s proportions to later', () => {
    const paths = ['10x10:50x50/300x200', '0.1x0.1:0.9x0.9', '300x200/left/top', '300x200/right/middle', 'stretch/0x9'];
    for (const path of [...paths, '300x200/center/top', 'fit-in/0x5:10x20/300x200']) {
      assert.deepEqual(plan(path).thumbnail, LARGEST, path);
      assert.equal(plan(path).resized, false, path);
    }
  });

  it('loads the source’s own pixels for what looks at them', () => {
    const paths = ['trim', 'trim:bottom-right:10', '300x-200', 'full-fit-in/300x200', 'adaptive-fit-in/300x200'];
    const filters = ['trim()', 'focal(10x10)', 'rotate(90)', 'rotate()', 'orient(90)', 'max_bytes(1000)'];
    const autos = ['fill(auto)', 'background_color(auto)', 'fill(auto,x)', 'draw_detections()'];
    for (const path of [...paths, ...[...filters, ...autos].map((filter) => `300x200/filters:${filter}`)]) {
      assert.equal(plan(path).thumbnail, undefined, path);
      assert.equal(plan(path).resized, false, path);
    }
  });

  it('does not do so for filters that will not run', () => {
    const options = { disabledFilters: ['rotate', 'focal', 'fill', 'stretch', 'upscale'] };
    const path = 'fit-in/300x200/filters:rotate(90):focal(1x1):fill(auto):upscale()';
    assert.deepEqual(plan(path, options).thumbnail, { width: 300, height: 200, crop: 'none', size: 'down' });
    assert.equal(plan('300x200/filters:stretch()', options).stretch, false);
  });

  it('keeps to the operator’s sizes for sides that are open', () => {
    const options = { maxWidth: 500, maxHeight: 400 };
    assert.deepEqual(plan('', options).thumbnail, { width: 500, height: 400, crop: 'none', size: 'down' });
    assert.deepEqual(plan('300x0', options).thumbnail, { width: 300, height: 400, crop: 'none', size: 'both' });
    assert.deepEqual(plan('0x300', options).thumbnail, { width: 500, height: 300, crop: 'none', size: 'both' });
  });
});

describe('planLoad, switches', () => {
  it('lets pictures grow but for fit-in, unless a filter says otherwise', () => {
    const upscale = (path: string): boolean => plan(path).upscale;
    assert.ok(upscale('300x200') && upscale('full-fit-in/300x200') && upscale('fit-in/9x9/filters:upscale()'));
    assert.ok(!upscale('fit-in/300x200') && !upscale('300x200/filters:no_upscale()'));
    assert.ok(!upscale('adaptive-fit-in/300x200') && !upscale('full-fit-in/300x200/filters:no_upscale()'));
  });

  it('takes the last number that is one for page, dpi and orient', () => {
    const { page, dpi, orient } = plan('filters:page(2):page(5):page(-1):dpi(300):dpi(x):orient(90):orient(0)');
    assert.deepEqual({ page, dpi, orient }, { page: 5, dpi: 300, orient: 90 });
    const none = plan('filters:page():dpi(0):orient(-90)');
    assert.deepEqual([none.page, none.dpi, none.orient], [1, 0, 0]);
  });
});

describe('planLoad, frames', () => {
  const cases: readonly (readonly [path: string, allowed: number, frames: number])[] = [
    ['', -1, -1],
    ['', 5, 5],
    ['', 1, 1],
    ['', 0, 1],
    ['', -7, 1],
    ['filters:max_frames(3)', -1, 3],
    ['filters:max_frames(3)', 2, 2],
    ['filters:max_frames(3)', 10, 3],
    ['filters:max_frames(5):max_frames(3):max_frames(4)', -1, 3],
    ['filters:max_frames(0):max_frames(-2):max_frames(x)', -1, -1],
    ['filters:format(jpeg)', -1, 1],
    ['filters:format(avif)', 9, 1],
    ['filters:format(svg)', -1, 1],
    ['filters:format(webp)', -1, -1],
    ['filters:format(gif):max_frames(2)', -1, 2],
    ['filters:format(nonsense)', -1, -1],
    ['filters:format(avif):fallback_format(webp)', -1, -1],
    ['filters:format(avif):fallback_format(webp):max_frames(4)', 3, 3],
    ['filters:format(avif):fallback_format(png)', -1, 1],
  ];
  for (const [path, allowed, frames] of cases) {
    it(`loads ${frames} of '${path}' where ${allowed} are allowed`, () => {
      assert.equal(plan(path, { maxAnimationFrames: allowed }).frames, frames);
    });
  }

  it('loads one of a file that cannot be animated', () => {
    assert.equal(plan('filters:max_frames(5)', {}, false).frames, 1);
  });

  it('does not heed filters that are disabled', () => {
    assert.equal(plan('filters:format(jpeg):max_frames(2)', { disabledFilters: ['format', 'max_frames'] }).frames, -1);
  });
});
