import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { generate, generatePath, generateUnsafe } from './generate.ts';
import { type ImageParams, NO_PARAMS } from './params.ts';
import { parse } from './parse.ts';

const CASES: readonly (readonly [path: string, params: Partial<ImageParams>])[] = [
  ['', {}],
  ['meta/', { meta: true }],
  ['trim/', { trim: true }],
  ['trim/', { trimBy: 'top-left' }],
  ['trim:bottom-right/', { trimBy: 'bottom-right' }],
  ['trim:7/', { trim: true, trimBy: 'top-left', trimTolerance: 7 }],
  ['trim:bottom-right:7/', { trim: true, trimBy: 'bottom-right', trimTolerance: 7 }],
  ['', { trimTolerance: 7 }],
  ['0x0:0x5/', { cropBottom: 5 }],
  ['0.1x0.25:1x0.333/', { cropLeft: 0.1, cropTop: 0.25, cropRight: 1, cropBottom: 0.333 }],
  ['0.0000001x0:0.00000000000000012x1/', { cropLeft: 1e-7, cropRight: 1.2e-16, cropBottom: 1 }],
  ['-0.0000001x0:1x1230000000000000000000000/', { cropLeft: -1e-7, cropRight: 1, cropBottom: 1.23e24 }],
  ['fit-in/', { fitIn: true }],
  ['adaptive-full-fit-in/', { fitIn: true, adaptiveFitIn: true, fullFitIn: true }],
  ['adaptive-fit-in/', { fitIn: true, adaptiveFitIn: true }],
  ['full-fit-in/', { fitIn: true, fullFitIn: true }],
  ['', { adaptiveFitIn: true, fullFitIn: true }],
  ['stretch/', { stretch: true }],
  ['30x0/', { width: 30 }],
  ['-30x-40/', { width: 30, height: 40, hFlip: true, vFlip: true }],
  ['-30x-40/', { width: -30, height: -40 }],
  ['30x40/', { width: -30, height: -40, hFlip: true, vFlip: true }],
  ['-0x0/', { hFlip: true }],
  ['0x0/5x6/', { paddingLeft: 5, paddingTop: 6, paddingRight: 5, paddingBottom: 6 }],
  ['9x9/5x6:7x8/', { width: 9, height: 9, paddingLeft: 5, paddingTop: 6, paddingRight: 7, paddingBottom: 8 }],
  ['9x9/5x6:5x8/', { width: 9, height: 9, paddingLeft: 5, paddingTop: 6, paddingRight: 5, paddingBottom: 8 }],
  ['left/top/', { hAlign: 'left', vAlign: 'top' }],
  ['right/bottom/', { hAlign: 'right', vAlign: 'bottom' }],
  ['', { hAlign: 'center', vAlign: 'middle' }],
  ['smart/', { smart: true }],
  [
    'filters:blur(2):grayscale()/',
    {
      filters: [
        { name: 'blur', args: '2' },
        { name: 'grayscale', args: '' },
      ],
    },
  ],
];

describe('generatePath', () => {
  for (const [path, params] of CASES) {
    test(`${JSON.stringify(params)} is ${path || 'nothing'}`, () => {
      assert.equal(generatePath({ ...params, image: 'a.jpg' }), `${path}a.jpg`);
    });
  }

  for (const [image, written] of [
    ['dir/a b+c%20é.jpg', 'dir/a b+c%20é.jpg'],
    ['a.jpg?v=2&w=+', 'a.jpg%3Fv=2&w=+'],
    ['dir/a (1), é.jpg', 'dir%2Fa%20%281%29%2C%20%C3%A9.jpg'],
    ["(a$&+=:@;!'*#[])", '%28a$&+=:@%3B%21%27%2A%23%5B%5D%29'],
    ['smart/a.jpg', 'smart%2Fa.jpg'],
    ['stretch', 'stretch'],
    ['dir/meta/a.jpg', 'dir/meta/a.jpg'],
    ['middle/a.jpg', 'middle/a.jpg'],
  ] as const) {
    test(`writes the image ${image}`, () => assert.equal(generatePath({ image }), written));
  }

  test('writes any image as Base64', () => {
    assert.equal(generatePath({ image: 'é?.jpg', base64Image: true, width: 5 }), '5x0/b64:w6k_LmpwZw');
  });

  test('does not repeat what the path was read from', () => {
    const params = parse('params/Az09-_=Az09-_=Az09/5x/a.jpg');
    assert.equal(generatePath(params), '5x0/a.jpg');
  });

  test('is read back as it was meant', () => {
    const pixels = fc.nat(10_000);
    const side = fc.record({ edge: pixels, flip: fc.boolean() });
    const meant = fc.record({
      meta: fc.boolean(),
      trim: fc.option(fc.record({ trimBy: fc.constantFrom('top-left', 'bottom-right'), trimTolerance: pixels })),
      crop: fc.option(fc.record({ cropLeft: pixels, cropTop: fraction(), cropRight: pixels, cropBottom: fraction() })),
      fit: fc.constantFrom({}, { fitIn: true }, { fitIn: true, adaptiveFitIn: true }, { fitIn: true, fullFitIn: true }),
      stretch: fc.boolean(),
      width: side,
      height: side,
      padding: fc.option(fc.record({ paddingTop: pixels, paddingRight: pixels, paddingBottom: pixels })),
      hAlign: fc.constantFrom('', 'left', 'right'),
      vAlign: fc.constantFrom('', 'top', 'bottom'),
      smart: fc.boolean(),
      filters: fc.array(
        fc.record(
          { name: fc.stringMatching(/^[a-z_]+$/), args: fc.stringMatching(/^[a-z0-9,/:]*$/) },
          { noNullPrototype: true },
        ),
      ),
      image: fc.string({ unit: 'grapheme', minLength: 1 }),
    });
    fc.assert(
      fc.property(meant, ({ trim, crop, fit, width, height, padding, ...plain }) => {
        const params: ImageParams = {
          ...NO_PARAMS,
          ...plain,
          ...fit,
          ...(trim && { trim: true, ...trim }),
          ...(crop && { ...crop, cropLeft: crop.cropLeft + 1 }),
          // A padding on the right or below alone is read as a crop, in imagor too.
          ...(padding && { ...padding, paddingLeft: 1 }),
          width: width.edge,
          hFlip: width.flip,
          height: height.edge,
          vFlip: height.flip,
          base64Image: true,
        };
        const path = generatePath(params);
        assert.deepEqual(parse(path), { ...params, path });
      }),
      { numRuns: 2000 },
    );
  });

  test('is stable: what was read from it generates it again', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const once = generatePath({ ...parse(text), base64Image: true });
        assert.equal(generatePath(parse(once)), once);
      }),
    );
  });
});

/** What every edge of a crop may be, beside whole pixels. */
function fraction(): fc.Arbitrary<number> {
  return fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
}

test('generateUnsafe puts unsafe/ before the path', () => {
  assert.equal(generateUnsafe({ width: 5, image: 'a.jpg' }), 'unsafe/5x0/a.jpg');
});

test('generate signs exactly the path', () => {
  assert.equal(
    generate({ width: 5, image: 'a.jpg' }, (path) => `[${path}]`),
    '[5x0/a.jpg]/5x0/a.jpg',
  );
});
