import { openLibvips } from './library.ts';
import { Scope, type ScopeGuard } from './scope.ts';
import { DeadlineExceeded, VipsError } from './vips-error.ts';

// run by the tests in a process of its own: libvips reports what is still alive, on stderr, when it shuts down

const [path, count = '10000', mode] = process.argv.slice(2);
const libvips = openLibvips({ path });
libvips.c.vips_leak_set(1);

/** Stops whatever is done, once it is done. */
const STOPPING: ScopeGuard = {
  watch() {},
  assertTime() {},
  assertUnstopped() {
    throw new DeadlineExceeded();
  },
};

/** Does work in a scope that is stopped. */
function stopped(work: (scope: Scope) => unknown): void {
  using scope = new Scope(libvips, STOPPING);
  work(scope);
}

/** Pieces of work that make images, fail half-way, or both. */
const works: ((scope: Scope) => void)[] = [
  (scope) => void scope.black(8, 8).linear([2], [1]).pngsaveBuffer({ compression: 1 }),
  (scope) => void scope.arrayjoin([scope.black(2, 2), scope.black(3, 3)]).getpoint(0, 0),
  (scope) => void scope.black(8, 8).drawRect([1], 0, 0, 2, 2),
  (scope) => void scope.jpegloadBuffer(Buffer.from('this is no picture')),
  (scope) => void scope.black(4, 4).extractArea(3, 3, 9, 9),
  (scope) => void scope.black(4, 4).call('resize', { in: scope.black(1, 1), scale: 'wrong' }),
  (scope) =>
    void scope
      .black(4, 4)
      .withMetadata({ comment: 'x', delay: [1] })
      .get('delay'),
  (scope) =>
    void scope
      .black(4, 4)
      .withMetadata({ exif: Buffer.from('not really') })
      .jpegsaveBuffer(),
  (scope) => void scope.black(4, 4).withMetadata({ delay: [2 ** 40] }),
  (scope) => {
    scope.black(4, 4);
    scope.defer(() => {
      throw new VipsError('', 'a callback that fails');
    });
  },
  () => stopped((scope) => scope.black(1, 1)),
  (scope) => void scope.load(scope.black(8, 8).jpegsaveBuffer()).thumbnailImage(4).toMemory(),
  (scope) => void scope.load(scope.black(64, 64).jpegsaveBuffer().subarray(0, 200)).avg(),
];

for (let done = 0; done < Number(count); done += 1) {
  try {
    using scope = new Scope(libvips);
    works[done % works.length]?.(scope);
  } catch (error) {
    if (!(error instanceof VipsError || error instanceof DeadlineExceeded)) throw error;
  }
}
if (mode === 'leak') new Scope(libvips).black(1, 1);
libvips.c.vips_shutdown();
process.stdout.write(`${count} operations\n`);
