import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type BmpKind, type Color, drawBmp, paletteColor } from '../../test/fixtures/draw-bmp.ts';
import { pixelAt } from '../../test/support/picture.ts';
import { describeMeta, process, render } from '../../test/support/render.ts';
import { inScope } from '../../test/support/vips.ts';
import { AppError } from '../errors.ts';
import { loadBmp } from './bmp.ts';
import { DEFAULT_IMAGING_OPTIONS } from './options.ts';

/** A width at which rows of every depth need padding. */
const [WIDTH, HEIGHT] = [13, 5];

const indexAt =
  (bits: number) =>
  (x: number, y: number): Color => [(x < 6 ? y : x * 3 + y * 7) % 2 ** bits];

const colorAt = (x: number, y: number): Color => [x * 20, y * 60, 255 - x * 10, 255 - y * 50];

/** The pixels of a file, row by row. */
function pixelsOf(bytes: Uint8Array): number[][] {
  return inScope((scope) => {
    const image = loadBmp(scope, bytes, DEFAULT_IMAGING_OPTIONS);
    const raw = image.toMemory();
    return Array.from({ length: raw.length / image.bands }, (_, pixel) => [
      ...raw.subarray(pixel * image.bands, (pixel + 1) * image.bands),
    ]);
  });
}

const places = Array.from(
  { length: WIDTH * HEIGHT },
  (_, place) => [place % WIDTH, Math.floor(place / WIDTH)] as const,
);

const named = (kind: BmpKind): string =>
  `${kind.bits} bits, header of ${kind.headerBytes}${kind.isTopDown ? ', top down' : ''}${kind.isRunLength ? ', runs' : ''}${kind.masks ? `, ${kind.masks.map((mask) => mask.toString(16))}` : ''}`;

const HEADERS = [12, 16, 40, 52, 56, 64, 108, 124] as const;
const RGB_565 = [0xf800, 0x7e0, 0x1f];
const ARGB_1555 = [0x7c00, 0x3e0, 0x1f, 0x8000];
const ARGB_4444 = [0xf00, 0xf0, 0xf, 0xf000];
const BGRA = [0xff0000, 0xff00, 0xff, 0xff000000];
const RGBA = [0xff000000, 0xff0000, 0xff00, 0xff];
const DEEP = [0x3ff00000, 0xffc00, 0x3ff];
/** Kinds with palettes; every header. */
const PALETTES: readonly BmpKind[] = ([1, 2, 4, 8] as const).flatMap((bits) => [
  ...HEADERS.map((headerBytes) => ({ bits, headerBytes })),
  { bits, headerBytes: 40, isTopDown: true },
]);
const RUNS: readonly BmpKind[] = ([4, 8] as const).flatMap((bits) =>
  ([40, 64, 124] as const).map((headerBytes) => ({ bits, headerBytes, isRunLength: true })),
);
const COLORS: readonly BmpKind[] = [
  ...HEADERS.map((headerBytes): BmpKind => ({ bits: 24, headerBytes })),
  { bits: 24, headerBytes: 124, isTopDown: true },
  { bits: 32, headerBytes: 40 },
  { bits: 32, headerBytes: 40, isTopDown: true },
  ...([40, 52] as const).map((headerBytes): BmpKind => ({ bits: 32, headerBytes, masks: BGRA.slice(0, 3) })),
  ...([40, 56, 108, 124] as const).flatMap((headerBytes): BmpKind[] => [
    { bits: 32, headerBytes, masks: BGRA },
    { bits: 32, headerBytes, masks: RGBA, isTopDown: true },
  ]),
];
const ROUGH: readonly BmpKind[] = [
  { bits: 16, headerBytes: 12 },
  { bits: 16, headerBytes: 40 },
  { bits: 16, headerBytes: 40, masks: RGB_565 },
  { bits: 16, headerBytes: 124, masks: RGB_565, isTopDown: true },
  { bits: 16, headerBytes: 40, masks: ARGB_1555 },
  { bits: 16, headerBytes: 108, masks: ARGB_4444 },
  { bits: 32, headerBytes: 108, masks: DEEP },
];

describe('BMP', () => {
  for (const kind of [...PALETTES, ...RUNS]) {
    it(`has the colours of its palette: ${named(kind)}`, () => {
      const pixels = pixelsOf(drawBmp(kind, WIDTH, HEIGHT, indexAt(kind.bits)));
      const expected = places.map(([x, y]) => paletteColor(indexAt(kind.bits)(x, y)[0] ?? 0));
      assert.deepEqual(pixels, expected);
    });
  }

  for (const kind of COLORS) {
    it(`has its colours: ${named(kind)}`, () => {
      const bands = kind.masks?.length ?? 3;
      const pixels = pixelsOf(drawBmp(kind, WIDTH, HEIGHT, colorAt));
      assert.deepEqual(
        pixels,
        places.map(([x, y]) => colorAt(x, y).slice(0, bands)),
      );
    });
  }

  for (const kind of ROUGH) {
    it(`has its colours as well as so many bits allow: ${named(kind)}`, () => {
      const masks = kind.masks ?? [0x7c00, 0x3e0, 0x1f];
      const pixels = pixelsOf(drawBmp(kind, WIDTH, HEIGHT, colorAt));
      for (const [index, [x, y]] of places.entries()) {
        const seen = pixels[index] ?? [];
        assert.equal(seen.length, masks.length);
        for (const [band, mask] of masks.entries()) {
          const steps = mask / ((mask & -mask) >>> 0);
          const expected = (Math.round(((colorAt(x, y)[band] ?? 0) / 255) * steps) / steps) * 255;
          assert.ok(Math.abs((seen[band] ?? -1) - expected) <= 1, `${x},${y} ${band}: ${seen[band]}, ${expected}`);
        }
      }
    });
  }

  it('is opaque where alpha is 0 throughout, and where the header has no mask for it', () => {
    const invisible = (x: number, y: number): Color => [...colorAt(x, y).slice(0, 3), 0];
    for (const kind of [
      { bits: 32, headerBytes: 124, masks: BGRA },
      { bits: 16, headerBytes: 124, masks: ARGB_4444 },
    ] as const) {
      assert.equal(pixelsOf(drawBmp(kind, WIDTH, HEIGHT, invisible))[0]?.length, 3);
    }
    const plain = drawBmp({ bits: 32, headerBytes: 40 }, WIDTH, HEIGHT, colorAt);
    plain.fill(0x80, 54); // what is in the fourth bytes means nothing
    assert.deepEqual(pixelsOf(plain)[0], [0x80, 0x80, 0x80]);
  });

  it('may have fewer colours than indices, which are black then', () => {
    const bytes = drawBmp({ bits: 8, headerBytes: 40, paletteColors: 10 }, 4, 1, (x) => [x * 5]);
    assert.deepEqual(pixelsOf(bytes), [paletteColor(0), paletteColor(5), [0, 0, 0], [0, 0, 0]]);
  });

  it('may go without the padding of its last row, and with bytes before and after its pixels', () => {
    const kind: BmpKind = { bits: 24, headerBytes: 40 };
    const bytes = drawBmp(kind, 3, 2, colorAt);
    const expected = pixelsOf(bytes);
    assert.deepEqual(pixelsOf(bytes.subarray(0, -3)), expected);
    assert.throws(() => pixelsOf(bytes.subarray(0, -4)), /ends before its last pixel/);
    const roomy = Buffer.concat([bytes.subarray(0, 54), Buffer.alloc(10), bytes.subarray(54), Buffer.alloc(7)]);
    roomy.writeUInt32LE(64, 10);
    assert.deepEqual(pixelsOf(roomy), expected);
  });

  it('follows jumps, and drops runs that lead out of the picture', () => {
    const bytes = drawBmp({ bits: 8, headerBytes: 40, isRunLength: true }, 4, 3, () => [0]);
    const head = bytes.subarray(0, bytes.readUInt32LE(10));
    const indices = (stream: readonly number[]): string => {
      const colors = pixelsOf(Buffer.concat([head, Buffer.from(stream)])).map(String);
      const names = new Map(Array.from({ length: 10 }, (_, index) => [String(paletteColor(index)), index]));
      return colors.map((color) => names.get(color)).join('');
    };
    // rows stand from the bottom up
    assert.equal(indices([0, 2, 1, 1, 2, 7, 0, 1]), '0000' + '0770' + '0000');
    assert.equal(indices([9, 5, 0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 1, 4]), '4000' + '1230' + '5555');
    assert.equal(indices([4, 1, 0, 2, 200, 200, 4, 2]), '0000' + '0000' + '1111');
    assert.equal(indices([2, 6, 0, 9, 1]), '0000' + '0000' + '6610');
    assert.equal(indices([]), '000000000000');
  });

  it('goes through the pipeline as any picture does', () => {
    const bytes = drawBmp({ bits: 24, headerBytes: 40 }, 200, 100, (x) => (x < 100 ? [250, 10, 10] : [10, 10, 250]));
    for (const [path, size] of [
      ['', '200x100'],
      ['50x50', '50x50'],
      ['fit-in/50x50', '50x25'],
      ['100x0:180x90/filters:blur(1)', '80x90'],
      ['filters:rotate(90)', '100x200'],
      ['400x0', '400x200'],
    ] as const) {
      const seen = render(`${path}${path.includes('filters') ? ':' : '/filters:'}format(png)`, bytes);
      assert.equal(`${seen.width}x${seen.height}`, size, path);
    }
    const half = render('0x0:100x100', bytes);
    assert.equal(half.kind, 'jpeg', 'JPEG unless the URL says otherwise');
    assert.ok((pixelAt(half, 50, 50)[0] ?? 0) > 200);
    const overlaid = render('filters:image(50x50/m,0,0):format(png)', bytes, { images: { m: bytes } });
    assert.ok((pixelAt(overlaid, 40, 10)[2] ?? 0) > 200);
    const { format, content_type: type, width, bands } = describeMeta('', bytes);
    assert.deepEqual([format, type, width, bands], ['bmp', 'image/bmp', 200, 3]);
  });
});

describe('a BMP that is no good', () => {
  const good = drawBmp({ bits: 24, headerBytes: 40 }, 4, 4, colorAt);
  const withField = (offset: number, bytes: 2 | 4, value: number): Buffer => {
    const copy = Buffer.from(good);
    copy.writeUIntLE(value >>> 0, offset, bytes);
    return copy;
  };
  const bad: Readonly<Record<string, Buffer>> = {
    'only two letters': good.subarray(0, 2),
    'half a header': good.subarray(0, 30),
    'no pixels': good.subarray(0, 54),
    '40 bits a pixel': withField(28, 2, 40),
    '0 bits a pixel': withField(28, 2, 0),
    '65,535 bits a pixel': withField(28, 2, 65_535),
    'an unknown header': withField(14, 4, 41),
    'a header of 4 GB': withField(14, 4, 0xffffffff),
    'a header longer than the file': withField(14, 4, 124),
    'no width': withField(18, 4, 0),
    'a negative width': withField(18, 4, -4),
    'no height': withField(22, 4, 0),
    'two planes': withField(26, 2, 2),
    'a JPEG inside': withField(30, 4, 4),
    'runs of 24 bits': withField(30, 4, 1),
    'compression 4,294,967,295': withField(30, 4, -1),
    'pixels within the header': withField(10, 4, 20),
    'pixels beyond the end': withField(10, 4, 0xffffffff),
    'masks in two parts': drawBmp({ bits: 16, headerBytes: 56, masks: [0xf0f0, 0xf, 0, 0] }, 4, 4, colorAt),
    'masks wider than the pixel': drawBmp({ bits: 16, headerBytes: 56, masks: [0xff0000, 0xf, 0, 0] }, 4, 4, () => [0]),
  };
  for (const [what, bytes] of Object.entries(bad)) {
    it(`is refused: ${what}`, () => {
      assert.throws(
        () => process('', bytes),
        (error) =>
          error instanceof AppError && error.status === 406 && error.publicMessage.startsWith('the BMP cannot'),
      );
    });
  }

  it('is refused unread when it is too large', () => {
    for (const [width, height] of [
      [0x7fffffff, 1],
      [1, 0x7fffffff],
      [1, -0x80000000],
      [9_999, 9_998],
    ] as const) {
      const bomb = withField(18, 4, width);
      bomb.writeInt32LE(height, 22);
      assert.throws(() => process('10x10', bomb), { code: 'max-resolution-exceeded' });
    }
    const runs = drawBmp({ bits: 8, headerBytes: 40, isRunLength: true }, 4, 4, () => [0]);
    runs.writeInt32LE(1_000_000, 18);
    assert.throws(() => process('10x10', runs), { code: 'max-resolution-exceeded' });
  });

  it('never does worse than to be refused, whatever is changed in it', () => {
    const kinds = [...PALETTES, ...RUNS, ...COLORS, ...ROUGH];
    const files = kinds.map((kind) => drawBmp(kind, WIDTH, HEIGHT, kind.bits <= 8 ? indexAt(kind.bits) : colorAt));
    const options = { ...DEFAULT_IMAGING_OPTIONS, maxWidth: 500, maxHeight: 500, maxResolution: 50_000 };
    const outcomes = new Set<string>();
    const edit = fc.record({
      at: fc.nat(160),
      value: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 2, 4, 8, 40, 127, 255)),
    });
    fc.assert(
      fc.property(
        fc.nat(files.length - 1),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        fc.option(fc.nat(200), { nil: undefined }),
        (file, edits, length) => {
          const bytes = Buffer.from(files[file]?.subarray(0, length) ?? []);
          for (const { at, value } of edits) if (at < bytes.length) bytes[at] = value;
          try {
            inScope((scope) => loadBmp(scope, bytes, options).toMemory());
            outcomes.add('read');
          } catch (error) {
            assert.ok(error instanceof AppError, String(error));
            outcomes.add(error.code);
          }
        },
      ),
      { numRuns: 500 },
    );
    assert.deepEqual([...outcomes].sort(), ['max-resolution-exceeded', 'read', 'unsupported-format']);
  });
});
