import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BLUE, exifOriented, GREEN, plain, quarters, RED, scene, WHITE, YELLOW } from '../../../test/fixtures/draw.ts';
import { assertColor, assertColors, pixelAt } from '../../../test/support/picture.ts';
import { describeMeta, render } from '../../../test/support/render.ts';
import { inScope } from '../../../test/support/vips.ts';
import { AppError } from '../../errors.ts';

/** 400 × 200 and 200 × 400 pixels. */
const wide = inScope((scope) => quarters(scope, 400, 200).pngsaveBuffer());
const tall = inScope((scope) => quarters(scope, 200, 400).pngsaveBuffer());

function sizeOf(path: string, source: Uint8Array): string {
  const { width, height } = describeMeta(path, source);
  return `${width}x${height}`;
}

type Sizes = readonly (readonly [path: string, size: string])[];

function itMakes(sizes: Sizes, source: Uint8Array): void {
  for (const [path, size] of sizes) it(`makes ${size} of ${path}`, () => assert.equal(sizeOf(path, source), size));
}

describe('resize, sizes of fit-in', () => {
  const sizes: Sizes = [
    ['fit-in/100x100', '100x50'],
    ['fit-in/300x100', '200x100'],
    ['fit-in/100x0', '100x50'],
    ['fit-in/0x100', '200x100'],
    ['fit-in/0x0', '400x200'],
    ['fit-in/800x800', '400x200'],
    ['fit-in/800x0', '400x200'],
    ['fit-in/800x800/filters:upscale()', '800x400'],
    ['fit-in/800x800/filters:upscale():rotate(180)', '800x400'],
    ['fit-in/stretch/100x100', '100x50'],
    ['full-fit-in/100x100', '200x100'],
    ['full-fit-in/800x100', '800x400'],
    ['full-fit-in/800x800', '1600x800'],
    ['full-fit-in/800x800/filters:no_upscale()', '400x200'],
    ['full-fit-in/100x0', '100x50'],
    ['adaptive-fit-in/100x300', '200x100'],
    ['adaptive-fit-in/300x100', '200x100'],
    ['adaptive-fit-in/50x300', '100x50'],
    ['adaptive-full-fit-in/100x300', '300x150'],
    ['10x20:210x70/fit-in/100x100', '100x25'],
  ];
  itMakes(sizes, wide);
});

describe('resize, sizes without fit-in', () => {
  const sizes: Sizes = [
    ['0x0', '400x200'],
    ['100x100', '100x100'],
    ['100x0', '100x50'],
    ['0x100', '200x100'],
    ['800x0', '800x400'],
    ['800x800', '800x800'],
    ['800x800/filters:no_upscale()', '400x200'],
    ['800x100/filters:no_upscale()', '400x100'],
    ['800x0/filters:no_upscale()', '400x200'],
    ['800x0/filters:no_upscale():rotate(180)', '400x200'],
    ['stretch/100x100', '100x100'],
    ['stretch/800x50', '800x50'],
    ['stretch/100x0', '100x50'],
    ['stretch/800x50/filters:no_upscale():rotate(180)', '400x200'],
    ['stretch/200x50/filters:no_upscale():rotate(180)', '200x50'],
    ['100x50/filters:rotate(90)', '50x100'],
    ['100x0/filters:orient(90)', '100x200'],
    ['100x100/10x20:30x40', '100x100'],
    ['100x100/10x20:30x40/filters:fill(red)', '140x160'],
    ['0x0/10x20/filters:fill(red)', '420x240'],
  ];
  itMakes(sizes, wide);

  it('gives every side a pixel at least', () => {
    const line = inScope((scope) => plain(scope, 1, 1000, RED).pngsaveBuffer());
    for (const path of ['0x10', 'fit-in/0x10', '0x10/filters:rotate(180)', 'stretch/0x10']) {
      assert.equal(sizeOf(path, line), '1x10', path);
    }
  });
});

describe('resize, sizes of crops', () => {
  const sizes: Sizes = [
    ['10x20:110x70', '100x50'],
    ['0.25x0.25:0.75x0.75', '200x100'],
    ['300x100:9999x9999', '99x99'],
    ['300x100:0x0', '99x99'],
    ['500x500:600x600', '400x200'],
    ['200x100:100x50', '400x200'],
    ['10.2x10.2:10.9x10.9', '400x200'],
    ['10x20:110x70/50x50', '50x50'],
    ['10x20:110x70/0x25', '50x25'],
    ['10x20:110x70/500x0', '500x250'],
  ];
  itMakes(sizes, wide);

  it('cuts out what the URL says', () => {
    assertColors(render('0x0:200x100', wide), [
      [0.1, 0.1, RED],
      [0.9, 0.9, RED],
    ]);
    assertColors(render('210x10:300x190', wide), [
      [0.5, 0.1, GREEN],
      [0.5, 0.9, YELLOW],
    ]);
    assertColors(render('0.5x0.5:1x1/40x40', wide), [
      [0.1, 0.1, YELLOW],
      [0.9, 0.9, YELLOW],
    ]);
    assertColors(render('100x50:300x150/fit-in/50x50', wide), [
      [0.1, 0.1, RED],
      [0.9, 0.1, GREEN],
      [0.1, 0.9, BLUE],
      [0.9, 0.9, YELLOW],
    ]);
  });
});

describe('resize, what is cut off', () => {
  const LEFT = [RED, BLUE];
  const RIGHT = [GREEN, YELLOW];
  const TOP = [RED, GREEN];
  const BOTTOM = [BLUE, YELLOW];

  it('is as much on both sides by default', () => {
    for (const align of ['', '/center', '/middle', '/center/middle', '/center/bottom']) {
      const corners = [
        [0.2, 0.2, RED],
        [0.8, 0.2, GREEN],
        [0.2, 0.8, BLUE],
        [0.8, 0.8, YELLOW],
      ] as const;
      assertColors(render(`100x100${align}`, wide), corners);
    }
  });

  const sides: readonly (readonly [align: string, source: Uint8Array, kept: readonly (typeof RED)[]])[] = [
    ['left', wide, LEFT],
    ['right', wide, RIGHT],
    ['left/top', wide, LEFT],
    ['left/bottom', wide, LEFT],
    ['right/top', wide, RIGHT],
    ['right/bottom', wide, RIGHT],
    ['right/middle', wide, RIGHT],
    ['top', tall, TOP],
    ['bottom', tall, BOTTOM],
    ['right/top', tall, TOP],
    ['left/bottom', tall, BOTTOM],
    ['center/bottom', tall, BOTTOM],
  ];
  for (const [align, source, [first = RED, second = RED]] of sides) {
    it(`keeps the ${align} of a ${source === wide ? 'wide' : 'tall'} picture`, () => {
      const along =
        source === wide
          ? [
              [0.5, 0.2, first],
              [0.5, 0.8, second],
            ]
          : [
              [0.2, 0.5, first],
              [0.8, 0.5, second],
            ];
      const opposite =
        source === wide
          ? [
              [0.05, 0.05, first],
              [0.95, 0.95, second],
            ]
          : [
              [0.05, 0.95, first],
              [0.95, 0.05, second],
            ];
      assertColors(render(`100x100/${align}`, source), [...along, ...opposite] as [number, number, typeof RED][]);
    });
  }

  it('is what there is least to see of, by smart', () => {
    const picture = inScope((scope) =>
      plain(scope, 400, 100, [120, 125, 120])
        .insert(scene(scope, 60, 60), 330, 20)
        .pngsaveBuffer(),
    );
    const smart = render('100x100/smart', picture);
    assertColor(pixelAt(smart, 2, 2), [120, 125, 120], 30);
    assert.notDeepEqual(pixelAt(smart, 60, 50), pixelAt(smart, 2, 2));
    assertColor(pixelAt(render('100x100', picture), 60, 50), [120, 125, 120]);
  });

  it('is what lies farthest from the focus', () => {
    const cases: readonly (readonly [focal: string, colors: readonly [typeof RED, typeof RED]])[] = [
      ['focal(0.1x0.5)', [RED, BLUE]],
      ['focal(0.9,0.5)', [GREEN, YELLOW]],
      ['focal(350x10:399x190)', [GREEN, YELLOW]],
      ['focal(9999x9999)', [GREEN, YELLOW]],
      ['focal(0x0:10x10):focal(0x100:10x110)', [RED, BLUE]],
    ];
    for (const [focal, [above, below]] of cases) {
      assertColors(render(`100x100/filters:${focal}`, wide), [
        [0.05, 0.2, above],
        [0.95, 0.2, above],
        [0.5, 0.8, below],
      ]);
    }
  });

  it('counts the focus from the source’s corner, whatever is cropped before', () => {
    // the crop leaves 50 pixels on each side of the middle, which is at 200
    assertColors(render('150x0:251x200/20x100/filters:focal(160x100)', wide), [
      [0.05, 0.1, RED],
      [0.95, 0.9, BLUE],
    ]);
    assertColors(render('150x0:251x200/20x100/filters:focal(240x100)', wide), [
      [0.05, 0.1, GREEN],
      [0.95, 0.9, YELLOW],
    ]);
  });

  it('pays no heed to a focus that is disabled, or with fit-in', () => {
    const centred = render('100x100/filters:focal(0.1x0.5)', wide, { options: { disabledFilters: ['focal'] } });
    assertColors(centred, [
      [0.2, 0.2, RED],
      [0.8, 0.2, GREEN],
    ]);
    assert.equal(sizeOf('fit-in/100x100/filters:focal(0.1x0.5)', wide), '100x50');
  });
});

describe('resize, flips', () => {
  const cases: readonly (readonly [path: string, corners: readonly (typeof RED)[]])[] = [
    ['100x50', [RED, GREEN, BLUE, YELLOW]],
    ['-100x50', [GREEN, RED, YELLOW, BLUE]],
    ['100x-50', [BLUE, YELLOW, RED, GREEN]],
    ['-100x-50', [YELLOW, BLUE, GREEN, RED]],
    ['-0x0', [GREEN, RED, YELLOW, BLUE]],
    ['0x-0', [BLUE, YELLOW, RED, GREEN]],
    ['fit-in/-100x0', [GREEN, RED, YELLOW, BLUE]],
    ['stretch/100x-50', [BLUE, YELLOW, RED, GREEN]],
  ];
  for (const [path, [topLeft = RED, topRight = RED, bottomLeft = RED, bottomRight = RED]] of cases) {
    it(`mirrors for ${path}`, () => {
      assertColors(render(path, wide), [
        [0.2, 0.2, topLeft],
        [0.8, 0.2, topRight],
        [0.2, 0.8, bottomLeft],
        [0.8, 0.8, bottomRight],
      ]);
    });
  }

  it('mirrors before filters', () => {
    assertColors(render('-100x50/filters:crop(0,0,20,20)', wide), [[0.5, 0.5, GREEN]]);
  });
});

describe('resize, EXIF orientation', () => {
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const source = inScope((scope) => exifOriented(scope, orientation, 320, 160).jpegsaveBuffer({ Q: 95 }));
    const upright: [number, number, readonly number[]][] = [
      [0.2, 0.2, RED],
      [0.8, 0.2, GREEN],
      [0.2, 0.8, BLUE],
      [0.8, 0.8, YELLOW],
    ];

    it(`turns orientation ${orientation} upright`, () => {
      const sizes: Sizes = [
        ['fit-in/160x160', '160x80'],
        ['fit-in/0x40', '80x40'],
        ['full-fit-in/80x80', '160x80'],
        ['adaptive-fit-in/100x200', '200x100'],
        ['80x80', '80x80'],
        ['80x0', '80x40'],
        ['stretch/50x90', '50x90'],
        ['100x60/filters:focal(0.5x0.5)', '100x60'],
        ['0x0', '320x160'],
        ['filters:max_bytes(1000000)', '320x160'],
        ['40x0/filters:max_bytes(1000000)', '40x20'],
      ];
      for (const [path, size] of sizes) {
        const picture = render(path, source);
        assert.equal(`${picture.width}x${picture.height}`, size, path);
        assertColors(picture, upright);
        assert.equal(picture.orientation, 1, path);
      }
    });

    it(`keeps sides by their upright names at orientation ${orientation}`, () => {
      assertColors(render('80x80/left', source), [
        [0.5, 0.2, RED],
        [0.5, 0.8, BLUE],
      ]);
      assertColors(render('80x80/right/top', source), [
        [0.5, 0.2, GREEN],
        [0.5, 0.8, YELLOW],
      ]);
      assertColors(render('-160x80', source), [
        [0.2, 0.2, GREEN],
        [0.8, 0.8, BLUE],
      ]);
      assertColors(render('170x10:310x70', source), [[0.5, 0.5, GREEN]]);
    });
  }

  it('is void after orient(), which turns anticlockwise', () => {
    const source = inScope((scope) => exifOriented(scope, 3, 320, 160).jpegsaveBuffer({ Q: 95 }));
    const turned = render('0x100/filters:orient(90)', source); // stored upside down: yellow, blue / green, red
    assert.deepEqual([turned.width, turned.height, turned.orientation], [50, 100, 1]);
    assertColors(turned, [
      [0.2, 0.2, BLUE],
      [0.8, 0.2, RED],
      [0.2, 0.8, YELLOW],
      [0.8, 0.8, GREEN],
    ]);
    assertColors(render('100x0/filters:orient(45)', source), [
      [0.2, 0.2, YELLOW],
      [0.8, 0.8, RED],
    ]);
  });
});

describe('resize, limits', () => {
  const small = inScope((scope) => plain(scope, 10, 1000, WHITE).pngsaveBuffer());
  const refuses = (path: string, source: Uint8Array): void =>
    assert.throws(
      () => describeMeta(path, source),
      (error) => error instanceof AppError && error.code === 'max-resolution-exceeded',
      path,
    );

  it('are kept by every way to grow', () => {
    const ways = ['full-fit-in/9000x9000', 'fit-in/99999x99999/filters:upscale():rotate(180)', 'stretch/9999x9999'];
    const more = ['full-fit-in/9999999999x9', 'stretch/10000x10/filters:rotate(180)', '10000x10/filters:rotate(180)'];
    for (const path of [...ways, ...more, '9999x9999/filters:focal(1x1)', 'trim/9999x9999']) refuses(path, wide);
  });

  it('are kept before anything is computed, also where the excess would be cut off again', () => {
    const startMs = performance.now();
    refuses('9000x8000/filters:rotate(180)', small); // 9,000 × 900,000 before the crop
    refuses('9000x8000/smart/filters:rotate(180)', small);
    assert.ok(performance.now() - startMs < 2_000);
    assert.equal(sizeOf('500x500/filters:rotate(180)', small), '500x500');
  });

  it('are the operator’s', () => {
    const options = { maxWidth: 500, maxHeight: 300, maxResolution: 100_000 };
    const made = (path: string): string => {
      const { width, height } = describeMeta(path, wide, { options });
      return `${width}x${height}`;
    };
    assert.equal(made('440x220'), '440x220');
    for (const path of ['460x220', '501x10', '10x301', 'full-fit-in/460x0', 'stretch/460x220', '501x0']) {
      assert.throws(() => made(path), AppError, path);
    }
    const larger = inScope((scope) => {
      const picture = plain(scope, 600, 400, WHITE);
      return [picture.jpegsaveBuffer(), picture.heifsaveBuffer({ compression: 'av1', effort: 0 })];
    });
    const limits = { maxWidth: 500, maxHeight: 300, maxResolution: 240_000 };
    for (const source of larger) {
      const sizes = ['', '400x0', '100x100/smart'].map((path) => describeMeta(path, source, { options: limits }));
      assert.deepEqual(
        sizes.map(({ width, height }) => [width, height]),
        [
          [450, 300],
          [400, 267],
          [100, 100],
        ],
      );
      for (const path of ['trim', '0x0:9x9/filters:rotate(90)']) {
        assert.throws(() => describeMeta(path, source, { options: limits }), AppError, path);
      }
    }
    const [asJpeg = wide, asAvif = wide] = larger;
    const fewer = { options: { ...limits, maxResolution: 50_000 } };
    assert.throws(() => describeMeta('100x0', asAvif, fewer), AppError);
    assert.equal(describeMeta('100x0', asJpeg, fewer)['width'], 100);
    const unlimited = describeMeta('full-fit-in/10001x0', wide, { options: { unlimited: true } });
    assert.equal(unlimited['width'], 10_001);
  });
});
