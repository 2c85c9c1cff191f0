import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { libvips } from '../../test/support/vips.ts';
import type { Image } from './image.ts';
import { Watchdog } from './kill.ts';
import { monotonicMs } from './monotonic-clock.ts';
import type { Scope } from './scope.ts';
import { DeadlineExceeded } from './vips-error.ts';

const FAR_MS = 60_000;

/** Side of a picture that fits into memory, in pixels. */
const SMALL = 8_000;

/** Work that takes many times as long as it is given, all of it in the last call. */
const endless: Readonly<Record<string, (scope: Scope) => unknown>> = {
  avg: (scope) => slowImage(scope).avg(),
  copyMemory: (scope) => slowImage(scope, SMALL).copyMemory(),
  toMemory: (scope) => slowImage(scope, SMALL).toMemory(),
  smartcrop: (scope) => slowImage(scope).smartcrop(100, 100, { interesting: 'attention' }),
  findTrim: (scope) => slowImage(scope).findTrim(),
  getpoint: (scope) => slowImage(scope).resize(0.0001, { kernel: 'linear' }).getpoint(0, 0),
  'a save of few pixels': (scope) => slowImage(scope).resize(0.001).jpegsaveBuffer(),
  'a save of many': (scope) => slowImage(scope).pngsaveBuffer(),
  'drawing into a copy': (scope) => slowImage(scope, SMALL).drawRect([1], 0, 0, 1, 1),
};

function slowImage(scope: Scope, side = 100_000): Image {
  return scope.gaussnoise(side, side).cast('uchar').gaussblur(20, { precision: 'float' });
}

describe('Watchdog', () => {
  for (const [what, compute] of Object.entries(endless)) {
    it(`stops ${what} at the deadline`, () => {
      using watchdog = new Watchdog(libvips);
      assert.throws(
        () => watchdog.guard(monotonicMs() + 50, compute),
        (error) => error instanceof DeadlineExceeded,
      );
    });
  }

  it('does so time and again, and leaves the next scope alone', () => {
    using watchdog = new Watchdog(libvips);
    for (let round = 0; round < 5; round += 1) {
      assert.throws(() => watchdog.guard(monotonicMs() + 50, (scope) => slowImage(scope).avg()), DeadlineExceeded);
      assert.equal(
        watchdog.guard(monotonicMs() + FAR_MS, (scope) => scope.black(10, 10).avg()),
        0,
      );
    }
  });

  it('stops a scope of more images than it can count', () => {
    using watchdog = new Watchdog(libvips);
    const chain = (scope: Scope): number => {
      let image = slowImage(scope);
      for (let length = 0; length < 1_500; length += 1) image = image.copy();
      return image.avg();
    };
    assert.throws(() => watchdog.guard(monotonicMs() + 2_000, chain), DeadlineExceeded);
  });

  it('begins nothing when the time is up', () => {
    using watchdog = new Watchdog(libvips);
    assert.throws(() => watchdog.guard(monotonicMs(), (scope) => scope.black(1, 1)), DeadlineExceeded);
  });

  it('leaves work alone that ends in time, whichever way it ends', () => {
    using watchdog = new Watchdog(libvips);
    const deadlineMs = monotonicMs() + FAR_MS;
    for (let round = 0; round < 100; round += 1) {
      assert.equal(
        watchdog.guard(deadlineMs, (scope) => scope.black(10, 10).avg()),
        0,
      );
      assert.throws(
        () => watchdog.guard(deadlineMs, (scope) => scope.black(10, 10).extractArea(5, 5, 9, 9)),
        /extract/,
      );
    }
  });

  it('guards one scope at a time', () => {
    using watchdog = new Watchdog(libvips);
    const guardAnother = (): void => watchdog.guard(monotonicMs() + FAR_MS, () => {});
    assert.throws(() => watchdog.guard(monotonicMs() + FAR_MS, guardAnother), /one scope at a time/);
    guardAnother();
  });

  it('ends the scope', () => {
    using watchdog = new Watchdog(libvips);
    const image = watchdog.guard(monotonicMs() + FAR_MS, (scope) => scope.black(1, 1));
    assert.throws(() => image.width, /the scope has ended/);
  });

  it('does not upset savers that work in threads of their own', () => {
    using watchdog = new Watchdog(libvips);
    const width = watchdog.guard(monotonicMs() + FAR_MS, (scope) => {
      const image = scope.black(64, 64, { bands: 3 }).copy({ interpretation: 'srgb' });
      return scope.load(image.gifsaveBuffer()).width;
    });
    assert.equal(width, 64);
  });
});
