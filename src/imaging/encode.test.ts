import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BLUE, blinking, deep, disc, inProfile, plain, RED, scene } from '../../test/fixtures/draw.ts';
import { assertColor, type Picture, pixelAt, readPicture, similarity } from '../../test/support/picture.ts';
import { process, type RenderOptions, render } from '../../test/support/render.ts';
import { inScope } from '../../test/support/vips.ts';
import { AppError } from '../errors.ts';
import type { ImagingOptions } from './options.ts';

const photo = inScope((scope) => scene(scope).pngsaveBuffer());
const clear = inScope((scope) => disc(scope, 60, BLUE).pngsaveBuffer());

const bytes = (path: string, source: Uint8Array = photo, given: RenderOptions = {}): number =>
  process(path, source, given).bytes.length;

describe('format', () => {
  const formats = [
    ['jpeg', 'jpeg', 'image/jpeg'],
    ['jpg', 'jpeg', 'image/jpeg'],
    ['png', 'png', 'image/png'],
    ['webp', 'webp', 'image/webp'],
    ['gif', 'gif', 'image/gif'],
    ['tiff', 'tiff', 'image/tiff'],
    ['avif', 'avif', 'image/avif'],
    ['bmp', 'jpeg', 'image/jpeg'],
    ['svg', 'jpeg', 'image/jpeg'],
  ] as const;
  for (const [name, kind, contentType] of formats) {
    it(`(${name}) gives ${contentType}`, () => {
      const result = process(`filters:format(${name})`, photo);
      assert.equal(result.contentType, contentType);
      const picture = readPicture(result.bytes);
      assert.equal(picture.kind, kind);
      const alike = similarity(picture, render('', photo));
      assert.ok(alike > (kind === 'png' || kind === 'tiff' ? 0.9999 : 0.88), String(alike));
    });
  }

  it('is the source’s own unless the URL says otherwise', () => {
    inScope((scope) => {
      const picture = scene(scope, 60, 40);
      assert.equal(render('', picture.jpegsaveBuffer()).kind, 'jpeg');
      assert.equal(render('', picture.webpsaveBuffer()).kind, 'webp');
      assert.equal(render('', picture.gifsaveBuffer()).kind, 'gif');
      assert.equal(render('', picture.tiffsaveBuffer()).kind, 'tiff');
      assert.equal(render('30x0', picture.heifsaveBuffer({ compression: 'av1' })).kind, 'avif');
      assert.equal(render('filters:format(nonsense)', picture.webpsaveBuffer()).kind, 'webp');
    });
  });

  it('is the last one that the URL names', () => {
    assert.equal(render('filters:format(webp):format(gif)', photo).kind, 'gif');
    assert.equal(render('filters:format(webp):format(nonsense)', photo).kind, 'webp');
    assert.equal(render('filters:format(webp):autojpg()', photo).kind, 'jpeg');
    assert.equal(render('filters:autojpg():format(webp)', photo).kind, 'webp');
    assert.equal(render('filters:format(gif)', photo, { options: { disabledFilters: ['format'] } }).kind, 'png');
  });

  it('says what is missing where this libvips cannot write it', () => {
    for (const format of ['jxl', 'jp2']) {
      try {
        process(`filters:format(${format})`, photo);
      } catch (error) {
        assert.ok(error instanceof AppError && error.code === 'unsupported-format', format);
        assert.match(error.publicMessage, /cannot write/);
      }
    }
  });

  it('puts transparent pictures on black where it has no transparency, as imagor does', () => {
    const flat = render('filters:format(jpeg)', clear);
    assertColor(pixelAt(flat, 1, 1), [0, 0, 0, 255], 12);
    assertColor(pixelAt(flat, 30, 30), [...BLUE, 255], 12);
  });

  it('keeps 16 bits a band, or gives 8 where the format has no more', () => {
    const source = inScope((scope) => deep(scene(scope, 60, 40)).pngsaveBuffer());
    const bits = (path: string): unknown => inScope((scope) => scope.load(process(path, source).bytes).get('format'));
    assert.equal(bits('fit-in/999x999/filters:rotate(0)'), 'ushort');
    for (const format of ['jpeg', 'webp', 'gif']) {
      const picture = render(`fit-in/999x999/filters:rotate(0):format(${format})`, source);
      assert.ok(similarity(picture, render('filters:format(png)', source)) > 0.88, format);
    }
  });
});

describe('quality', () => {
  it('makes files smaller', () => {
    for (const format of ['jpeg', 'webp', 'avif']) {
      const sizes = [20, 60, 95].map((quality) => bytes(`filters:format(${format}):quality(${quality})`));
      assert.deepEqual(
        sizes,
        sizes.toSorted((a, b) => a - b),
        format,
      );
      assert.ok((sizes[0] ?? 0) * 1.5 < (sizes[2] ?? 0), `${format}: ${sizes}`);
    }
  });

  it('is libvips’ own when the number is none, and the last one counts', () => {
    const usual = bytes('filters:format(jpeg)');
    for (const quality of ['', '0', '101', '-5', 'x', '80.5', '99999999999']) {
      assert.equal(bytes(`filters:format(jpeg):quality(${quality})`), usual, quality);
    }
    assert.equal(bytes('filters:format(jpeg):quality(95):quality(30)'), bytes('filters:format(jpeg):quality(30)'));
    assert.equal(bytes('filters:quality(10)'), bytes(''));
  });
});

describe('max_bytes', () => {
  it('lowers the quality until the file is small enough', () => {
    for (const format of ['jpeg', 'webp', 'avif']) {
      const unbounded = bytes(`filters:format(${format})`);
      for (const share of [0.8, 0.6]) {
        const limit = Math.floor(unbounded * share);
        const length = bytes(`filters:format(${format}):max_bytes(${limit})`);
        assert.ok(length <= limit, `${format}: ${length} for ${limit}`);
      }
    }
  });

  it('starts at the quality that the URL names', () => {
    const limit = bytes('filters:format(jpeg):quality(90)') + 100;
    assert.equal(bytes(`filters:format(jpeg):quality(90):max_bytes(${limit})`), limit - 100);
  });

  it('gives up rather than make a mess', () => {
    for (const format of ['jpeg', 'webp', 'avif', 'gif']) {
      const picture = render(`filters:format(${format}):max_bytes(1)`, photo);
      assert.deepEqual([picture.width, picture.height], [240, 160]);
    }
  });

  it('has no say about PNG, or about what is lossless', () => {
    assert.equal(bytes('filters:max_bytes(100)'), bytes(''));
    const lossless = render('filters:format(webp):lossless():max_bytes(100)', photo);
    assert.ok(similarity(lossless, render('', photo)) > 0.9999);
  });

  it('counts for nothing when it is no number', () => {
    for (const limit of ['', '0', '-100', 'x']) {
      assert.equal(bytes(`filters:format(jpeg):max_bytes(${limit})`), bytes('filters:format(jpeg)'), limit);
    }
  });
});

describe('lossless, palette, bitdepth and compression', () => {
  const same = (path: string): number => similarity(render(path, photo), render('', photo));

  it('keep every pixel of a lossless file', () => {
    assert.ok(same('filters:format(webp):lossless()') > 0.9999);
    assert.ok(same('filters:format(avif):lossless()') > 0.99);
    assert.ok(same('filters:format(webp)') < 0.9999);
    assert.equal(bytes('filters:format(jpeg):lossless()'), bytes('filters:format(jpeg)'));
  });

  it('make a smaller PNG of fewer colours', () => {
    const colors = ({ rgba }: Picture): number =>
      new Set(new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length / 4)).size;
    assert.ok(colors(render('filters:palette()', photo)) <= 256);
    assert.ok(colors(render('filters:palette():bitdepth(4)', photo)) <= 16);
    assert.ok(bytes('filters:palette()') < bytes('') / 2);
  });

  it('pack a PNG more tightly', () => {
    assert.ok(bytes('filters:compression(9)') < bytes('filters:compression(1)'));
    for (const level of ['0', '10', 'x', '']) assert.equal(bytes(`filters:compression(${level})`), bytes(''), level);
  });

  it('pass over bit depths that PNG does not have', () => {
    for (const depth of ['0', '3', '5', '32', 'x', ''])
      assert.equal(bytes(`filters:bitdepth(${depth})`), bytes(''), depth);
    assert.ok(same('filters:bitdepth(16)') > 0.9999);
  });
});

describe('what the operator sets', () => {
  it('strips metadata and profiles of everything', () => {
    const source = inScope((scope) =>
      inProfile(scene(scope), 'p3')
        .withMetadata({ 'exif-ifd0-Artist': 'Ann (Ann, ASCII, 4 components, 4 bytes)' })
        .jpegsaveBuffer(),
    );
    const fields = (options: Partial<ImagingOptions>): string[] =>
      ['icc-profile-data', 'exif-ifd0-Artist'].filter((field) =>
        render('', source, { options }).fields.includes(field),
      );
    assert.deepEqual(fields({}), ['icc-profile-data', 'exif-ifd0-Artist']);
    assert.deepEqual(fields({ stripColorProfile: true }), ['exif-ifd0-Artist']);
    assert.deepEqual(fields({ stripMetadata: true }), []);
  });

  it('leaves how frames play, whatever is stripped', () => {
    const moving = inScope((scope) => blinking(scope, 40, 20).gifsaveBuffer());
    for (const options of [{ stripMetadata: true }, { stripColorProfile: true }]) {
      const { frames, delay, loop } = render('', moving, { options });
      assert.deepEqual([frames, delay, loop], [3, [100, 200, 300], 4]);
    }
  });

  it('encodes AVIF faster or smaller', () => {
    for (const avifSpeed of [0, 5, 9]) {
      const small = inScope((scope) => plain(scope, 16, 16, RED).pngsaveBuffer());
      assert.equal(render('filters:format(avif)', small, { options: { avifSpeed } }).kind, 'avif');
    }
  });

  it('leaves grey pictures grey by mozjpeg, and converts those with a profile', () => {
    const given = { options: { mozjpeg: true } };
    const grey = inScope((scope) => scene(scope, 40, 30).colourspace('b-w').pngsaveBuffer());
    assert.equal(render('filters:format(jpeg)', grey, given).bands, 1);
    assert.equal(render('filters:format(jpeg):strip_icc()', grey, given).bands, 3);
  });

  it('makes smaller JPEGs by mozjpeg, where libvips has it', () => {
    const optimised = bytes('filters:format(jpeg)', photo, { options: { mozjpeg: true } });
    assert.ok(optimised < bytes('filters:format(jpeg)'));
    const given = { options: { mozjpeg: true } };
    assert.ok(bytes('filters:format(jpeg):quality(30)', photo, given) < optimised);
  });

  it('takes profiles along into such JPEGs, and leaves none there', () => {
    const wide = inScope((scope) => inProfile(plain(scope, 20, 20, [200, 40, 40]), 'p3').jpegsaveBuffer());
    const [kept, bare] = [false, true].map(
      (mozjpeg) => process('filters:format(jpeg)', wide, { options: { mozjpeg } }).bytes,
    );
    assert.ok(bare && kept && bare.length < kept.length - 300);
    assertColor(pixelAt(readPicture(bare), 9, 9), pixelAt(render('filters:to_colorspace(srgb)', wide), 9, 9), 6);
  });

  it('is JPEG for a plain colour, whatever lies on it', () => {
    const images = { '/overlay': clear };
    assert.equal(
      render('50x50/filters:image(overlay)/color:white', new Uint8Array(), { images: { overlay: clear } }).kind,
      'jpeg',
    );
    assert.equal(
      render('50x50/filters:watermark(/overlay,0,0,0)/color:white', new Uint8Array(), { images }).kind,
      'jpeg',
    );
  });

  it('finds no picture behind a colour that is none', () => {
    assert.throws(() => render('50x50/color:nonsensical', new Uint8Array()), { code: 'not-found' });
  });
});
