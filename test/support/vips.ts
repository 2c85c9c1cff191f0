import { type Libvips, openLibvips } from '../../src/vips/library.ts';
import { Scope } from '../../src/vips/scope.ts';

/** The libvips that npm installed, opened as the decoder processes open it. */
export const libvips: Libvips = openLibvips({ trusted: ['VipsForeignLoadSvg'] });

/** Runs `work` in a scope of its own; images must not leave it. */
export function inScope<T>(work: (scope: Scope) => T): T {
  using scope = new Scope(libvips);
  return work(scope);
}
