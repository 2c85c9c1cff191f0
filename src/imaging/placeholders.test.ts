import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blinking, deep, disc, GREEN, plain, RED } from '../../test/fixtures/draw.ts';
import { describeMeta } from '../../test/support/render.ts';
import { inScope } from '../../test/support/vips.ts';
import { blurHash } from './blur-hash.ts';
import { thumbHash } from './thumb-hash.ts';

/** Pixels that can be made anywhere, for comparison with other implementations. */
const made = (width: number, height: number, alpha: (x: number, y: number) => number): Uint8Array =>
  Uint8Array.from({ length: width * height * 4 }, (_, at) => {
    const [x, y] = [Math.floor(at / 4) % width, Math.floor(at / 4 / width)];
    return [(x * x * 7) % 256, (y * 31 + x * 3) % 256, (x * y * 5 + 40) % 256, alpha(x, y)][at % 4] ?? 0;
  });

const bandsOf = (rgba: Uint8Array): Uint8Array => rgba.filter((_, at) => at % 4 !== 3);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

describe('blurHash and thumbHash', () => {
  // imagor's Go libraries gave these hashes for the same pixels
  it('agree with those of imagor', () => {
    const opaque = made(40, 30, () => 255);
    assert.equal(blurHash(bandsOf(opaque), 40, 30, 4, 3), 'LHHo5taL2TOmw]fgWBbDeUeAfRe.');
    assert.equal(base64(thumbHash(opaque, 40, 30)), 'H/gFDYYQEhF0d4dGeEd3RhCsW5CI');
    assert.equal(
      base64(
        thumbHash(
          made(20, 50, (x) => (x < 8 ? 0 : 255)),
          20,
          50,
        ),
      ),
      'YCiCCgRZ9oVpOVn1lWifh1CZiIiIeHg=',
    );
  });
});

describe('meta/ with placeholders', () => {
  const red = inScope((scope) => plain(scope, 300, 200, RED).pngsaveBuffer());

  it('has what the filters ask for, after everything else', () => {
    const meta = describeMeta('filters:thumbhash():avgcolor():blurhash(4,3)', red);
    assert.deepEqual(Object.keys(meta).slice(-3), ['blurhash', 'thumbhash', 'average_color']);
    assert.deepEqual(meta['average_color'], { r: 255, g: 0, b: 0 });
    assert.match(String(meta['blurhash']), /^L.{27}$/);
    assert.match(String(meta['thumbhash']), /^[A-Za-z0-9+/]+=*$/);
    for (const name of ['blurhash', 'thumbhash', 'average_color']) assert.ok(!(name in describeMeta('', red)), name);
  });

  it('describes the result, not the source, whatever bands it has', () => {
    const average = (path: string, source: Uint8Array): unknown =>
      describeMeta(`${path}filters:avgcolor():blurhash(9,9):thumbhash()`, source)['average_color'];
    assert.deepEqual(
      average(
        '50x50/',
        inScope((scope) => deep(plain(scope, 90, 90, GREEN)).pngsaveBuffer()),
      ),
      {
        r: 0,
        g: 255,
        b: 0,
      },
    );
    assert.deepEqual(
      average(
        '',
        inScope((scope) => plain(scope, 90, 90, [70]).jpegsaveBuffer()),
      ),
      { r: 70, g: 70, b: 70 },
    );
    assert.deepEqual(
      average(
        '',
        inScope((scope) => plain(scope, 1, 1, RED).pngsaveBuffer()),
      ),
      { r: 255, g: 0, b: 0 },
    );
    const onWhite = average(
      '',
      inScope((scope) => disc(scope, 60, RED).pngsaveBuffer()),
    ) as Record<string, number>;
    assert.ok((onWhite['g'] ?? 0) > 120, 'transparency is white for the average');
  });

  it('hashes all frames of an animation, as imagor does', () => {
    const hash = (width: number, height: number): unknown =>
      describeMeta(
        'filters:thumbhash()',
        inScope((scope) => blinking(scope, width, height).gifsaveBuffer()),
      )['thumbhash'];
    // of imagor 1.9.5: of 60 × 120 pixels as they are, and of taller ones with rows left out
    assert.equal(hash(60, 40), 'FwgGzDLvnZmJeKp5x9yHf3PX9w==');
    assert.equal(hash(60, 60), '1wcGyjDfmomIqofciH9z1/c=');
    assert.equal(hash(120, 90), '1wcGyzDvmXl3qnfciH9z1/c=');
  });

  for (const [filter, message] of [
    ['blurhash()', /exactly x and y/],
    ['blurhash(4)', /exactly x and y/],
    ['blurhash(4,3,2)', /exactly x and y/],
    ['blurhash(0,3)', /between 1 and 9/],
    ['blurhash(4,10)', /between 1 and 9/],
    ['blurhash(a,b)', /between 1 and 9/],
    ['thumbhash(1)', /takes no arguments/],
    ['avgcolor(1)', /takes no arguments/],
  ] as const) {
    it(`refuses ${filter}`, () => {
      assert.throws(() => describeMeta(`filters:${filter}`, red), {
        code: 'invalid',
        status: 400,
        publicMessage: message,
      });
    });
  }
});
