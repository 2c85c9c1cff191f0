import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  animation,
  BLUE,
  blinking,
  deep,
  disc,
  GREEN,
  inProfile,
  plain,
  RED,
  scene,
  svgQuarters,
  WHITE,
  YELLOW,
} from '../../test/fixtures/draw.ts';
import {
  assertColor,
  assertColors,
  type Picture,
  pixelAt,
  readPicture,
  similarity,
} from '../../test/support/picture.ts';
import { describeMeta, process, render } from '../../test/support/render.ts';
import { inScope } from '../../test/support/vips.ts';

const sources = inScope((scope) => {
  const picture = scene(scope);
  return {
    jpeg: picture.jpegsaveBuffer({ Q: 95 }),
    'progressive jpeg': picture.jpegsaveBuffer({ Q: 95, interlace: true }),
    png: picture.pngsaveBuffer(),
    'interlaced png': picture.pngsaveBuffer({ interlace: true }),
    'png with a palette': picture.pngsaveBuffer({ palette: true }),
    '16 bit png': deep(picture).pngsaveBuffer(),
    webp: picture.webpsaveBuffer({ Q: 95 }),
    'lossless webp': picture.webpsaveBuffer({ lossless: true }),
    gif: picture.gifsaveBuffer(),
    tiff: picture.tiffsaveBuffer(),
    'tiled tiff': picture.tiffsaveBuffer({ tile: true, compression: 'deflate' }),
    '16 bit tiff': deep(picture).tiffsaveBuffer(),
    bigtiff: picture.tiffsaveBuffer({ bigtiff: true }),
    avif: picture.heifsaveBuffer({ compression: 'av1', Q: 90 }),
    'cmyk jpeg': inProfile(picture, 'cmyk').jpegsaveBuffer({ Q: 95, keep: 'none' }),
    'cmyk jpeg with a profile': inProfile(picture, 'cmyk').jpegsaveBuffer({ Q: 95 }),
    'cmyk tiff': inProfile(picture, 'cmyk').tiffsaveBuffer({ keep: 'none' }),
    'display p3 jpeg': inProfile(picture, 'p3').jpegsaveBuffer({ Q: 95 }),
  };
});

describe('every format that can be read', () => {
  const expected = new Map<string, Picture>();
  for (const [kind, source] of Object.entries(sources)) {
    it(`looks the same: ${kind}`, () => {
      const ways = [
        'filters:strip_icc():format(png)',
        '120x80/filters:strip_icc():format(png)',
        '60x60/filters:strip_icc():format(png)',
      ];
      for (const way of [...ways, '60x60/right/filters:trim(0):strip_icc():format(png)']) {
        const reference = expected.get(way) ?? render(way, sources.png);
        expected.set(way, reference);
        const seen = render(way, source);
        assert.deepEqual([seen.width, seen.height], [reference.width, reference.height], way);
        const alike = similarity(seen, reference);
        assert.ok(
          alike > (kind.includes('gif') || kind.includes('palette') || kind.includes('cmyk') ? 0.9 : 0.96),
          `${way}: ${alike}`,
        );
      }
    });
  }

  it('is there for fixtures of a moderate size', () => {
    for (const [kind, { length }] of Object.entries(sources))
      assert.ok(length < 250_000 || kind.includes('profile'), kind);
  });

  it('keeps transparency where the format has it', () => {
    const formats = inScope((scope) => {
      const picture = disc(scope, 60, BLUE);
      return [
        picture.pngsaveBuffer(),
        picture.webpsaveBuffer(),
        picture.gifsaveBuffer(),
        picture.tiffsaveBuffer(),
        picture.heifsaveBuffer({ compression: 'av1' }),
        deep(picture).pngsaveBuffer(),
      ];
    });
    for (const source of formats) {
      for (const path of ['', '30x30', 'fit-in/30x30', 'filters:rotate(90)']) {
        const picture = render(`${path}${path.includes('filters') ? ':' : '/filters:'}format(png)`, source);
        assert.ok((pixelAt(picture, 1, 1)[3] ?? 255) < 5, path);
        assertColor(pixelAt(picture, picture.width / 2, picture.height / 2), [...BLUE, 255], 8);
      }
    }
  });

  it('keeps grey pictures grey', () => {
    const grey = inScope((scope) => scene(scope).colourspace('b-w').jpegsaveBuffer());
    for (const path of ['', '50x50', 'fit-in/50x50/filters:rotate(90)', 'filters:blur(3)'])
      assert.equal(render(path, grey).bands, 1, path);
  });

  it('does not hand a CMYK profile on with pictures that are sRGB now', () => {
    const large = inScope((scope) => inProfile(scene(scope, 500, 400), 'cmyk').jpegsaveBuffer({ Q: 80 }));
    for (const path of ['50x50', '300x0', 'fit-in/300x300/filters:fill(red)', 'filters:watermark(m,0,0)', '']) {
      const mark = inScope((scope) => plain(scope, 9, 9, RED).pngsaveBuffer());
      const { length } = process(path, large, { images: { m: mark } }).bytes;
      const { bands } = render(path, large, { images: { m: mark } });
      assert.ok(bands === 4 || length < 100_000, `${path}: ${length} bytes`);
    }
  });
});

describe('SVG', () => {
  it('is drawn in the size that the URL asks for', () => {
    for (const [path, width, height] of [
      ['filters:format(png)', 80, 60],
      ['40x30/filters:format(png)', 40, 30],
      ['800x0/filters:format(png)', 800, 600],
      ['fit-in/40x40/filters:format(png)', 40, 30],
    ] as const) {
      const drawn = render(path, svgQuarters(80, 60));
      assert.deepEqual([drawn.width, drawn.height], [width, height], path);
      assertColors(drawn, [
        [0.1, 0.1, RED],
        [0.9, 0.1, GREEN],
        [0.1, 0.9, BLUE],
        [0.9, 0.9, YELLOW],
      ]);
    }
  });

  it('becomes a JPEG unless the URL says otherwise, and grows by dpi()', () => {
    assert.equal(render('', svgQuarters(80, 60)).kind, 'jpeg');
    assert.equal(describeMeta('filters:dpi(144)', svgQuarters(80, 60))['width'], 160);
  });

  it('opens nothing outside of itself', () => {
    const inner = inScope((scope) => plain(scope, 40, 40, RED).pngsaveBuffer());
    const href = (uri: string): Uint8Array =>
      Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="40"><rect width="40" height="40" fill="#fff"/><image xlink:href="${uri}" width="40" height="40"/></svg>`,
      );
    const at = (uri: string): number[] => pixelAt(render('filters:format(png)', href(uri)), 20, 20).slice(0, 3);
    assertColor(at(`data:image/png;base64,${Buffer.from(inner).toString('base64')}`), RED, 0);
    for (const uri of ['file:///usr/share/pixmaps/debian-logo.png', 'http://127.0.0.1:1/a.png', '/etc/hostname']) {
      assertColor(at(uri), WHITE, 0);
    }
  });
});

describe('animations', () => {
  const kinds = inScope((scope) => ({
    gif: blinking(scope, 60, 40).gifsaveBuffer(),
    webp: blinking(scope, 60, 40).webpsaveBuffer({ lossless: true }),
  }));

  /** Paths, and where a pixel of the frame's own colour and one of its white corner are, as shares of the size. */
  const paths: readonly (readonly [
    path: string,
    size: string,
    own: readonly [number, number],
    white?: readonly [number, number],
  ])[] = [
    ['', '60x40', [0.9, 0.9], [0.05, 0.05]],
    ['30x20', '30x20', [0.9, 0.9], [0.05, 0.05]],
    ['30x30', '30x30', [0.9, 0.9]],
    ['20x40/left', '20x40', [0.9, 0.9], [0.05, 0.05]],
    ['20x40/right', '20x40', [0.5, 0.05]],
    ['60x10/bottom', '60x10', [0.05, 0.5]],
    ['30x30/smart', '30x30', [0.9, 0.9]],
    ['30x30/filters:focal(0x0)', '30x30', [0.9, 0.9], [0.05, 0.05]],
    ['120x20/filters:no_upscale()', '60x20', [0.9, 0.5]],
    ['200x200/filters:no_upscale()', '60x40', [0.9, 0.9], [0.05, 0.05]],
    ['fit-in/30x30', '30x20', [0.9, 0.9], [0.05, 0.05]],
    ['full-fit-in/30x30', '45x30', [0.9, 0.9], [0.05, 0.05]],
    ['stretch/30x50', '30x50', [0.9, 0.9], [0.05, 0.05]],
    ['0x0:20x20', '20x20', [0.9, 0.9], [0.05, 0.05]],
    ['0.5x0.5:1x1/15x10', '15x10', [0.05, 0.05]],
    ['-60x0', '60x40', [0.1, 0.9], [0.95, 0.05]],
    ['60x-0', '60x40', [0.9, 0.1], [0.05, 0.95]],
    ['filters:rotate(90)', '40x60', [0.9, 0.1], [0.05, 0.95]],
    ['filters:orient(180)', '60x40', [0.1, 0.1], [0.95, 0.95]],
    ['fit-in/60x60/filters:fill(cccccc)', '60x60', [0.9, 0.8], [0.05, 0.2]],
    ['filters:padding(none,5)', '70x50', [0.85, 0.85], [0.12, 0.15]],
    ['filters:crop(0,0,30,20)', '30x20', [0.9, 0.9], [0.05, 0.05]],
    ['filters:proportion(50)', '30x20', [0.9, 0.9], [0.05, 0.05]],
    ['filters:blur(2):sharpen(1)', '60x40', [0.9, 0.9]],
    ['filters:watermark(m,0,0)', '60x40', [0.9, 0.9]],
    ['filters:image(10x10/m,0,0)', '60x40', [0.9, 0.9]],
    ['filters:round_corner(5)', '60x40', [0.9, 0.5]],
    ['filters:pixelate(10)', '60x40', [0.9, 0.9], [0.05, 0.05]],
    ['filters:quality(50):strip_metadata()', '60x40', [0.9, 0.9], [0.05, 0.05]],
  ];
  for (const [kind, source] of Object.entries(kinds)) {
    for (const [path, size, own, white] of paths) {
      it(`go through '${path}' frame by frame: ${kind}`, () => {
        const mark = inScope((scope) => plain(scope, 10, 10, [9, 9, 9]).pngsaveBuffer());
        const moving = render(path, source, { images: { m: mark } });
        assert.equal(moving.kind, kind);
        assert.equal(`${moving.width}x${moving.height}`, size);
        assert.deepEqual([moving.frames, moving.delay, moving.loop], [3, [100, 200, 300], 4]);
        for (const [frame, color] of [RED, GREEN, BLUE].entries()) {
          assertColor(
            pixelAt(moving, Math.floor(own[0] * moving.width), Math.floor(own[1] * moving.height), frame),
            color,
            40,
          );
          if (white)
            assertColor(
              pixelAt(moving, Math.floor(white[0] * moving.width), Math.floor(white[1] * moving.height), frame),
              WHITE,
              60,
            );
        }
      });
    }
  }

  it('change from one animated format to another, and to one frame in others', () => {
    const webp = render('filters:format(webp):lossless()', kinds.gif);
    assert.deepEqual([webp.kind, webp.frames, webp.delay, webp.loop], ['webp', 3, [100, 200, 300], 4]);
    const gif = render('filters:format(gif)', kinds.webp);
    assert.deepEqual([gif.kind, gif.frames, gif.delay, gif.loop], ['gif', 3, [100, 200, 300], 4]);
    for (const format of ['jpeg', 'png', 'avif', 'tiff']) {
      const still = render(`filters:format(${format})`, kinds.gif);
      assert.deepEqual([still.width, still.height, still.frames], [60, 40, 1], format);
      assertColor(pixelAt(still, 50, 30), RED, 12);
    }
  });

  it('stay animated by the fallback when the wanted format has no frames', () => {
    const moving = render('filters:format(avif):fallback_format(webp)', kinds.gif);
    assert.deepEqual([moving.kind, moving.frames], ['webp', 3]);
    const still = inScope((scope) => plain(scope, 20, 20, RED).gifsaveBuffer());
    assert.equal(render('filters:format(avif):fallback_format(webp)', still).kind, 'avif');
  });

  it('are cut short by max_frames() and the operator', () => {
    const frames = (path: string, maxAnimationFrames = -1): number =>
      render(path, kinds.gif, { options: { maxAnimationFrames } }).frames;
    assert.deepEqual([frames('filters:max_frames(2)'), frames('', 2), frames('filters:max_frames(1)', 2)], [2, 2, 1]);
    assert.deepEqual(
      [frames('filters:max_frames(99)'), frames('filters:max_frames(0)'), frames('', 1), frames('', 0)],
      [3, 3, 1, 1],
    );
    const two = render('30x20/filters:max_frames(2)', kinds.gif);
    assertColor(pixelAt(two, 25, 15, 1), GREEN, 20);
  });

  it('show one frame by page(), the last one for a number too many', () => {
    const shown = (path: string): Picture => render(path, kinds.webp);
    for (const [page, color] of [
      [1, RED],
      [2, GREEN],
      [3, BLUE],
      [99, BLUE],
    ] as const) {
      const frame = shown(`filters:page(${page}):max_frames(1)`);
      assert.deepEqual([frame.frames, frame.width, frame.height], [1, 60, 40]);
      assertColor(pixelAt(frame, 50, 30), color, 4);
    }
    assert.equal(shown('filters:page(2)').frames, 1);
    assert.equal(shown('filters:page(1)').frames, 3);
    assertColor(pixelAt(shown('20x20/filters:page(2):format(png)'), 15, 15), GREEN, 4);
  });

  it('are measured by their frames, and by all of them together', () => {
    const tall = inScope((scope) => {
      const frames = Array.from({ length: 60 }, (_, index) => plain(scope, 100, 200, index % 2 ? RED : BLUE));
      return animation(scope, frames, { delay: frames.map(() => 50), loop: 0 }).gifsaveBuffer({
        keep_duplicate_frames: true,
      });
    });
    assert.equal(readPicture(tall).frames, 60); // 12,000 pixels below one another, none of them too high
    assert.equal(render('50x0', tall).frames, 60);
    assert.throws(() => render('50x0', tall, { options: { maxResolution: 1_000_000 } }), /maximum resolution/);
    assert.equal(render('50x0/filters:max_frames(40)', tall, { options: { maxResolution: 1_000_000 } }).frames, 40);
  });

  it('have transparent pixels', () => {
    const rolling = inScope((scope) =>
      animation(scope, [disc(scope, 40, RED), disc(scope, 40, BLUE)], { delay: [100, 100], loop: 0 }).gifsaveBuffer(),
    );
    const half = render('20x20', rolling);
    assert.deepEqual([half.frames, pixelAt(half, 0, 0, 0)[3], pixelAt(half, 0, 0, 1)[3]], [2, 0, 0]);
    assertColor(pixelAt(half, 10, 10, 1), [...BLUE, 255], 12);
    const filled = render('filters:fill(yellow)', rolling);
    assertColor(pixelAt(filled, 1, 1, 1), YELLOW, 4);
    assertColors(
      render('filters:background_color(yellow)', rolling),
      [
        [0.02, 0.02, YELLOW],
        [0.5, 0.5, BLUE],
      ],
      1,
    );
  });
});

describe('dpi, page and unlimited', () => {
  it('do not disturb loaders that know nothing of them', () => {
    for (const [kind, source] of Object.entries(sources)) {
      const seen = render('20x0/filters:dpi(300):page(1):page(2)', source, { options: { unlimited: true } });
      assert.equal(seen.width, 20, kind);
    }
  });
});
