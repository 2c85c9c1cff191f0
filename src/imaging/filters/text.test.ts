import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BLUE, blinking, disc, GREEN, plain, RED, WHITE } from '../../../test/fixtures/draw.ts';
import { assertColor, type Picture, pixelAt } from '../../../test/support/picture.ts';
import { render } from '../../../test/support/render.ts';
import { inScope } from '../../../test/support/vips.ts';
import { AppError } from '../../errors.ts';

// Which fonts a machine has is not ours to say; one without any draws boxes for letters. So: where something is
// written and in which colour, not what it looks like.

const white = inScope((scope) => plain(scope, 200, 100, WHITE).pngsaveBuffer());

/** The box around everything that is not white: left, top, right, bottom; undefined for a blank picture. */
function written({ width, height, rgba }: Picture): readonly [number, number, number, number] | undefined {
  let box: [number, number, number, number] | undefined;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      if ((rgba[at] ?? 0) + (rgba[at + 1] ?? 0) + (rgba[at + 2] ?? 0) > 700) continue;
      const [left, top, right, bottom] = box ?? [x, y, x, y];
      box = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
    }
  }
  return box;
}

const boxOf = (filter: string): readonly [number, number, number, number] =>
  written(render(`filters:${filter}`, white)) ?? assert.fail(`${filter} writes nothing`);

/** The pixel that differs most from white. */
function ink({ rgba }: Picture): number[] {
  let darkest = [255, 255, 255];
  for (let at = 0; at < rgba.length; at += 4) {
    const pixel = [...rgba.subarray(at, at + 3)];
    if (pixel.reduce((sum, value) => sum + value) < darkest.reduce((sum, value) => sum + value)) darkest = pixel;
  }
  return darkest;
}

for (const [path, same] of [
  ['text(Hello,0,0,,red)', 'text(Hello,0,0,sans-12,red)'],
  ['label(Hello,0,0,30,red,0,)', 'label(Hello,0,0,30,red,0,sans-12)'],
] as const) {
  it(`${path} takes libvips' own font`, () => {
    assert.deepEqual(render(`filters:${path}`, white).rgba, render(`filters:${same}`, white).rgba);
  });
}

for (const [name, sized] of [
  ['label', (text: string, x: string, y: string) => `label(${text},${x},${y},20)`],
  ['text', (text: string, x: string, y: string) => `text(${text},${x},${y},sans-20)`],
] as const) {
  describe(name, () => {
    it('writes at the top left, or where the URL says', () => {
      const [left, top] = boxOf(sized('Hi', '0', '0'));
      assert.ok(left < 10 && top < 20, `${left},${top}`);
      const [movedLeft, movedTop] = boxOf(sized('Hi', '50', '40'));
      assert.deepEqual([movedLeft - left, movedTop - top], [50, 40]);
      const [, , right, bottom] = boxOf(sized('Hi', 'right', 'bottom'));
      assert.ok(right > 185 && bottom > 75, `${right},${bottom}`);
      const [centredLeft, , centredRight] = boxOf(sized('Hi', 'center', 'center'));
      assert.ok(Math.abs((centredLeft + centredRight) / 2 - 100) < 6);
    });

    it('reads percent escapes, plus signs and base64url', () => {
      const expected = boxOf(sized('Hi%20there', '5', '5'));
      assert.deepEqual(boxOf(sized('Hi+there', '5', '5')), expected);
      const encoded = Buffer.from('Hi there').toString('base64url');
      assert.deepEqual(boxOf(sized(`b64:${encoded}`, '5', '5')), expected);
    });

    it('takes text for what it says, unless it is well-formed markup', () => {
      for (const text of ['Tom & Jerry', '1 < 2', '<b>bold', 'a > b & <i>', '&nbsp;', '100%', 'b64:%%%']) {
        assert.ok(boxOf(sized(encodeURIComponent(text), '5', '5')), text);
      }
      assert.deepEqual(boxOf(sized('A%26amp;B', '5', '5')), boxOf(sized('A%26B', '5', '5')));
    });

    it('writes nothing for nothing', () => {
      for (const text of ['', '%20', '+++', 'b64:', 'b64:ICA', '%E2%80%8B%00', '%00']) {
        const blank = written(render(`filters:${sized(text, '0', '0')}`, white));
        assert.ok(blank === undefined || text.includes('%E2'), text); // without fonts, a box for a zero-width space
      }
    });

    it('writes any script, and whatever else there is', () => {
      for (const text of ['مرحبا', '你好', 'é', '👋🏽', '\ud800', '\u0001\u0002', 'a\nb\r\nc\td', 'x'.repeat(300)]) {
        const encoded = Buffer.from(text).toString('base64url');
        assert.equal(render(`filters:${sized(`b64:${encoded}`, '0', '0')}`, white).width, 200);
      }
    });

    it('writes on every frame', () => {
      const moving = inScope((scope) => blinking(scope, 80, 40).webpsaveBuffer({ lossless: true }));
      const lettered = render(`filters:${sized('HHHHHHHH', '0', '15')}:lossless()`, moving);
      assert.deepEqual([lettered.frames, lettered.delay], [3, [100, 200, 300]]);
      for (const [frame, color] of [RED, GREEN, BLUE].entries()) {
        assertColor(pixelAt(lettered, 79, 2, frame), color, 0);
        const line = Array.from({ length: 60 }, (_, x) => pixelAt(lettered, x, 24, frame));
        assert.ok(
          line.some(([red = 0, green = 0, blue = 0]) => red + green + blue < 60),
          `frame ${frame}`,
        );
      }
    });

    it('writes on grey and on transparent pictures', () => {
      const grey = inScope((scope) => plain(scope, 200, 100, [255]).pngsaveBuffer());
      assert.ok(written(render(`filters:${sized('Hi', '5', '5')}`, grey)));
      const clear = inScope((scope) => disc(scope, 100, BLUE).pngsaveBuffer());
      assert.ok(
        render(`filters:${sized('HH', '0', '0')}`, clear).rgba.some(
          (value, at) => at % 4 === 3 && at < 8000 && value > 0,
        ),
      );
    });
  });
}

describe('label', () => {
  it('makes letters as high as the URL says', () => {
    const height = ([, top, , bottom]: readonly [number, number, number, number]): number => bottom - top + 1;
    const small = height(boxOf('label(HgH,0,0,20)'));
    assert.ok(small <= 20);
    assert.deepEqual(boxOf('label(HgH,0,0)'), boxOf('label(HgH,0,0,20)'));
    assert.equal(render('filters:label(Hi,0,0,0):label(Hi,0,0,-5):label(Hi,0,0,x)', white).width, 200);
  });

  it('takes a colour, transparency and a font', () => {
    assertColor(ink(render('filters:label(HHH,5,5,40,red)', white)), RED, 4);
    assertColor(ink(render('filters:label(HHH,5,5,40,blue,50)', white)), [128, 128, 255], 6);
    assertColor(ink(render('filters:label(HHH,5,5,40)', white)), [0, 0, 0], 4);
    assert.ok(boxOf('label(Hi,0,0,20,red,0,monospace)'));
    assert.ok(boxOf('label(Hi,0,0,20,red,0,no-such-font-at-all)'));
  });
});

describe('text', () => {
  const encoded = Buffer.from('one two three four five six').toString('base64url');
  const set = (rest: string): string => `text(b64:${encoded},0,0,sans-12,black,0,${rest})`;

  it('wraps at a width, in every notation of one', () => {
    const [, , , oneLine] = boxOf(set(''));
    const [, , right, several] = boxOf(set(',60'));
    assert.ok(several > oneLine + 8 && right < 100, `${several}, ${right}`);
    for (const width of ['30p', '0.3', 'f-140', 'full-140'])
      assert.deepEqual(boxOf(set(`,${width}`)), boxOf(set(',60')), width);
    for (const width of ['0', 'x', '-5', 'f', '99999999999'])
      assert.deepEqual(boxOf(set(`,${width}`)), boxOf(set('')), width);
  });

  it('aligns, justifies, wraps and spaces as it is told', () => {
    for (const align of ['low', 'centre', 'CENTER', 'high', 'right', 'constructor', '']) {
      assert.ok(boxOf(set(`,60,${align}`)), align);
    }
    for (const wrap of ['word', 'char', 'wordchar', 'word_char', 'none', 'toString']) {
      assert.ok(boxOf(set(`,60,low,true,${wrap}`)), wrap);
    }
    assert.deepEqual(boxOf(set(',60,right')), boxOf(set(',60,high')));
    const [, , , tight] = boxOf(set(',80,low,0,word'));
    const [, , , spaced] = boxOf(set(',80,low,0,word,10'));
    assert.ok(spaced >= tight + 10, `${spaced}, ${tight}`);
  });

  it('takes a colour, transparency and a blend mode', () => {
    assertColor(ink(render('filters:text(HHH,5,5,sans-40,red)', white)), RED, 4);
    assertColor(ink(render('filters:text(HHH,5,5,sans-40,blue,50)', white)), [128, 128, 255], 6);
    assertColor(ink(render('filters:text(HHH,5,5,sans-40,808080,0,difference)', white)), [127, 127, 127], 6);
  });

  it('is not written when it would be larger than pictures may be', () => {
    const startMs = performance.now();
    const filters = [
      'text(Hi,0,0,sans-20000)',
      'text(Hi,0,0,sans-20000px)',
      'text(Hi,0,0,sans-20,red,0,,0,,,,0,1000000)',
    ];
    const others = [
      'text(a%0Ab,0,0,sans-20,red,0,,0,,,,99999999)',
      `text(${'x'.repeat(500)},0,0,sans-5000)`,
      'label(Hi,0,0,1000000000)',
    ];
    for (const filter of [...filters, ...others]) {
      assert.throws(
        () => render(`filters:${filter}`, white),
        (error) => error instanceof AppError && error.code === 'max-resolution-exceeded',
        filter,
      );
    }
    assert.ok(performance.now() - startMs < 2_000);
  });
});
