import type { ImageKind } from '../core/sniff.ts';
import type { Image } from '../vips/image.ts';
import type { Inputs } from '../vips/operation.ts';
import type { Scope } from '../vips/scope.ts';
import { VipsError } from '../vips/vips-error.ts';
import { loadBmp } from './bmp.ts';
import type { ImagingOptions } from './options.ts';

/** Opens the source with more of the loader's arguments. */
export type Load = (more?: Inputs) => Image;

/**
 * Kinds that ImageMagick reads where the libvips in use has it. It knows hundreds of formats and finds out itself which
 * one a file is in, scripts that open other files among them; so it only gets files that begin as these do.
 */
const MAGICK_KINDS: ReadonlySet<ImageKind> = new Set(['psd', 'ico']);

/**
 * How sources of a kind are opened.
 *
 * @param common Arguments for libvips' loader.
 */
export function sourceLoader(
  scope: Scope,
  bytes: Uint8Array,
  kind: ImageKind,
  common: Inputs,
  options: ImagingOptions,
): Load {
  if (kind === 'bmp') return () => loadBmp(scope, bytes, options);
  if (MAGICK_KINDS.has(kind)) {
    return (more) => scope.call('magickload_buffer', { buffer: bytes, ...common, ...more })['out'] as Image;
  }
  let loader: string | undefined; // asked for once: every loader looks at the bytes, a fifteenth of a small thumbnail's time
  return (more) => {
    loader ??= scope.loaderOf(bytes);
    if (loader.startsWith('magick')) throw new VipsError('', 'only ImageMagick knows the format');
    return scope.call(loader, { buffer: bytes, ...common, ...more })['out'] as Image;
  };
}
