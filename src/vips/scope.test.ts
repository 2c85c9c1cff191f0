import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { libvips } from '../../test/support/vips.ts';
import { Scope } from './scope.ts';

describe('a scope that has ended', () => {
  it('throws, and so do its images, instead of looking at memory that is free', () => {
    const scope = new Scope(libvips);
    const image = scope.black(8, 8).copyMemory();
    scope[Symbol.dispose]();
    const other = new Scope(libvips);
    const uses = [
      () => image.width,
      () => image.avg(),
      () => image.get('width'),
      () => image.fields,
      () => image.toMemory(),
      () => image.copyMemory(),
      () => image.withMetadata({ comment: 'x' }),
      () => other.arrayjoin([other.black(1, 1), image]),
      () => scope.black(1, 1),
      () => scope.imageFromMemory(Buffer.alloc(1), 1, 1, 1),
      () => scope.pin(Buffer.alloc(1)),
      () => scope.defer(() => {}),
    ];
    for (const use of uses) assert.throws(use, /the scope has ended, and all of its images with it/);
    other[Symbol.dispose]();
    scope[Symbol.dispose](); // which is nothing the second time
  });

  it('has let go of everything although a callback failed', () => {
    const scope = new Scope(libvips);
    const called: number[] = [];
    scope.defer(() => called.push(1));
    scope.defer(() => {
      throw new Error('first');
    });
    scope.defer(() => {
      throw new Error('before that');
    });
    const image = scope.black(1, 1);
    assert.throws(() => scope[Symbol.dispose](), /before that/);
    assert.deepEqual(called, [1]);
    assert.throws(() => image.width, /the scope has ended/);
  });
});

describe('ownership', () => {
  /** Runs the leak check and returns what libvips had to say, but for its figure of memory use. */
  function leakReport(count: string, mode = ''): { stdout: string; report: string; status: number | null } {
    const file = fileURLToPath(new URL('./leak-check.js', import.meta.url));
    const { status, stderr, stdout } = spawnSync(process.execPath, [file, libvips.path, count, mode], {
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
