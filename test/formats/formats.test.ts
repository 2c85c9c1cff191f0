import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from '../../src/endpoint/parse.ts';
import { AppError } from '../../src/errors.ts';
import { installedFormats } from '../../src/imaging/installed-formats.ts';
import { DEFAULT_IMAGING_OPTIONS } from '../../src/imaging/options.ts';
import { runPipeline } from '../../src/imaging/pipeline.ts';
import { HEIC_SAMPLE } from '../../src/imaging/samples.ts';
import { TRUSTED_LOADERS } from '../../src/imaging/trusted-loaders.ts';
import type { Image } from '../../src/vips/image.ts';
import { type Libvips, openLibvips } from '../../src/vips/library.ts';
import { Scope } from '../../src/vips/scope.ts';
import { quarters } from '../fixtures/draw.ts';

// Formats that the bundled libvips lacks: refused with the reason by that one, read and written by the one that
// LIBVIPS_PATH names (.ci/run does). A process has one libvips, so this file opens its own.

process.env['VIPS_WARNING'] = '0';
const { LIBVIPS_PATH: path } = process.env;
const libvips: Libvips = openLibvips({ path, trusted: [...TRUSTED_LOADERS, 'VipsForeignSaveMagick'] });

function run(url: string, source: Uint8Array): { bytes: Uint8Array; contentType: string } {
  using scope = new Scope(libvips);
  const params = parse(`unsafe/${url}/source`.replaceAll('//', '/'));
  return runPipeline(scope, { params, source, images: new Map() }, DEFAULT_IMAGING_OPTIONS);
}

const refusal = (message: RegExp) => (error: unknown) =>
  error instanceof AppError && error.status === 406 && message.test(error.publicMessage);

/** Pages of 200 × 100 points, their left half red. */
function drawPdf(width: number = 200, height: number = 100, pages: number = 1): Buffer {
  const drawing = '1 0 0 rg 0 0 100 100 re f';
  const kids = Array.from({ length: pages }, (_, index) => `${index + 4} 0 R`).join(' ');
  const page = `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${width} ${height}]/Contents 3 0 R>>`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Kids[${kids}]/Count ${pages}>>`,
    `<</Length ${drawing.length}>>stream\n${drawing}\nendstream`,
    ...Array.from({ length: pages }, () => page),
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj${object}endobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`;
  return Buffer.from(
    `${text}${table}trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF\n`,
  );
}

if (path === undefined) {
  describe('the bundled libvips', () => {
    const missing: Readonly<Record<string, Uint8Array>> = {
      HEIC: HEIC_SAMPLE,
      'JPEG XL': Buffer.from('ff0a0000', 'hex'),
      'JPEG 2000': Buffer.from('ff4fff51', 'hex'),
      PDF: drawPdf(),
      'Photoshop \\(PSD\\)': Buffer.from('8BPS\0\x01'),
      ICO: Buffer.from([0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0]),
    };
    for (const [name, source] of Object.entries(missing)) {
      it(`says why it does not read ${name}`, () => {
        const reason = new RegExp(`cannot read ${name} pictures: its libvips was built without `);
        for (const url of ['', '10x10', 'filters:blur(2):format(png)']) {
          assert.throws(() => run(url, source), refusal(reason), url);
        }
      });
    }

    for (const [format, name] of [
      ['jxl', 'JPEG XL'],
      ['jp2', 'JPEG 2000'],
      ['heif', 'HEIC'],
    ] as const) {
      it(`says why it does not write ${name}`, () => {
        using scope = new Scope(libvips);
        const reason = new RegExp(`cannot write ${name} pictures: its libvips was built without `);
        const png = quarters(scope, 20, 20).pngsaveBuffer();
        assert.throws(() => run(`filters:format(${format})`, png), refusal(reason));
      });
    }

    it('lists what it has and has not', () => {
      const { formats } = installedFormats(undefined);
      const named = (keep: boolean): string[] => formats.filter(({ reads }) => reads === keep).map(({ name }) => name);
      assert.deepEqual(named(true), ['JPEG', 'PNG', 'WebP', 'GIF', 'TIFF', 'AVIF', 'SVG', 'BMP']);
      assert.deepEqual(named(false), ['HEIC', 'JPEG XL', 'JPEG 2000', 'PDF', 'PSD', 'ICO']);
    });
  });
} else {
  describe('the libvips that LIBVIPS_PATH names', () => {
    const draw = (save: (picture: Image) => unknown): Uint8Array => {
      using scope = new Scope(libvips);
      return save(quarters(scope, 64, 64)) as Uint8Array;
    };
    const magick = (format: string) => (picture: Image) =>
      picture.call('magicksave_buffer', { in: picture, format })['buffer'];
    const sources = {
      heif: draw((picture) => picture.heifsaveBuffer({ compression: 'hevc', Q: 90 })),
      avif: draw((picture) => picture.heifsaveBuffer({ compression: 'av1', Q: 90 })),
      jxl: draw((picture) => picture.call('jxlsave_buffer', { in: picture })['buffer']),
      jp2k: draw((picture) => picture.call('jp2ksave_buffer', { in: picture })['buffer']),
      psd: draw(magick('PSD')),
      ico: draw(magick('ICO')),
    };
    const colorAt = (bytes: Uint8Array, x: number, y: number): number[] => {
      using scope = new Scope(libvips);
      return scope.load(bytes).getpoint(x, y).slice(0, 3);
    };
    const assertQuarters = (bytes: Uint8Array, side: number): void => {
      const [near, far] = [Math.floor(side / 4), Math.floor((side * 3) / 4)];
      for (const [x, y, color] of [
        [near, near, [255, 0, 0]],
        [far, near, [0, 255, 0]],
        [near, far, [0, 0, 255]],
        [far, far, [255, 255, 0]],
      ] as const) {
        for (const [band, value] of colorAt(bytes, x, y).entries()) {
          assert.ok(Math.abs(value - (color[band] ?? 0)) < 25, `${x},${y}: ${value} in band ${band}`);
        }
      }
    };

    for (const [kind, source] of Object.entries(sources)) {
      it(`reads ${kind}`, () => {
        assertQuarters(run('filters:format(png)', source).bytes, 64);
        assertQuarters(run('32x32/filters:format(png)', source).bytes, 32);
        assertQuarters(run('fit-in/32x32/filters:contrast(1):format(png)', source).bytes, 32);
        const meta = JSON.parse(Buffer.from(run('meta', source).bytes).toString()) as Record<string, unknown>;
        assert.deepEqual([meta['width'], meta['height']], [64, 64]);
        assert.equal(meta['format'], kind === 'psd' || kind === 'ico' ? 'magick' : kind);
      });
    }

    for (const format of ['heif', 'avif', 'jxl', 'jp2'] as const) {
      it(`writes ${format}`, () => {
        const { bytes, contentType } = run(`filters:format(${format}):quality(90)`, sources.jxl);
        assert.equal(contentType, `image/${format}`);
        assertQuarters(run('filters:format(png)', bytes).bytes, 64);
      });
    }

    it('reads PDF, at the density that the URL asks for', () => {
      const pdf = drawPdf();
      const { bytes } = run('filters:dpi(144):format(png)', pdf);
      assert.deepEqual(colorAt(bytes, 100, 100), [255, 0, 0]);
      assert.deepEqual(colorAt(bytes, 300, 100), [255, 255, 255]);
      const meta = JSON.parse(Buffer.from(run('meta', pdf).bytes).toString()) as Record<string, unknown>;
      assert.deepEqual(
        [meta['format'], meta['content_type'], meta['width'], meta['height'], meta['pages']],
        ['pdf', 'application/pdf', 200, 100, 1],
      );
    });

    it('refuses bombs of PDF by their header: large pages, small ones at a density, and loads one of many', () => {
      for (const [url, pdf] of [
        ['', drawPdf(14_000, 14_000)],
        ['meta', drawPdf(14_000, 14_000)],
        ['filters:dpi(9000):format(png)', drawPdf()],
        ['50x50/filters:dpi(9000):format(png)', drawPdf(2_000, 2_000)],
      ] as const) {
        assert.throws(() => run(url, pdf), { code: 'max-resolution-exceeded' }, url);
      }
      const many = drawPdf(2_000, 2_000, 500); // 2 gigapixels
      for (const url of ['20x20/filters:format(png)', '20x20/filters:page(400):format(webp)', 'filters:format(jpeg)']) {
        assert.ok(run(url, many).bytes.length > 0, url);
      }
    });

    it('leaves nothing else to ImageMagick', () => {
      for (const text of ['push graphic-context\nviewbox 0 0 9 9\n', 'P6 1 1 255 abc', '/* XPM */']) {
        assert.throws(() => run('', Buffer.from(text)), { code: 'unsupported-format' });
      }
    });

    it('lists all that there is', () => {
      const { formats } = installedFormats(path);
      for (const { name, reads, writes } of formats) assert.ok(reads && writes !== false, name);
    });
  });
}
