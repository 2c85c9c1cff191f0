import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deep, disc, inProfile, plain, RED, scene, WHITE } from '../../test/fixtures/draw.ts';
import { assertColor } from '../../test/support/picture.ts';
import { inScope } from '../../test/support/vips.ts';
import type { Image } from '../vips/image.ts';
import {
  averageColor,
  flatten,
  paintable,
  parseColor,
  parseColorImage,
  type Rgb,
  toSrgb,
  withAlpha,
  withColorBands,
} from './color.ts';

describe('parseColor', () => {
  const cases: readonly (readonly [text: string, color: Rgb])[] = [
    ['red', [255, 0, 0]],
    ['RED', [255, 0, 0]],
    ['rebeccapurple', [102, 51, 153]],
    ['lightgoldenrodyellow', [250, 250, 210]],
    ['grey', [128, 128, 128]],
    ['f60', [255, 102, 0]],
    ['#F60', [255, 102, 0]],
    ['1a2B3c', [26, 43, 60]],
    ['#1a2b3c', [26, 43, 60]],
    ['1a2b3c80', [26, 43, 60]], // opacity has no meaning behind a picture
    ['FFO', [255, 255, 0]], // no digit is 0, as in imagor
    ['zzz', [0, 0, 0]],
    ['red,blue', [255, 0, 0]],
    ['', [0, 0, 0]],
    ['12345', [0, 0, 0]],
    ['no such colour', [0, 0, 0]],
    ['constructor', [0, 0, 0]],
    ['toString', [0, 0, 0]],
  ];
  for (const [text, color] of cases) {
    it(`takes '${text}' for ${color.join(',')}`, () => {
      inScope((scope) => assert.deepEqual(parseColor(text, scope.black(1, 1)), color));
    });
  }

  it('takes auto for the average of the picture', () => {
    inScope((scope) => {
      const half = plain(scope, 100, 50, [200, 100, 0]).drawRect([100, 0, 50], 0, 0, 50, 50, { fill: true });
      assertColor([...parseColor('AUTO', half)], [150, 50, 25], 2);
    });
  });
});

describe('parseColorImage', () => {
  it('reads colours with their opacity', () => {
    assert.deepEqual(parseColorImage('color:red'), [255, 0, 0, 255]);
    assert.deepEqual(parseColorImage('COLOR: #0f0 '), [0, 255, 0, 255]);
    assert.deepEqual(parseColorImage('color:11223344'), [17, 34, 51, 68]);
    assert.deepEqual(parseColorImage('color:none'), [0, 0, 0, 0]);
    assert.deepEqual(parseColorImage('color:Transparent'), [0, 0, 0, 0]);
  });

  it('is none for anything else', () => {
    const others = [
      '',
      'red',
      'color',
      'color:',
      'color: ',
      'color:auto',
      'color:nonsensical',
      'a/color:red',
      'color:ff',
    ];
    for (const image of others) assert.equal(parseColorImage(image), undefined, image);
  });
});

describe('averageColor', () => {
  it('counts transparent pixels as white', () => {
    inScope((scope) => {
      const clear = scope.bandjoin([plain(scope, 10, 10, RED), scope.black(10, 10)]);
      assert.deepEqual(averageColor(clear), WHITE);
    });
  });

  it('is the same for grey, 16 bits and other profiles', () => {
    inScope((scope) => {
      assertColor([...averageColor(plain(scope, 10, 10, [77]))], [77, 77, 77], 0);
      const expected = averageColor(scene(scope));
      for (const same of [deep(scene(scope)), inProfile(scene(scope), 'p3')]) {
        assertColor([...averageColor(same)], expected, 2);
      }
      assertColor([...averageColor(inProfile(scene(scope), 'cmyk'))], expected, 8); // not all colours can be printed
    });
  });
});

describe('toSrgb', () => {
  it('converts by the embedded profile', () => {
    inScope((scope) => {
      const color = [200, 60, 40];
      const wide = inProfile(plain(scope, 4, 4, color), 'p3');
      assert.ok((wide.getpoint(0, 0)[0] ?? 0) < 195); // the same colour has other numbers in P3
      assertColor([...toSrgb(wide).getpoint(0, 0)], color, 2);
    });
  });

  it('converts CMYK, grey and 16 bits', () => {
    inScope((scope) => {
      const cmyk = inProfile(plain(scope, 4, 4, WHITE), 'cmyk');
      assertColor([...toSrgb(cmyk).getpoint(0, 0)], WHITE, 3);
      assert.deepEqual(toSrgb(plain(scope, 4, 4, [90])).getpoint(0, 0), [90, 90, 90]);
      assert.deepEqual(toSrgb(deep(plain(scope, 4, 4, [9, 99, 199]))).getpoint(0, 0), [9, 99, 199]);
    });
  });

  it('passes over a profile that is none, or another kind of picture’s', () => {
    inScope((scope) => {
      const image = plain(scope, 4, 4, RED);
      const withNonsense = scope.load(image.pngsaveBuffer()).withMetadata({ 'icc-profile-data': 'nonsense' });
      assert.deepEqual(toSrgb(withNonsense).getpoint(0, 0), [...RED]);
      const cmyk = inProfile(image, 'cmyk');
      const mistaken = cmyk.extractBand(0, { n: 3 }).copy({ interpretation: 'srgb' });
      assert.equal(toSrgb(mistaken).bands, 3);
    });
  });
});

describe('withColorBands and withAlpha', () => {
  it('give red, green and blue, and opacity', () => {
    inScope((scope) => {
      const color = plain(scope, 4, 4, [10, 20, 30]);
      const clear = scope.bandjoin([color, plain(scope, 4, 4, [128])]);
      const grey = plain(scope, 4, 4, [77]);
      const greyAlpha = scope.bandjoin([grey, plain(scope, 4, 4, [128])]);
      const bands = (image: Image): readonly number[] => image.getpoint(0, 0);
      assert.deepEqual(bands(withColorBands(color)), [10, 20, 30]);
      assert.deepEqual(bands(withColorBands(clear)), [10, 20, 30, 128]);
      assert.deepEqual(bands(withColorBands(grey)), [77, 77, 77]);
      assert.deepEqual(bands(withColorBands(greyAlpha)), [77, 77, 77, 128]);
      assert.deepEqual(bands(withAlpha(color)), [10, 20, 30, 255]);
      assert.deepEqual(bands(withAlpha(clear)), [10, 20, 30, 128]);
      assert.deepEqual(bands(withAlpha(grey)), [77, 77, 77, 255]);
      assert.deepEqual(bands(withAlpha(deep(color))), [10 * 256, 20 * 256, 30 * 256, 65_535]);
      const [red = 0, green = 0, blue = 0, alpha] = bands(withAlpha(inProfile(color, 'cmyk')));
      assertColor([red, green, blue], [10, 20, 30], 25);
      assert.equal(alpha, 255);
    });
  });
});

describe('paintable', () => {
  it('gives a colour in the numbers of the picture', () => {
    inScope((scope) => {
      assert.deepEqual(paintable(scene(scope), [1, 2, 3]).background, [1, 2, 3]);
      assert.deepEqual(paintable(deep(scene(scope)), [1, 2, 255]).background, [257, 514, 65_535]);
    });
  });

  it('keeps grey pictures grey, unless the colour is not', () => {
    inScope((scope) => {
      const grey = plain(scope, 4, 4, [77]);
      const [onGrey, onDeepGrey, onRed] = [paintable(grey, WHITE), paintable(deep(grey), WHITE), paintable(grey, RED)];
      assert.deepEqual([onGrey.image.bands, onGrey.background], [1, [255]]);
      assert.deepEqual([onDeepGrey.image.bands, onDeepGrey.background], [1, [65_535]]);
      assert.deepEqual([onRed.image.bands, onRed.background], [3, [255, 0, 0]]);
    });
  });

  it('turns CMYK into red, green and blue', () => {
    inScope((scope) => {
      const { image, background } = paintable(inProfile(scene(scope), 'cmyk'), RED);
      assert.deepEqual([image.interpretation, image.bands, background], ['srgb', 3, [255, 0, 0]]);
    });
  });
});

describe('flatten', () => {
  it('puts a colour behind transparent pixels, at any depth', () => {
    inScope((scope) => {
      const blue = disc(scope, 30, [0, 0, 255]);
      const [ofBytes, ofWords] = [flatten(blue, RED), flatten(deep(blue), RED)];
      assert.deepEqual(ofBytes.getpoint(0, 0), [255, 0, 0]);
      assert.deepEqual(ofBytes.getpoint(15, 15), [0, 0, 255]);
      assert.deepEqual(ofWords.getpoint(0, 0), [65_535, 0, 0]);
      assert.deepEqual(ofWords.getpoint(15, 15), [0, 0, 65_535]);
    });
  });

  it('leaves opaque pictures alone', () => {
    inScope((scope) => assert.deepEqual(flatten(plain(scope, 4, 4, [1, 2, 3]), RED).getpoint(0, 0), [1, 2, 3]));
  });
});
