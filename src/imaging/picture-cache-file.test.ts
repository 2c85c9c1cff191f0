import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { blinking, deep, disc, exifOriented, inProfile, plain, RED, scene } from '../../test/fixtures/draw.ts';
import { readPicture, similarity } from '../../test/support/picture.ts';
import { inScope, libvips } from '../../test/support/vips.ts';
import { AppError } from '../errors.ts';
import type { Image } from '../vips/image.ts';
import { DEFAULT_IMAGING_OPTIONS } from './options.ts';
import {
  type KeptFormat,
  type KeptPicture,
  openPicture,
  PART,
  type PictureFiles,
  PictureMissing,
  pictureFile,
  writePicture,
} from './picture-cache-file.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'kept-pictures-'));
let made = 0;

after(() => rmSync(directory, { recursive: true }));

libvips.c.vips_operation_block_set('VipsForeignLoadVipsFile', 0); // as in workers that keep pictures

const filesAs = (format: KeptFormat): PictureFiles => ({ directory, format, maxWidth: 300, maxHeight: 200 });

/** Writes a picture as a worker does, and renames it as the server does. */
function keep(bytes: Uint8Array, format: KeptFormat = 'pixel'): KeptPicture {
  made += 1;
  const name = made.toString(16).padStart(64, '0');
  const files = filesAs(format);
  const written = inScope((scope) => writePicture(scope, bytes, name, files, DEFAULT_IMAGING_OPTIONS));
  assert.ok(written);
  const file = pictureFile(directory, name);
  renameSync(file + PART, file);
  return { ...written, name };
}

const open = <T>(kept: KeptPicture, format: KeptFormat, look: (image: Image) => T): T =>
  inScope((scope) => look(openPicture(scope, kept, filesAs(format))));

const sources = inScope((scope) => {
  const picture = scene(scope, 240, 160);
  return {
    jpeg: picture.jpegsaveBuffer({ Q: 95 }),
    alpha: disc(scope, 90, RED).pngsaveBuffer(),
    deep: deep(picture).pngsaveBuffer(),
    grey: picture.colourspace('b-w').pngsaveBuffer(),
    cmyk: inProfile(picture, 'cmyk').tiffsaveBuffer(),
    p3: inProfile(picture, 'p3').jpegsaveBuffer({ Q: 95 }),
    turned: exifOriented(scope, 6, 120, 80).jpegsaveBuffer({ Q: 95 }),
    webp: picture.webpsaveBuffer(),
  };
});

describe('writePicture and openPicture', () => {
  it('give back the very pixels that the picture decodes to, in pixels and in PNG', () => {
    for (const [name, bytes] of Object.entries(sources)) {
      const expected = inScope((scope) => scope.thumbnailBuffer(bytes, 300, { height: 200, size: 'down' }).toMemory());
      for (const format of ['pixel', 'png'] as const) {
        const kept = keep(bytes, format);
        const pixels = open(kept, format, (image) => image.toMemory());
        assert.deepEqual(pixels, expected, `${name} ${format}`);
      }
    }
  });

  it('give back much the same in WebP', () => {
    for (const name of ['jpeg', 'alpha', 'deep'] as const) {
      const kept = keep(sources[name], 'webp');
      const png = open(kept, 'webp', (image) => image.pngsaveBuffer());
      assert.ok(similarity(readPicture(png), readPicture(sources[name])) > 0.9, name);
    }
  });

  it('tell what was done to the picture, and keep what results go by', () => {
    for (const format of ['pixel', 'png', 'webp'] as const) {
      const large = keep(
        inScope((scope) => plain(scope, 600, 300, RED).jpegsaveBuffer()),
        format,
      );
      assert.deepEqual([large.width, large.height, large.isShrunk, large.isTurned], [300, 150, true, false]);
      const turned = keep(sources.turned, format);
      assert.deepEqual([turned.isShrunk, turned.isTurned], [false, true]);
      open(turned, format, (image) => {
        assert.match(String(image.get('vips-loader')), /^jpegload/);
        assert.equal(image.orientation, 1);
        assert.deepEqual([image.width, image.height], [120, 80]);
      });
      open(keep(sources.p3, format), format, (image) => assert.ok(image.has('icc-profile-data')));
    }
  });

  it('keep no picture that plays, and fail for what is no picture', () => {
    const write = (bytes: Uint8Array): unknown =>
      inScope((scope) => writePicture(scope, bytes, 'f'.repeat(64), filesAs('pixel'), DEFAULT_IMAGING_OPTIONS));
    assert.equal(write(inScope((scope) => blinking(scope, 60, 40).gifsaveBuffer())), undefined);
    assert.throws(() => write(Buffer.from('no picture')), AppError);
  });

  it('miss a file that is gone, half written or something else', () => {
    for (const format of ['pixel', 'png'] as const) {
      const kept = keep(sources.jpeg, format);
      const file = pictureFile(directory, kept.name);
      const isMissed = (): void =>
        assert.throws(
          () => open(kept, format, (image) => image.avg()),
          (error) => error instanceof PictureMissing && error.isGone,
        );
      writeFileSync(file, Buffer.alloc(kept.fileBytes, 7));
      isMissed();
      truncateSync(file, kept.fileBytes - 1);
      isMissed();
      rmSync(file);
      isMissed();
    }
  });

  it('go on with a file that is removed meanwhile', () => {
    const kept = keep(sources.jpeg);
    const expected = open(kept, 'pixel', (image) => image.toMemory());
    open(kept, 'pixel', (image) => {
      rmSync(pictureFile(directory, kept.name));
      assert.deepEqual(image.toMemory(), expected);
    });
  });

  it('map pixels instead of copying them', { skip: process.platform !== 'linux' }, () => {
    const kept = keep(sources.jpeg);
    const mappings = (): string[] =>
      readFileSync('/proc/self/smaps', 'latin1').match(new RegExp(`.*${kept.name}[\\s\\S]*?VmFlags`, 'g')) ?? [];
    open(kept, 'pixel', (image) => {
      image.copyMemory().avg();
      const [mapping = '', ...more] = mappings();
      assert.deepEqual(more, []);
      assert.match(mapping, / r--s /);
      assert.match(mapping, /^Anonymous: +0 kB$/m);
      assert.ok(Number(/^Rss: +(\d+) kB$/m.exec(mapping)?.[1]) >= (240 * 160 * 3) / 1024);
    });
    assert.deepEqual(mappings(), []);
  });

  it('are no way in for strangers: libvips’ own format is not read from their bytes', () => {
    const bytes = readFileSync(pictureFile(directory, keep(sources.jpeg).name));
    assert.throws(() => inScope((scope) => scope.load(bytes).avg()));
  });
});
