import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { introspect } from './introspect.ts';
import { Watchdog } from './kill.ts';
import { openLibvips } from './library.ts';
import { Scope } from './scope.ts';
import { VipsError } from './vips-error.ts';

/** Another libvips than the bundled one may be tried: CI does so with the oldest that distributions have. */
const libvips = openLibvips({ path: process.env['LIBVIPS_PATH'] || undefined, trusted: ['VipsForeignLoadSvg'] });

/** Runs `work` in a scope of its own. */
function inScope<T>(work: (scope: Scope) => T): T {
  const scope = new Scope(libvips);
  try {
    return work(scope);
  } finally {
    scope[Symbol.dispose]();
  }
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
      assert.throws(() => image.call('black', { width: 1.5, height: 1 }), /width: a whole number is wanted/);
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

  it('turns raw pixels into an image and back', () => {
    inScope((scope) => {
      const pixels = Buffer.from([1, 2, 3, 4, 5, 6]);
      assert.deepEqual(Buffer.from(scope.imageFromMemory(pixels, 2, 1, 3).toMemory()), pixels);
    });
  });
});

describe('Watchdog', () => {
  it('stops libvips at the deadline, time and again', () => {
    const watchdog = new Watchdog(libvips);
    for (let round = 0; round < 5; round += 1) {
      inScope((scope) => {
        const slow = scope.black(20_000, 20_000).gaussblur(20);
        assert.throws(() => watchdog.guard(slow, Date.now() + 50, () => slow.avg()), /killed/);
      });
    }
    watchdog[Symbol.dispose]();
  });

  it('leaves work alone that ends in time, whichever way it ends', () => {
    const watchdog = new Watchdog(libvips);
    inScope((scope) => {
      for (let round = 0; round < 100; round += 1) {
        const quick = scope.black(10, 10);
        assert.equal(
          watchdog.guard(quick, Date.now() + 60_000, () => quick.avg()),
          0,
        );
        assert.throws(() => watchdog.guard(quick, Date.now() + 60_000, () => quick.extractArea(5, 5, 9, 9)), /extract/);
      }
    });
    watchdog[Symbol.dispose]();
  });

  it('does not upset savers that work in threads of their own', () => {
    const watchdog = new Watchdog(libvips);
    inScope((scope) => {
      const image = scope.black(64, 64, { bands: 3 }).copy({ interpretation: 'srgb' });
      const gif = watchdog.guard(image, Date.now() + 60_000, () => image.gifsaveBuffer());
      assert.equal(scope.load(gif).width, 64);
    });
    watchdog[Symbol.dispose]();
  });
});

describe('ownership', () => {
  /** Runs the leak check and returns what libvips had to say, but for its figure of memory use. */
  function leakReport(...args: string[]): { stdout: string; report: string; status: number | null } {
    const file = fileURLToPath(new URL('./leak-check.js', import.meta.url));
    const { status, stderr, stdout } = spawnSync(process.execPath, [file, ...args], {
      encoding: 'utf8',
      env: { VIPS_WARNING: '0' }, // damaged files are part of the check; libvips need not tell of them
    });
    return { stdout, status, report: stderr.replace(/^memory: high-water mark.*\n/m, '') };
  }

  it('leaves libvips nothing to report after 10,000 operations, failures included', () => {
    const { stdout, status, report } = leakReport('10000');
    assert.match(stdout, /^10000 operations$/m);
    assert.equal(report, '');
    assert.equal(status, 0);
  });

  it('would have been told of a leak', () => {
    assert.match(leakReport('10', 'leak').report, /objects alive:[\s\S]*VipsImage/);
  });
});
