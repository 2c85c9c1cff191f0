import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { AppError } from '../errors.ts';
import { type ImageKeysOptions, imageKeys, overlayParams, watermarkKey } from './image-keys.ts';
import { parse } from './parse.ts';

const ALL: ImageKeysOptions = { maxDepth: 9, maxCount: 99, skip: () => false };

function keysOf(path: string, options: Partial<ImageKeysOptions> = {}): string[] {
  return imageKeys(parse(path), { ...ALL, ...options });
}

for (const [arg, key] of [
  ['logo.png', 'logo.png'],
  ['https%3A%2F%2Fexample.com%2Fa.png%3Fv=1', 'https://example.com/a.png?v=1'],
  ['b64:ZGlyL2EuanBn', 'dir/a.jpg'],
  ['b64:logo.png', 'b64:logo.png'],
  ['50x50/logo.png', '50x50/logo.png'],
  ['color:red', 'color:red'],
] as const) {
  test(`watermark(${arg}) needs ${key}`, () => assert.equal(watermarkKey(arg), key));
}

describe('overlayParams', () => {
  test('reads an image path, itself percent-encoded', () => {
    const { width, image, filters } = overlayParams('50x50%2Ffilters%3Ablur(1)%2Fa%2520b%2B.png');
    assert.deepEqual([width, image, filters], [50, 'a b .png', [{ name: 'blur', args: '1' }]]);
  });

  test('takes sizes from the parent', () => {
    const { width, height, hFlip, image } = overlayParams('-f-20xfull/b64:Zm9v', 640, 480);
    assert.deepEqual([width, height, hFlip, image], [620, 480, true, 'foo']);
  });

  test('gives the same key for any parent', () => {
    const pieces = ['fxf', 'f-20x-full', '%2F', '/', 'unsafe/', 'a.png', 'fit-in/', 'b64:', 'Zm9v', '+', '%', '%25'];
    const arg = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(''));
    const side = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(arg, side, side, (text, width, height) => {
        assert.equal(overlayParams(text, width, height).image, overlayParams(text).image);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('imageKeys', () => {
  for (const [path, keys] of [
    ['a.jpg', []],
    ['filters:blur(2):text(watermark)/a.jpg', []],
    ['filters:watermark(w.png,1,2,3):image(50x/i.png,1):watermark(v.png)/a.jpg', ['w.png', 'i.png', 'v.png']],
    ['filters:watermark(w.png):watermark(w.png,5):image(w.png)/a.jpg', ['w.png']],
    ['filters:image(5x5/filters:watermark(n.png,1):image(fxf/m.png)/i.png,1,2)/a.jpg', ['i.png', 'n.png', 'm.png']],
    ['filters:image(5x5%2Ffilters%3Awatermark(n.png)%2Fi.png,1)/a.jpg', ['i.png', 'n.png']],
    ['filters:image(color:red,1):image(5x5/filters:watermark(n.png)/COLOR:blue)/a.jpg', ['n.png']],
    ['filters:watermark():watermark(,1):image():image(5x5/)/a.jpg', []],
    ['filters:watermark(a%252Fb.png)/a.jpg', ['a%2Fb.png']],
  ] as const) {
    test(path, () => assert.deepEqual(keysOf(path), keys));
  }

  test('passes over what it is told to, by name and place', () => {
    const path = 'filters:blur(1):watermark(w.png):image(filters:watermark(n.png)/i.png)/a.jpg';
    assert.deepEqual(keysOf(path, { skip: (name) => name === 'watermark' }), ['i.png']);
    assert.deepEqual(keysOf(path, { skip: (name) => name === 'image' }), ['w.png']);
    assert.deepEqual(keysOf(path, { skip: (_name, index) => index >= 2 }), ['w.png']);
  });

  const refuses = (path: string, options: Partial<ImageKeysOptions>, message: RegExp): void => {
    assert.throws(
      () => keysOf(path, options),
      (error) => error instanceof AppError && error.code === 'invalid' && message.test(error.publicMessage),
    );
  };

  test('refuses overlays that are too deep', () => {
    const path = 'filters:image(filters:image(filters:blur(1)/c.png)/b.png)/a.jpg';
    assert.deepEqual(keysOf(path, { maxDepth: 2 }), ['b.png', 'c.png']);
    refuses(path, { maxDepth: 1 }, /go 1 deep/);
    refuses(path, { maxDepth: 0 }, /go 0 deep/);
    assert.deepEqual(keysOf('filters:blur(1)/a.jpg', { maxDepth: 0 }), []);
  });

  test('refuses too many overlays, of one image too', () => {
    const path = 'filters:watermark(w.png):watermark(w.png):image(filters:image(color:red)/i.png)/a.jpg';
    assert.deepEqual(keysOf(path, { maxCount: 4 }), ['w.png', 'i.png']);
    refuses(path, { maxCount: 3 }, /^3 images/);
  });

  test('stands any text', () => {
    const pieces = [
      'filters:',
      'image(',
      'watermark(',
      '(',
      ')',
      ',',
      ':',
      '/',
      'fxf/',
      'a',
      '%28',
      '%2528',
      'b64:',
      '%',
    ];
    const path = fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(path, (text) => assert.ok(!keysOf(text, { maxDepth: 30 }).includes(''))),
      { numRuns: 10_000 },
    );
  });

  test('gives up early on a tower of images', () => {
    const levels = 50_000;
    const path = `${'filters:image('.repeat(levels)}i.png${')/b.png'.repeat(levels)}`;
    const started = performance.now();
    refuses(path, {}, /go 9 deep/);
    assert.ok(performance.now() - started < 10_000);
  });
});
