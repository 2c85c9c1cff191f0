import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type ImageParams, NO_PARAMS } from './params.ts';
import { applyPath, parse } from './parse.ts';

/** Pieces of the grammar, whole and broken, to make texts of that reach every branch. */
const PIECES = [
  ...['params/', 'unsafe/', 'meta/', 'trim', ':bottom-right', 'fit-in/', 'adaptive-full-fit-in/', 'stretch/', 'left/'],
  ...['top/', 'smart/', 'filters:', 'blur(', ')', '(', ':', '/', '//', ',', 'x', '-', '.', '0', '9', '30x40/'],
  ...['1x2:3x4/', 'b64:', 'Zm9v', '%', '%2F', '%ff', '+', '\n', '\u2028', '哈', '\ud800', 'Az09-_=Az09-_=Az09/'],
];

const pathLike = fc.array(fc.constantFrom(...PIECES), { maxLength: 16 }).map((pieces) => pieces.join(''));

function expectParams(path: string, expected: Partial<ImageParams>): void {
  assert.deepEqual(parse(path), { ...NO_PARAMS, path, ...expected });
}

describe('parse', () => {
  test('reads a path with everything in it', () => {
    const path =
      'meta/trim:bottom-right:9/0.1x0.2:0.8x0.9/adaptive-full-fit-in/stretch/-30x-40/1x2:3x4/right/bottom/smart/' +
      'filters:blur(2):image(5x5/filters:text(a,b)/b.png,1,2)/dir%2Fa.jpg';
    expectParams(`/params/${'h'.repeat(28)}/${path}`, {
      params: true,
      hash: 'h'.repeat(28),
      path,
      meta: true,
      trim: true,
      trimBy: 'bottom-right',
      trimTolerance: 9,
      cropLeft: 0.1,
      cropTop: 0.2,
      cropRight: 0.8,
      cropBottom: 0.9,
      fitIn: true,
      adaptiveFitIn: true,
      fullFitIn: true,
      stretch: true,
      width: 30,
      height: 40,
      hFlip: true,
      vFlip: true,
      paddingLeft: 1,
      paddingTop: 2,
      paddingRight: 3,
      paddingBottom: 4,
      hAlign: 'right',
      vAlign: 'bottom',
      smart: true,
      filters: [
        { name: 'blur', args: '2' },
        { name: 'image', args: '5x5/filters:text(a,b)/b.png,1,2' },
      ],
      image: 'dir/a.jpg',
    });
  });

  test('reads what says nothing', () => {
    expectParams('', {});
    expectParams('/', { path: '' });
    expectParams('unsafe/', { path: '', unsafe: true });
    expectParams('a.jpg', { image: 'a.jpg' });
  });

  test('decodes the image, not the path', () => {
    expectParams('b64:ZGlyL2EuanBn', { image: 'dir/a.jpg', base64Image: true });
    expectParams('a%20b+c%2F.jpg', { image: 'a b c/.jpg' });
    expectParams('fit-in%2Fa.jpg', { image: 'fit-in/a.jpg' });
    expectParams('filters:text(a%2Cb)/a.jpg', { image: 'a.jpg', filters: [{ name: 'text', args: 'a%2Cb' }] });
    expectParams('caf%E9.jpg', { image: 'caf%E9.jpg' });
  });

  test('drops line breaks before anything else', () => {
    expectParams('un\nsafe/3\r\n0x\u20284\u00850/a\v.jpg', {
      unsafe: true,
      path: '30x40/a.jpg',
      width: 30,
      height: 40,
      image: 'a.jpg',
    });
  });

  test('takes a URL as the image', () => {
    const image = 'https://example.com/100x100/a.jpg';
    expectParams(`unsafe/5x5/${image}`, { unsafe: true, path: `5x5/${image}`, width: 5, height: 5, image });
  });

  test('makes well-formed parameters of any text', () => {
    const anyChar = fc.nat(0xffff).map((code) => String.fromCharCode(code));
    const text = fc.oneof(pathLike, fc.string({ unit: anyChar }));
    fc.assert(
      fc.property(text, (path) => {
        const params = parse(path);
        assert.deepEqual(Object.keys(params), Object.keys(NO_PARAMS));
        for (const value of Object.values(params)) {
          if (typeof value === 'number') assert.ok(value >= 0 && value <= Number.MAX_SAFE_INTEGER);
        }
        assert.ok(!(params.unsafe && params.hash));
      }),
      { numRuns: 10_000 },
    );
  });

  for (const unit of [
    'a',
    '9',
    '/',
    '-',
    '%ff',
    '%C3%A9',
    '%',
    '+',
    '(',
    ')',
    ':',
    'x',
    '1x',
    '\n',
    '\ud800',
    'meta/',
  ]) {
    test(`takes linear time for a long ${JSON.stringify(unit)}`, () => {
      const bytes = 1 << 20;
      const started = performance.now();
      for (const prefix of ['', '1x2:3x', 'filters:a(', 'b64:']) {
        parse(prefix + unit.repeat(bytes / unit.length));
      }
      // Quadratic time would be minutes; linear is some tens of milliseconds each.
      assert.ok(performance.now() - started < 10_000);
    });
  }
});

describe('applyPath', () => {
  const base = parse('meta/trim:5/10x20/5x6/left/filters:blur(1)/a.jpg');

  test('later values win, filters add up', () => {
    const applied = applyPath(base, '30x/right/smart/filters:fill(red)/');
    assert.deepEqual(applied, {
      ...base,
      path: '30x/right/smart/filters:fill(red)/',
      width: 30,
      height: 0,
      hAlign: 'right',
      smart: true,
      filters: [
        { name: 'blur', args: '1' },
        { name: 'fill', args: 'red' },
      ],
    });
  });

  test('an image is replaced only by an image', () => {
    assert.equal(applyPath(base, 'fit-in/').image, 'a.jpg');
    assert.equal(applyPath(base, 'fit-in/b.jpg').image, 'b.jpg');
  });

  test('what was switched on stays on', () => {
    const secure = parse('Az09-_=Az09-_=Az09/fit-in/-5x-5/b64:Zm9v');
    const { hash, fitIn, base64Image, image, hFlip } = applyPath(secure, 'unsafe/trim/');
    assert.deepEqual([hash, fitIn, base64Image, image, hFlip], [secure.hash, true, true, 'foo', true]);
    assert.equal(applyPath(secure, '5x5/').hFlip, false, 'a size says whether it flips');
  });

  test('changes neither argument', () => {
    const before = structuredClone(base);
    applyPath(base, 'filters:fill(red)/');
    assert.deepEqual(base, before);
    assert.deepEqual(NO_PARAMS.filters, []);
  });

  test('over nothing it is parse', () => {
    fc.assert(fc.property(pathLike, (path) => assert.deepEqual(applyPath(NO_PARAMS, path), parse(path))));
  });
});
