import { openLibvips } from './library.ts';
import { Scope } from './scope.ts';
import { VipsError } from './vips-error.ts';

// run by the tests in a process of its own: libvips reports what is still alive, on stderr, when it shuts down

const libvips = openLibvips();
libvips.c.vips_leak_set(1);

const [count = '10000', mode] = process.argv.slice(2);

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
  (scope) => void scope.load(scope.black(8, 8).jpegsaveBuffer()).thumbnailImage(4).toMemory(),
  (scope) => void scope.load(scope.black(64, 64).jpegsaveBuffer().subarray(0, 200)).avg(),
];

for (let done = 0; done < Number(count); done += 1) {
  const scope = new Scope(libvips);
  try {
    works[done % works.length]?.(scope);
  } catch (error) {
    if (!(error instanceof VipsError)) throw error;
  } finally {
    scope[Symbol.dispose]();
  }
}
if (mode === 'leak') new Scope(libvips).black(1, 1);
libvips.c.vips_shutdown();
process.stdout.write(`${count} operations\n`);
