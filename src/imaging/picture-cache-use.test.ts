import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from '../endpoint/parse.ts';
import { DEFAULT_IMAGING_OPTIONS } from './options.ts';
import type { KeptPicture } from './picture-cache-file.ts';
import { isEnough, needOf, needOfBox, needOfSource, needsOfImages } from './picture-cache-use.ts';

const whole: KeptPicture = {
  name: '',
  fileBytes: 1,
  loader: '',
  width: 600,
  height: 400,
  isShrunk: false,
  isTurned: false,
};
const shrunk = { ...whole, isShrunk: true };
const turned = { ...whole, isTurned: true };

function willDo(picture: KeptPicture, path: string): boolean {
  const need = needOf(parse(`unsafe/${path}/a.jpg`));
  return need !== undefined && isEnough(picture, need);
}

describe('needOf', () => {
  it('takes the source itself for its coordinates, other pages, other resolutions and turns', () => {
    for (const path of [
      '10x10:20x20/30x30',
      '0.1x0.1:0.5x0.5/30x30',
      '30x30/filters:focal(1x1:5x5)',
      '30x30/filters:page(2)',
      '30x30/filters:dpi(150)',
      '30x30/filters:orient(90)',
      '30x30/filters:format(webp):page(3)',
    ]) {
      assert.equal(willDo(whole, path), false, path);
    }
    for (const path of ['30x30', '30x30/filters:page(1)', '30x30/filters:page(0)', '30x30/filters:dpi(0):orient(0)']) {
      assert.equal(willDo(whole, path), true, path);
    }
    assert.equal(needOf(parse('unsafe/30x30/color:red')), undefined);
    assert.equal(needOf(parse('unsafe/30x30/')), undefined);
  });

  it('takes a shrunk picture for what is no larger, a whole one for everything', () => {
    const shrunkWillDo = ['600x400', '30x30', 'fit-in/600x9999', 'fit-in/9999x400', 'stretch/600x400'];
    const itWillNot = ['', '600x', 'x400', '601x400', '600x401', 'fit-in/601x401', 'full-fit-in/601x10', '601x1/top'];
    for (const path of shrunkWillDo) assert.equal(willDo(shrunk, path), true, path);
    for (const path of itWillNot) assert.equal(willDo(shrunk, path), false, path);
    assert.equal(willDo(shrunk, 'adaptive-fit-in/300x500'), true);
    assert.equal(willDo(shrunk, 'adaptive-fit-in/300x700'), false);
    for (const path of [...shrunkWillDo, ...itWillNot]) assert.equal(willDo(whole, path), true, path);
  });

  it('trims only what is as in the file', () => {
    for (const path of ['trim/30x30', '30x30/filters:trim()']) {
      assert.equal(willDo(whole, path), true, path);
      assert.equal(willDo(shrunk, path), false, path);
      assert.equal(willDo(turned, path), false, path);
    }
    assert.equal(willDo(turned, '30x30'), true);
  });

  it('is not asked of a source without preview()', () => {
    assert.equal(needOfSource(parse('unsafe/30x30/a.jpg')), undefined);
    assert.deepEqual(needOfSource(parse('unsafe/30x30/filters:preview()/a.jpg'))?.box, { width: 30, height: 30 });
  });
});

describe('needsOfImages', () => {
  const needs = (filters: string, options = {}) =>
    needsOfImages(parse(`unsafe/100x100/filters:${filters}/a.jpg`), { ...DEFAULT_IMAGING_OPTIONS, ...options });

  it('finds all uses of all images, nested ones too', () => {
    const found = needs(
      'watermark(w,0,0):watermark(w,0,0,0,50,50):image(30x20/filters:watermark(in,1,1)/o,0,0):image(color:red):watermark()',
    );
    assert.deepEqual([...found.keys()].sort(), ['in', 'o', 'w']);
    assert.equal(found.get('w')?.length, 2);
    assert.deepEqual(found.get('w')?.[0], needOfBox(undefined));
    assert.deepEqual(found.get('o')?.[0]?.box, { width: 30, height: 20 });
  });

  it('leaves out filters that will not run', () => {
    assert.equal(needs('watermark(w,0,0)', { disabledFilters: ['watermark'] }).size, 0);
    assert.equal(needs('blur(1):watermark(w,0,0)', { maxFilterOps: 1 }).size, 0);
  });

  it('takes the source itself where one use does', () => {
    for (const both of ['watermark(w,0,0):image(5x5:9x9/w,0,0)', 'image(5x5:9x9/w,0,0):watermark(w,0,0)']) {
      const found = needs(both);
      assert.ok(found.has('w'));
      assert.equal(found.get('w'), undefined);
    }
  });
});
