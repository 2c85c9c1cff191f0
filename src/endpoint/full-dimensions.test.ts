import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { resolveFullDimension, resolveFullDimensions } from './full-dimensions.ts';
import { parse } from './parse.ts';

describe('resolveFullDimension', () => {
  for (const [token, size, flip] of [
    ['f', 640, false],
    ['full', 640, false],
    ['f-20', 620, false],
    ['full-020', 620, false],
    ['-f', 640, true],
    ['-full-20', 620, true],
    ['f-700', -60, false],
    [`f-${'9'.repeat(400)}`, 640 - 999_999, false],
  ] as const) {
    test(`resolves ${token.slice(0, 20)}`, () => assert.deepEqual(resolveFullDimension(token, 640), { size, flip }));
  }

  test('leaves everything else', () => {
    for (const token of ['', '100', '-100', 'F', 'fu', 'f+20', 'f-', 'f-2a', '--f', 'ff', 'f\n', 'x']) {
      assert.equal(resolveFullDimension(token, 640), undefined, token);
    }
  });
});

describe('resolveFullDimensions', () => {
  for (const [path, resolved] of [
    ['fxf/a.png', '640x480/a.png'],
    ['/fullxfull/a.png', '/640x480/a.png'],
    ['-f-20xf-30/a.png', '-620x450/a.png'],
    ['fx100/a.png', '640x100/a.png'],
    ['fx/a.png', '640x/a.png'],
    ['x-f/a.png', 'x-480/a.png'],
    ['f-700xf/a.png', '-60x480/a.png'],
    ['-f-700xf/a.png', '60x480/a.png'],
    ['full-100xfull-100/a.png', '540x380/a.png'],
    ['//params/full-100xfull-100/a.png', '//params/540x380/a.png'],
    ['unsafe/trim/fit-in/fxf/5x5/a.png', 'unsafe/trim/fit-in/640x480/5x5/a.png'],
    ['Az09-_=Az09-_=Az09//fxf/a.png', 'Az09-_=Az09-_=Az09//640x480/a.png'],
    ['adaptive-full-fit-in/fxf/a.png', 'adaptive-full-fit-in/640x480/a.png'],
    ['fxf/fxf/a.png', '640x480/fxf/a.png'],
    // Where the grammar has no size there is none to resolve.
    ['100x100/fxf/a.png', '100x100/fxf/a.png'],
    ['photos/fx30/a.png', 'photos/fx30/a.png'],
    ['smart/fxf/a.png', 'smart/fxf/a.png'],
    ['filters:image(fxf/a.png)/b.png', 'filters:image(fxf/a.png)/b.png'],
    ['fxf', 'fxf'],
    ['fx9999999/a.png', 'fx9999999/a.png'],
    ['a.png', 'a.png'],
    ['', ''],
  ] as const) {
    test(`resolves ${path || 'nothing'}`, () => assert.equal(resolveFullDimensions(path, 640, 480), resolved));
  }

  test('the parent’s size has a say in nothing but the size', () => {
    const pieces = ['params/', 'unsafe/', 'full-100xfull-100/', 'f', 'full', '-', 'x', '20', '/', 'fxf/', 'fit-in/'];
    const path = fc
      .array(fc.constantFrom(...pieces, 'filters:a(fxf/b)/', 'a.png', '999999', '999999999', '\n'), { maxLength: 10 })
      .map((parts) => parts.join(''));
    const side = fc.integer({ min: 1, max: 999_999 });
    fc.assert(
      fc.property(path, side, side, (text, width, height) => {
        const rest = (resolved: string): object => {
          const {
            path: _path,
            width: _width,
            height: _height,
            hFlip: _hFlip,
            vFlip: _vFlip,
            ...others
          } = parse(resolved);
          return others;
        };
        assert.deepEqual(rest(resolveFullDimensions(text, width, height)), rest(resolveFullDimensions(text, 1, 1)));
      }),
      { numRuns: 10_000 },
    );
  });

  test('takes linear time', () => {
    const started = performance.now();
    for (const unit of ['f', '9', '/', '-', 'fxf', 'meta/', 'x']) {
      for (const prefix of ['', 'f-', 'fx', 'fxf-']) resolveFullDimensions(prefix + unit.repeat(300_000), 1, 1);
    }
    assert.ok(performance.now() - started < 10_000);
  });
});
