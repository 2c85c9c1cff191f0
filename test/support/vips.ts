import { type Libvips, openLibvips } from '../../src/vips/library.ts';
import { Scope } from '../../src/vips/scope.ts';

// damaged files are part of many tests; libvips need not tell of each of their pixels
process.env['VIPS_WARNING'] = '0';

/**
 * The libvips that npm installed, opened as the decoder processes open it. Another one may be tried: CI does so with the
 * oldest that distributions have.
 */
export const libvips: Libvips = openLibvips({
  path: process.env['LIBVIPS_PATH'] || undefined,
  trusted: ['VipsForeignLoadSvg'],
});

/** Runs `work` in a scope of its own; images must not leave it. */
export function inScope<T>(work: (scope: Scope) => T): T {
  using scope = new Scope(libvips);
  return work(scope);
}
