import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  BLACK,
  BLUE,
  blinking,
  deep,
  disc,
  exifOriented,
  GREEN,
  inProfile,
  plain,
  quarters,
  RED,
  scene,
  svgQuarters,
  WHITE,
  YELLOW,
} from '../../../test/fixtures/draw.ts';
import { assertColor, assertColors, type Picture, pixelAt, similarity } from '../../../test/support/picture.ts';
import { render } from '../../../test/support/render.ts';
import { inScope } from '../../../test/support/vips.ts';
import { AppError } from '../../errors.ts';

const white = inScope((scope) => plain(scope, 100, 60, WHITE).pngsaveBuffer());
const moving = inScope((scope) => blinking(scope, 60, 40).gifsaveBuffer());

const images = inScope((scope) => ({
  'red.png': plain(scope, 20, 10, RED).pngsaveBuffer(),
  'disc.png': disc(scope, 30, BLUE).pngsaveBuffer(),
  'quarters.jpg': quarters(scope, 200, 100).jpegsaveBuffer({ Q: 95 }),
  'moving.gif': moving,
  'large.jpg': quarters(scope, 400, 300).jpegsaveBuffer({ Q: 95 }),
}));

const draw = (path: string, source: Uint8Array = white): Picture => render(path, source, { images });

describe('watermark', () => {
  it('lies in the top left corner unless the URL says where', () => {
    for (const args of ['red.png', 'red.png,50', 'red.png,0,0', 'red.png,,']) {
      const marked = draw(`filters:watermark(${args})`);
      assertColor(pixelAt(marked, 0, 0), RED, 0);
      assertColor(pixelAt(marked, 20, 0), WHITE, 0);
      assertColor(pixelAt(marked, 0, 10), WHITE, 0);
    }
  });

  it('lies where the URL says', () => {
    const marked = draw('filters:watermark(red.png,-10,bottom)');
    assertColor(pixelAt(marked, 89, 59), RED, 0);
    assertColor(pixelAt(marked, 90, 59), WHITE, 0);
    assertColor(pixelAt(marked, 70, 50), RED, 0);
    assertColor(pixelAt(marked, 69, 50), WHITE, 0);
    const tiled = draw('filters:watermark(red.png,repeat,center)');
    for (const x of [0, 50, 99]) assertColor(pixelAt(tiled, x, 30), RED, 0);
    assertColor(pixelAt(tiled, 50, 20), WHITE, 0);
  });

  it('fades, and keeps its own transparency', () => {
    assertColor(pixelAt(draw('filters:watermark(red.png,0,0,40)'), 5, 5), [255, 102, 102], 1);
    const marked = draw('filters:watermark(disc.png,0,0,50)');
    assertColor(pixelAt(marked, 15, 15), [128, 128, 255], 1);
    assertColor(pixelAt(marked, 0, 0), WHITE, 0);
  });

  it('takes sizes in per cent of the picture, and none for a whole side', () => {
    const sizes = [
      ['50,50', 50, 25],
      ['20,none', 20, 10],
      ['none,20', 24, 12],
      ['none,none', 100, 50],
      ['300,20', 24, 12],
      ['0,50', 200, 100],
      ['x,50', 200, 100],
    ] as const;
    for (const [size, width, height] of sizes) {
      const marked = draw(`filters:watermark(quarters.jpg,0,0,0,${size})`);
      const [right, bottom] = [Math.min(width, 100) - 1, Math.min(height, 60) - 1];
      assert.notDeepEqual(pixelAt(marked, right, 0).slice(0, 3), [255, 255, 255], size);
      if (width < 100) assertColor(pixelAt(marked, width, 0), WHITE, 0);
      assert.notDeepEqual(pixelAt(marked, 0, bottom).slice(0, 3), [255, 255, 255], size);
      if (height < 60) assertColor(pixelAt(marked, 0, height), WHITE, 0);
    }
  });

  it('names its image in base64url or percent-encoded', () => {
    const key = 'http://a/red.png?x=1';
    const encoded = [`b64:${Buffer.from(key).toString('base64url')}`, encodeURIComponent(key)];
    for (const arg of encoded) {
      const marked = render(`filters:watermark(${arg},0,0)`, white, { images: { [key]: images['red.png'] } });
      assertColor(pixelAt(marked, 5, 5), RED, 0);
    }
  });

  it('turns upright what a camera held otherwise', () => {
    const turned = inScope((scope) => exifOriented(scope, 6, 40, 20).jpegsaveBuffer({ Q: 95 }));
    const marked = render('filters:watermark(turned.jpg,0,0)', white, { images: { 'turned.jpg': turned } });
    assertColors(marked, [
      [0.05, 0.05, RED],
      [0.35, 0.05, GREEN],
      [0.05, 0.28, BLUE],
      [0.35, 0.28, YELLOW],
    ]);
  });

  it('may be of any format, depth and colour space', () => {
    const marks = inScope((scope) => {
      const picture = scene(scope, 40, 30);
      return {
        png: picture.pngsaveBuffer(),
        deep: deep(picture).pngsaveBuffer(),
        webp: picture.webpsaveBuffer({ lossless: true }),
        tiff: picture.tiffsaveBuffer(),
        print: inProfile(picture, 'cmyk').tiffsaveBuffer({ keep: 'none' }),
      };
    });
    const seen = Object.entries(marks).map(([name, bytes]) => {
      const marked = render('40x30/filters:watermark(m,0,0,20)', white, { images: { m: bytes } });
      return [name, marked] as const;
    });
    const [, expected] = seen[0] ?? assert.fail();
    for (const [name, marked] of seen) assert.ok(similarity(marked, expected) > 0.97, name);
    const svg = render('filters:watermark(m,10,10)', white, { images: { m: svgQuarters(20, 10) } });
    assertColor(pixelAt(svg, 11, 11), RED, 0);
    assertColor(pixelAt(svg, 29, 19), YELLOW, 0);
  });

  it('lies on every frame, and plays along', () => {
    const marked = draw('filters:watermark(red.png,right,top)', moving);
    assert.deepEqual([marked.frames, marked.delay, marked.loop], [3, [100, 200, 300], 4]);
    for (const [frame, color] of [RED, GREEN, BLUE].entries()) {
      assertColor(pixelAt(marked, 55, 5, frame), RED, 8);
      assertColor(pixelAt(marked, 30, 30, frame), color, 8);
    }
    const both = draw('filters:grayscale():watermark(moving.gif,20,20)', moving);
    for (const [frame, color] of [RED, GREEN, BLUE].entries()) assertColor(pixelAt(both, 50, 35, frame), color, 40);
    assertColor(pixelAt(draw('filters:watermark(moving.gif,20,20)'), 70, 50), RED, 0);
  });

  it('does nothing without an image, and fails for one that was not fetched', () => {
    assertColor(pixelAt(draw('filters:watermark()'), 0, 0), WHITE, 0);
    assert.throws(
      () => draw('filters:watermark(other.png,0,0)'),
      (error) => error instanceof AppError && error.code === 'not-found',
    );
  });

  it('fails for a damaged image, and for one that would be too large', () => {
    const given = { images: { m: Buffer.from('no picture at all') } };
    assert.throws(
      () => render('filters:watermark(m,0,0)', white, given),
      (error) => error instanceof AppError && error.code === 'unsupported-format',
    );
    for (const size of ['99999,99999', '9999999999999,9999999999999']) {
      assert.throws(
        () => draw(`filters:watermark(red.png,0,0,0,${size})`),
        (error) => error instanceof AppError && error.code === 'max-resolution-exceeded',
      );
    }
  });
});

describe('image', () => {
  it('lays a picture with a size and filters of its own over this one', () => {
    const laid = draw('filters:image(/40x20/filters:rotate(180)/quarters.jpg,10,20)');
    assertColor(pixelAt(laid, 9, 30), WHITE, 0);
    assertColor(pixelAt(laid, 13, 23), YELLOW, 12);
    assertColor(pixelAt(laid, 46, 23), BLUE, 12);
    assertColor(pixelAt(laid, 13, 36), GREEN, 12);
    assertColor(pixelAt(laid, 46, 36), RED, 12);
    assertColor(pixelAt(laid, 50, 30), WHITE, 0);
  });

  it('takes the URL percent-encoded, and sizes from the picture underneath', () => {
    const whole = draw(`filters:image(${encodeURIComponent('fxf/red.png')},0,0)`);
    assertColors(whole, [
      [0.01, 0.01, RED],
      [0.99, 0.99, RED],
    ]);
    const inset = draw('filters:image(fit-in/f-20xfull-40/filters:upscale()/red.png,center,center)');
    assertColors(inset, [
      [0.5, 0.5, RED],
      [0.35, 0.5, RED],
      [0.25, 0.5, WHITE],
      [0.5, 0.3, WHITE],
    ]);
  });

  it('nests', () => {
    const inner = 'image(20x20/filters:fill(red)/color:blue,10,10)';
    const laid = draw(
      `filters:image(50x50/filters:${inner}:image(10x10/disc.png,right,bottom)/quarters.jpg,5,5):invert()`,
    );
    const negative = (color: readonly number[]): number[] => color.map((value) => 255 - value);
    assertColor(pixelAt(laid, 4, 4), BLACK, 2);
    assertColor(pixelAt(laid, 7, 7), negative(RED), 12);
    assertColor(pixelAt(laid, 20, 20), negative(BLUE), 2);
    assertColor(pixelAt(laid, 50, 50), negative(BLUE), 12);
    assertColor(pixelAt(laid, 46, 40), negative(YELLOW), 12);
  });

  it('lays colours over pictures', () => {
    const laid = draw('filters:image(40x20/color:ff000080,center,0.5)');
    assertColor(pixelAt(laid, 50, 40), [255, 127, 127], 1);
    assertColor(pixelAt(laid, 29, 40), WHITE, 0);
  });

  it('mixes colours by blend mode and transparency', () => {
    const grey = inScope((scope) => plain(scope, 100, 60, [100, 150, 200]).pngsaveBuffer());
    const mixed = (rest: string): number[] => pixelAt(draw(`filters:image(fxf/red.png,0,0,${rest})`, grey), 5, 5);
    assertColor(mixed('0'), RED, 1);
    assertColor(mixed('50'), [178, 75, 100], 2);
    assertColor(mixed('0,multiply'), [100, 0, 0], 1);
    assertColor(mixed('0,SCREEN'), [255, 150, 200], 1);
    assertColor(mixed('0,difference'), [155, 150, 200], 1);
    assertColor(mixed('0,nonsense'), RED, 1);
    const masked = draw('filters:image(60x60/disc.png,0,0,0,mask)', grey);
    assert.deepEqual([pixelAt(masked, 30, 30)[3], pixelAt(masked, 2, 2)[3], pixelAt(masked, 90, 30)[3]], [255, 0, 0]);
  });

  it('plays along', () => {
    const laid = draw('filters:image(30x20/moving.gif,20,20):format(webp):lossless()', moving);
    assert.deepEqual([laid.frames, laid.delay], [3, [100, 200, 300]]);
    for (const [frame, color] of [RED, GREEN, BLUE].entries()) assertColor(pixelAt(laid, 45, 35, frame), color, 4);
    const still = draw('filters:image(30x20/moving.gif,20,20)');
    assert.deepEqual([still.frames, still.width, still.height], [1, 100, 60]);
    assertColor(pixelAt(still, 45, 35), RED, 4);
  });

  it('reads a large picture as often as it is repeated', () => {
    const large = inScope((scope) => scene(scope, 900, 700).pngsaveBuffer());
    const laid = render('800x600/filters:image(300x200/l.png,repeat,repeat)', white, { images: { 'l.png': large } });
    assert.deepEqual(pixelAt(laid, 10, 10), pixelAt(laid, 310, 410));
  });

  it('does nothing without a path, and fails for an image that was not fetched or is too large', () => {
    assertColor(pixelAt(draw('filters:image()'), 0, 0), WHITE, 0);
    const code = (filters: string): unknown => {
      try {
        return draw(`filters:${filters}`);
      } catch (error) {
        return error instanceof AppError && error.code;
      }
    };
    assert.equal(code('image(10x10/other.png,0,0)'), 'not-found');
    assert.equal(code('image(fit-in/20000x20000/filters:upscale()/red.png,0,0)'), 'max-resolution-exceeded');
    assert.equal(code('image(20000x20000/color:red,0,0)'), 'max-resolution-exceeded');
  });
});
