import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inScope, libvips } from '../../test/support/vips.ts';
import type { BlendMode } from './enums.gen.ts';
import { FUNDAMENTAL } from './gtypes.ts';
import { introspect } from './introspect.ts';
import { VipsError } from './vips-error.ts';

describe('callOperation', () => {
  it('takes and gives numbers, arrays, enums, booleans, images and bytes', () => {
    inScope((scope) => {
      const image = scope.black(4, 3, { bands: 3 }).linear([1, 1, 1], [10, 20, 30], { uchar: true });
      assert.deepEqual([image.width, image.height, image.bands], [4, 3, 3]);
      assert.deepEqual(image.getpoint(3, 2), [10, 20, 30]);
      const doubled = image.resize(2, { kernel: 'nearest' });
      assert.deepEqual([doubled.width, doubled.height], [8, 6]);
      const keep = introspect(libvips, 'pngsave_buffer')?.arguments.has('keep') ? ['icc', 'exif'] : undefined;
      const { buffer: png } = scope.call('pngsave_buffer', { in: doubled.copy({ interpretation: 'srgb' }), keep });
      assert.ok(png instanceof Uint8Array);
      const back = scope.load(png);
      assert.equal(back.interpretation, 'srgb');
      assert.deepEqual([...back.toMemory().subarray(0, 3)], [10, 20, 30]);
      assert.deepEqual(scope.arrayjoin([image, image], { across: 1 }).height, 6);
      const square = scope.black(20, 20).drawRect([255], 5, 6, 8, 9, { fill: true });
      assert.deepEqual(square.findTrim({ background: [0] }), { left: 5, top: 6, width: 8, height: 9 });
    });
  });

  it('writes into a copy where libvips writes into its input', () => {
    inScope((scope) => {
      const image = scope.black(10, 10);
      const drawn = image.drawRect([255], 0, 0, 5, 5, { fill: true });
      assert.deepEqual(drawn.getpoint(2, 2), [255]);
      assert.deepEqual(image.getpoint(2, 2), [0]);
    });
  });

  it('takes nicknames in arrays, too, and only those that there are', () => {
    inScope((scope) => {
      const below = scope.black(1, 1, { bands: 3 }).copy({ interpretation: 'srgb' });
      const image = below.linear([1, 1, 1], [100, 150, 200], { uchar: true });
      const grey = below.linear([1, 1, 1], [128, 128, 128], { uchar: true });
      const blend = (mode: BlendMode): number[] => scope.composite([image, grey], [mode]).getpoint(0, 0).slice(0, 3);
      assert.deepEqual(blend('lighten').map(Math.round), [128, 150, 200]);
      assert.deepEqual(blend('darken').map(Math.round), [100, 128, 128]);
      assert.throws(() => blend('no-such' as BlendMode), /VipsBlendMode has no value 'no-such'/);
    });
  });

  it('reads optional outputs that are asked for', () => {
    inScope((scope) => {
      const dot = scope.black(20, 20).drawRect([255], 12, 7, 1, 1);
      const { out, x, y } = dot.call('max', { in: dot }, ['x', 'y']);
      assert.deepEqual([out, x, y], [255, 12, 7]);
    });
  });

  it('fails with libvips’ words, and forgets them afterwards', () => {
    inScope((scope) => {
      assert.throws(
        () => scope.jpegloadBuffer(Buffer.from('this is no picture')),
        (error) =>
          error instanceof VipsError && error.operation === 'jpegload_buffer' && /Not a JPEG/.test(error.message),
      );
      assert.throws(
        () => scope.black(4, 4).extractArea(2, 2, 10, 10),
        (error) => error instanceof VipsError && /bad extract area/.test(error.message) && !/JPEG/.test(error.message),
      );
    });
  });

  it('names the argument that is wrong', () => {
    inScope((scope) => {
      const image = scope.black(4, 4);
      assert.throws(() => image.call('resize', { in: image, scale: 1, nonsense: 3 }), /resize has no input nonsense/);
      assert.throws(() => image.call('resize', { in: image, scale: 'big' }), /resize, scale: a number is wanted/);
      assert.throws(() => image.call('resize', { in: image, scale: 1, kernel: 'x' }), /VipsKernel has no value 'x'/);
      assert.throws(
        () => image.call('black', { width: 1.5, height: 1 }),
        /width: a whole number from .* is wanted, not 1\.5/,
      );
      assert.throws(() => image.call('black', { width: 2 ** 33 + 4, height: 1 }), /width: a whole number from .* is/);
      assert.throws(() => scope.composite([image, image], ['over'], { x: [1.5] }), /x: a whole number from .* is/);
      assert.throws(() => image.linear([Number.NaN], [0]), /a: an array of numbers is wanted/);
      assert.throws(
        () => image.call('pngsave_buffer', { in: image, filter: 2 ** 32 }),
        /filter: a whole number from 0/,
      );
      assert.throws(() => image.call('no_such_operation', {}), /no operation no_such_operation/);
    });
  });

  it('tells what an operation knows', () => {
    assert.ok(introspect(libvips, 'jpegsave_buffer')?.arguments.has('Q'));
    assert.equal(introspect(libvips, 'no_such_operation'), undefined);
  });
});

describe('Image', () => {
  it('reads, sets and removes metadata without touching the original', () => {
    inScope((scope) => {
      const image = scope.black(10, 20);
      const changed = image.withMetadata({ orientation: 6, comment: 'hello', delay: [10, 20], 'page-height': 5 });
      assert.equal(changed.orientation, 6);
      assert.equal(changed.get('comment'), 'hello');
      assert.deepEqual(changed.get('delay'), [10, 20]);
      assert.equal(changed.pageHeight, 5);
      assert.equal(image.orientation, 1);
      assert.equal(changed.withMetadata({ comment: undefined }).get('comment'), undefined);
      assert.ok(changed.fields.includes('delay') && changed.has('delay') && !image.has('delay'));
    });
  });

  it('sets fractions, profiles and other bytes, and keeps the type of a field', () => {
    inScope((scope) => {
      const bytes = Buffer.from([0, 1, 2, 255]);
      const image = scope.black(4, 4).withMetadata({ ratio: 0.25, steps: [1, 2.5], exif: bytes });
      bytes.fill(9); // it was copied
      assert.deepEqual(
        ['ratio', 'steps', 'exif'].map((name) => image.get(name)),
        [0.25, [1, 2.5], Buffer.from([0, 1, 2, 255])],
      );
      const whole = image.withMetadata({ ratio: 2, steps: [4, 5] });
      assert.deepEqual([whole.get('ratio'), whole.get('steps')], [2, [4, 5]]);
      const typeOf = (name: string): number => libvips.c.vips_image_get_typeof(whole.pointer, name);
      assert.deepEqual([typeOf('ratio'), typeOf('steps')], [FUNDAMENTAL.double, libvips.types.arrayDouble]);
      const color = scope.black(4, 4, { bands: 3 }).copy({ interpretation: 'srgb' });
      const profile = scope.load(color.iccTransform('p3').pngsaveBuffer()).get('icc-profile-data');
      assert.ok(profile instanceof Uint8Array && profile.length > 100);
      const tagged = scope.load(color.withMetadata({ 'icc-profile-data': profile }).jpegsaveBuffer());
      assert.deepEqual(tagged.get('icc-profile-data'), profile);
    });
  });

  it('refuses numbers that C would cut down', () => {
    inScope((scope) => {
      const image = scope.black(4, 4);
      const wanted = /a whole number from -2147483648 to 2147483647 is wanted, not /;
      for (const value of [2 ** 31, -(2 ** 31) - 1, 2 ** 40]) {
        assert.throws(() => image.withMetadata({ count: value }), wanted);
        assert.throws(() => image.withMetadata({ delay: [10, value] }), wanted);
      }
      assert.deepEqual(image.withMetadata({ count: -(2 ** 31) }).get('count'), -(2 ** 31));
    });
  });

  it('turns raw pixels into an image and back', () => {
    inScope((scope) => {
      const pixels = Buffer.from([1, 2, 3, 4, 5, 6]);
      assert.deepEqual(Buffer.from(scope.imageFromMemory(pixels, 2, 1, 3).toMemory()), pixels);
    });
  });
});
