import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { animation, quarters, svgQuarters } from '../../test/fixtures/draw.ts';
import { inScope } from '../../test/support/vips.ts';
import { canBeAnimated, contentTypeOf, type ImageKind, sniff } from './sniff.ts';

/** The beginning of an ISO base media file: the size of its first box, its brand, and the brands it is compatible with. */
function ftyp(brand: string, ...compatible: readonly string[]): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(16 + 4 * compatible.length);
  return Buffer.concat([size, Buffer.from(`ftyp${brand}\0\0\0\0${compatible.join('')}`, 'latin1')]);
}

describe('sniff', () => {
  it('recognises what libvips writes', () => {
    inScope((scope) => {
      const picture = quarters(scope, 16, 16);
      assert.equal(sniff(picture.jpegsaveBuffer()), 'jpeg');
      assert.equal(sniff(picture.pngsaveBuffer()), 'png');
      assert.equal(sniff(picture.webpsaveBuffer()), 'webp');
      assert.equal(sniff(picture.webpsaveBuffer({ lossless: true })), 'webp');
      assert.equal(sniff(picture.gifsaveBuffer()), 'gif');
      assert.equal(sniff(animation(scope, [picture, picture.invert()]).webpsaveBuffer()), 'webp');
      assert.equal(sniff(picture.tiffsaveBuffer()), 'tiff');
      assert.equal(sniff(picture.tiffsaveBuffer({ bigtiff: true })), 'tiff');
      assert.equal(sniff(picture.heifsaveBuffer({ compression: 'av1' })), 'avif');
      assert.equal(sniff(svgQuarters(16, 16)), 'svg');
    });
  });

  const texts: readonly (readonly [beginning: string, kind: ImageKind])[] = [
    ['GIF87a', 'gif'],
    ['GIF89a', 'gif'],
    ['II*\0', 'tiff'],
    ['MM\0*', 'tiff'],
    ['II+\0', 'tiff'],
    ['MM\0+', 'tiff'],
    ['BM6\0\0\0', 'bmp'],
    ['8BPS\0\x01', 'psd'],
    ['\0\0\x01\0\x02\0\x20\x20\0\0\x01\0', 'ico'],
    ['\0\0\x01\0\0\0\x20\x20\0\0\x01\0', 'unknown'],
    ['%PDF-1.7', 'pdf'],
    ['\xff\x0a', 'jxl'],
    ['\0\0\0\x0cJXL \r\n\x87\n', 'jxl'],
    ['\0\0\0\x0cjP  \r\n\x87\n', 'jp2'],
    ['\xff\x4f\xff\x51', 'jp2'],
    ['RIFF\0\0\0\0WEBPVP8 ', 'webp'],
    ['RIFF\0\0\0\0WAVEfmt ', 'unknown'],
    ['\xff\xd8', 'unknown'],
    ['', 'unknown'],
    ['{"json":true}', 'unknown'],
    ['\0\0\0\0', 'unknown'],
    ['P6 1 1 255 ', 'unknown'],
  ];
  for (const [beginning, kind] of texts) {
    it(`takes ${JSON.stringify(beginning)} for ${kind}`, () =>
      assert.equal(sniff(Buffer.from(beginning, 'latin1')), kind));
  }

  const brands: readonly (readonly [bytes: Buffer, kind: ImageKind])[] = [
    [ftyp('avif', 'mif1'), 'avif'],
    [ftyp('avis', 'avif'), 'avif'],
    [ftyp('heic', 'mif1', 'heic'), 'heif'],
    [ftyp('heix'), 'heif'],
    [ftyp('mif1', 'heic'), 'heif'],
    [ftyp('mif1', 'avif', 'miaf'), 'avif'],
    [ftyp('msf1', 'hevc'), 'heif'],
    [ftyp('heic', 'avif'), 'heif'],
    [ftyp('isom', 'mp41'), 'unknown'],
    // `avif` beyond the first box is no brand
    [Buffer.concat([ftyp('mif1', 'heic'), Buffer.from('avif')]), 'heif'],
  ];
  for (const [bytes, kind] of brands) {
    it(`takes the brands ${bytes.toString('latin1', 8).replaceAll('\0', ' ')} for ${kind}`, () =>
      assert.equal(sniff(bytes), kind));
  }

  describe('for SVG', () => {
    const svgs = [
      '<svg>',
      '<svg xmlns="http://www.w3.org/2000/svg"/>',
      ' \r\n\t<SVG\n>',
      '\ufeff<svg >',
      '<?xml version="1.0" encoding="utf-8"?><svg >',
      '<?xml version="1.0"?>\n<!-- a comment -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">\n<svg >',
      '<!-- a comment --><svg >',
      '<svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>',
      '<?xml version="1.0"?><?xml-stylesheet href="a.css"?><svg/>',
      '<!DOCTYPE svg [ <!ENTITY a "b"> ]><svg >',
    ];
    for (const svg of svgs) {
      it(`recognises ${JSON.stringify(svg.slice(0, 50))}`, () => assert.equal(sniff(Buffer.from(svg)), 'svg'));
    }

    const others = [
      '<svgx>',
      '<html><body><svg ></svg></body></html>',
      'words about <svg >',
      '&lt;svg >',
      '<!-- <svg > -->',
    ];
    for (const text of others) {
      it(`is not fooled by ${JSON.stringify(text)}`, () => assert.equal(sniff(Buffer.from(text)), 'unknown'));
    }
  });

  it('looks at the bytes it is given, not at the buffer around them', () => {
    const around = Buffer.from('GIF89a\xff\xd8\xff\xe0', 'latin1');
    assert.equal(sniff(around.subarray(6)), 'jpeg');
  });

  it('does not take long over large files that are no pictures', () => {
    const startMs = performance.now();
    for (const text of ['<!-- ', '<!doctype [', '<?', ' ', '\ufeff', '<!-- -->']) {
      const bytes = Buffer.alloc(1_000_000, text);
      for (let round = 0; round < 100; round += 1) assert.equal(sniff(bytes), 'unknown');
    }
    assert.ok(performance.now() - startMs < 2_000);
  });
});

describe('contentTypeOf', () => {
  it('names media types', () => {
    assert.equal(contentTypeOf('svg'), 'image/svg+xml');
    assert.equal(contentTypeOf('unknown'), 'application/octet-stream');
  });
});

describe('canBeAnimated', () => {
  it('is so for GIF and WebP', () => {
    assert.ok(canBeAnimated('gif') && canBeAnimated('webp') && !canBeAnimated('png') && !canBeAnimated('avif'));
  });
});
