import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError } from '../../src/errors.ts';
import { process } from '../support/render.ts';
import { inScope } from '../support/vips.ts';

/** Beginnings of files that some libvips opens by loaders that it marks as unfit for strangers' files. */
const FILES: Readonly<Record<string, string>> = {
  PPM: 'P6 1 1 255\nabc',
  PFM: `PF 1 1 -1.0\n${'\0'.repeat(12)}`,
  Radiance: '#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\nabcd',
  "libvips' own": `\x08\xf2\xa6\xb6${'\x01\0\0\0'.repeat(15)}`,
  FITS: 'SIMPLE  =                    T',
  Matlab: 'MATLAB 5.0 MAT-file',
  NIfTI: `\x5c\x01\0\0${'\0'.repeat(340)}n+1\0`,
  OpenEXR: 'v/1\x01\x02\0\0\0',
  'a script of ImageMagick': 'push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 9,9 "/etc/passwd"\n',
  'a list of files': '@/etc/passwd',
  numbers: '1,2,3\n4,5,6\n',
};

describe('loaders that libvips marks as untrusted', () => {
  for (const [format, text] of Object.entries(FILES)) {
    it(`stay off: ${format}`, () => {
      const bytes = Buffer.from(text, 'latin1');
      assert.equal(
        inScope((scope) => scope.findLoader(bytes)),
        undefined,
      );
      for (const path of ['', '9x9', 'meta']) {
        assert.throws(
          () => process(path, bytes),
          (error) => error instanceof AppError && error.status === 406,
          path,
        );
      }
    });
  }
});
