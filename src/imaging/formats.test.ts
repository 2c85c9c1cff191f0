import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { svgQuarters } from '../../test/fixtures/draw.ts';
import { inScope } from '../../test/support/vips.ts';
import { canSaveAnimation, contentTypeOfFormat, loadFormat, parseSaveFormat, saveFormatFor } from './formats.ts';

describe('parseSaveFormat', () => {
  it('knows imagor’s names', () => {
    const named = Object.entries({ jpg: 'jpeg', jpeg: 'jpeg', png: 'png', jp2: 'jp2k', avif: 'avif', tiff: 'tiff' });
    for (const [name, format] of named) assert.equal(parseSaveFormat(name), format);
  });

  it('gives a JPEG for formats that can only be read', () => {
    for (const name of ['svg', 'pdf', 'bmp']) assert.equal(parseSaveFormat(name), 'jpeg');
  });

  it('does not know others', () => {
    for (const name of ['', 'JPEG', 'jpeg ', 'tif', 'ico', 'magick', 'constructor', '__proto__']) {
      assert.equal(parseSaveFormat(name), undefined, name);
    }
  });
});

describe('saveFormatFor', () => {
  it('keeps the format of a source where it can', () => {
    for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif', 'heif', 'jp2k', 'jxl'] as const) {
      assert.equal(saveFormatFor(format), format);
    }
    for (const format of ['svg', 'pdf', 'bmp', 'magick', 'unknown'] as const) {
      assert.equal(saveFormatFor(format), 'jpeg');
    }
  });
});

describe('canSaveAnimation', () => {
  it('is for GIF and WebP', () => {
    assert.ok(canSaveAnimation('gif') && canSaveAnimation('webp'));
    assert.ok(!canSaveAnimation('png') && !canSaveAnimation('avif') && !canSaveAnimation('jpeg'));
  });
});

describe('contentTypeOfFormat', () => {
  it('has imagor’s media types, and none where imagor has none', () => {
    assert.equal(contentTypeOfFormat('jp2k'), 'image/jp2');
    assert.equal(contentTypeOfFormat('svg'), 'image/svg+xml');
    assert.equal(contentTypeOfFormat('pdf'), 'application/pdf');
    assert.equal(contentTypeOfFormat('magick'), '');
  });
});

describe('loadFormat', () => {
  it('tells the format by the loader that opened a file', () => {
    inScope((scope) => {
      const dot = scope.black(8, 8);
      assert.equal(loadFormat(scope.load(dot.jpegsaveBuffer())), 'jpeg');
      assert.equal(loadFormat(scope.load(dot.pngsaveBuffer())), 'png');
      assert.equal(loadFormat(scope.load(dot.webpsaveBuffer())), 'webp');
      assert.equal(loadFormat(scope.load(dot.gifsaveBuffer())), 'gif');
      assert.equal(loadFormat(scope.load(dot.tiffsaveBuffer())), 'tiff');
      assert.equal(loadFormat(scope.load(dot.heifsaveBuffer({ compression: 'av1' }))), 'heif');
      assert.equal(loadFormat(scope.load(svgQuarters(8, 8))), 'svg');
    });
  });

  it('is unknown for a picture that was never loaded', () => {
    inScope((scope) => {
      assert.equal(loadFormat(scope.black(8, 8)), 'unknown');
      assert.equal(loadFormat(scope.black(8, 8).withMetadata({ 'vips-loader': 'fooload' })), 'unknown');
    });
  });
});
