import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inScope, libvips } from '../../test/support/vips.ts';
import type { SharedLibrary } from './declarations.ts';
import { bindLibvips, openLibvips } from './library.ts';
import { VipsError } from './vips-error.ts';

/** A library as it was at a version: it has all functions, or none but that which tells. */
function libraryOf(version: readonly number[], hasAll: boolean): SharedLibrary {
  return {
    func(prototype) {
      if (prototype.includes(' vips_version(')) return (part: number) => version[part];
      if (!hasAll) throw new Error(`cannot find ${prototype}`);
      return () => {};
    },
  };
}

describe('openLibvips', () => {
  it('finds the libvips that npm installed', () => {
    assert.equal(libvips.version[0], 8);
    assert.ok(libvips.version[1] >= 14);
  });

  it('says what to do when LIBVIPS_PATH leads nowhere', () => {
    assert.throws(() => openLibvips({ path: '/nowhere/at/all' }), /LIBVIPS_PATH: there is no file or folder/);
    assert.throws(
      () => openLibvips({ path: fileURLToPath(new URL('.', import.meta.url)) }),
      /holds none of libvips\.so/,
    );
  });

  it('says so when the file is no library', () => {
    const file = fileURLToPath(import.meta.url);
    assert.throws(() => openLibvips({ path: file }), /libvips cannot be loaded .*set LIBVIPS_PATH/);
  });

  it('keeps loaders shut that libvips does not trust, but for those asked for', () => {
    inScope((scope) => {
      const ppm = Buffer.from('P6 1 1 255 \0\0\0');
      assert.throws(() => scope.load(ppm), VipsError);
      assert.equal(scope.findLoader(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')), 'svgload_buffer');
    });
  });
});

describe('bindLibvips', () => {
  it('says that a libvips is too old, whatever it lacks', () => {
    for (const version of [
      [8, 13, 3],
      [8, 4, 0],
      [7, 42, 3],
    ]) {
      assert.throws(
        () => bindLibvips(libraryOf(version, false)),
        (error) =>
          error instanceof VipsError &&
          error.message.startsWith(`libvips ${version.join('.')} is too old: 8.14 or newer is needed`),
      );
    }
  });

  it('takes what is new enough, and wants all of it', () => {
    for (const version of [
      [8, 14, 0],
      [8, 18, 2],
      [9, 0, 0],
    ]) {
      assert.deepEqual(bindLibvips(libraryOf(version, true)).version, version);
    }
    assert.throws(() => bindLibvips(libraryOf([8, 14, 0], false)), /cannot find/);
  });
});
