import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_PARAMS } from '../endpoint/params.ts';
import { parse } from '../endpoint/parse.ts';
import { AppError } from '../errors.ts';
import { type Resolved, type ResolveOptions, resolve } from './resolve.ts';

const PLAIN: ResolveOptions = { baseParams: '', auto: { avif: false, webp: false, jpeg: false } };
const AUTO: ResolveOptions = { ...PLAIN, auto: { avif: true, webp: true, jpeg: false } };

const of = (path: string, options = PLAIN, accept = ''): Resolved => resolve(parse(path), accept, options);

describe('resolve', () => {
  it('leaves a path as it is when there is nothing to decide', () => {
    const path = 'fit-in/00200x0/filters:quality(80)/a%20b.jpg';
    assert.equal(of(`unsafe/${path}`).params.path, path);
  });

  it('lays the operator’s parameters under those of the URL', () => {
    const options = { ...PLAIN, baseParams: 'filters:watermark(example.jpg)' };
    const { params } = of('unsafe/fit-in/200x0/filters:format(jpg)/abc.png', options);
    assert.equal(params.path, 'fit-in/200x0/filters:format(jpg):watermark(example.jpg)/abc.png');
    assert.equal(params.image, 'abc.png');
    for (const baseParams of ['fit-in/300x200/', 'fit-in/300x200', '/fit-in/300x200', ' fit-in/300x200 ']) {
      assert.equal(of('unsafe/abc.png', { ...PLAIN, baseParams }).params.path, 'fit-in/300x200/abc.png');
    }
    assert.equal(of('unsafe/smart/abc.png', { ...PLAIN, baseParams: ' ' }).params.path, 'smart/abc.png');
  });

  it('keeps filters that say how to answer out of the path', () => {
    const soon = Date.now() + 60_000;
    const { params } = of(`unsafe/9x9/filters:attachment(a.jpg):blur(1):expire(${soon}):max_age(60)/a.jpg`);
    assert.equal(params.path, '9x9/filters:blur(1)/a.jpg');
    assert.deepEqual(params.filters, [{ name: 'blur', args: '1' }]);
    assert.equal(of('unsafe/filters:max_age(60)/a.jpg').params.path, 'a.jpg');
  });

  it('refuses a URL that has expired', () => {
    const isExpired = (error: unknown): boolean => error instanceof AppError && error.status === 410;
    assert.throws(() => of(`unsafe/filters:expire(${Date.now() - 1})/a.jpg`), isExpired);
    assert.throws(() => of('unsafe/filters:expire(-1)/a.jpg'), isExpired);
    assert.throws(() => of(`unsafe/filters:expire(${Date.now() + 60_000}):expire(0)/a.jpg`), isExpired);
    assert.throws(() => of('unsafe/a.jpg', { ...PLAIN, baseParams: 'filters:expire(1)/' }), isExpired);
    assert.doesNotThrow(() => of('unsafe/filters:expire(tomorrow):expire()/a.jpg'));
  });

  it('puts the format agreed on into the path', () => {
    assert.equal(of('unsafe/a.png', AUTO, 'image/webp').params.path, 'filters:format(webp)/a.png');
    const both = of('unsafe/9x9/filters:blur(1)/a.png', AUTO, 'image/avif,image/webp');
    assert.equal(both.params.path, '9x9/filters:blur(1):format(avif):fallback_format(webp)/a.png');
  });

  it('varies by Accept wherever that could have mattered', () => {
    assert.equal(of('unsafe/a.png', AUTO, 'image/webp').variesByAccept, true);
    assert.equal(of('unsafe/a.png', AUTO, '*/*').variesByAccept, true);
    assert.equal(of('unsafe/a.png', PLAIN, 'image/webp').variesByAccept, false);
    const named = of('unsafe/filters:format(jpeg)/a.png', AUTO, 'image/webp');
    assert.equal(named.variesByAccept, false);
    assert.equal(named.params.path, 'filters:format(jpeg)/a.png');
  });

  it('sees the format that the operator names', () => {
    const options = { ...AUTO, baseParams: 'filters:format(png)/' };
    assert.equal(of('unsafe/a.jpg', options, 'image/webp').params.path, 'filters:format(png)/a.jpg');
  });

  it('knows raw()', () => {
    assert.equal(of('unsafe/filters:raw()/a.jpg').isRaw, true);
    assert.equal(of('unsafe/a.jpg').isRaw, false);
  });

  it('turns a negative size of a caller into a flip', () => {
    const { params } = resolve({ ...NO_PARAMS, image: 'a.jpg', width: -167, height: -199 }, '', PLAIN);
    assert.deepEqual([params.width, params.height, params.hFlip, params.vFlip], [167, 199, true, true]);
    assert.equal(params.path, '-167x-199/a.jpg');
    const twice = resolve({ ...NO_PARAMS, image: 'a.jpg', width: -9, height: 9, hFlip: true }, '', PLAIN);
    assert.equal(twice.params.path, '9x9/a.jpg');
  });
});
