import { introspect } from '../vips/introspect.ts';
import { type Libvips, openLibvips } from '../vips/library.ts';
import type { Inputs } from '../vips/operation.ts';
import { Scope } from '../vips/scope.ts';
import { VipsError } from '../vips/vips-error.ts';
import { AVIF_SAMPLE, decodes, HEIC_SAMPLE } from './samples.ts';
import { TRUSTED_LOADERS } from './trusted-loaders.ts';

/** What an installation makes of one format. */
export interface FormatSupport {
  readonly name: string;
  readonly reads: boolean;
  /** Undefined for formats that are only ever read. */
  readonly writes: boolean | undefined;
}

/** Everything that an installation reads and writes. */
export interface InstalledFormats {
  /** Of libvips, `8.18.2`. */
  readonly version: string;
  readonly formats: readonly FormatSupport[];
}

/**
 * Asks libvips what it can do. Opens it in this process, for commands that do nothing else.
 *
 * @param libvipsPath A libvips of your own; undefined for the one npm installed.
 * @throws VipsError with one sentence when there is no libvips.
 */
export function installedFormats(libvipsPath: string | undefined): InstalledFormats {
  const libvips = openLibvips({ path: libvipsPath, trusted: TRUSTED_LOADERS });
  const has = (operation: string): boolean => introspect(libvips, `${operation}_buffer`) !== undefined;
  const both = (name: string, nickname: string): FormatSupport => ({
    name,
    reads: has(`${nickname}load`),
    writes: has(`${nickname}save`),
  });
  const readOnly = (name: string, reads: boolean): FormatSupport => ({ name, reads, writes: undefined });
  const formats = [
    both('JPEG', 'jpeg'),
    both('PNG', 'png'),
    both('WebP', 'webp'),
    both('GIF', 'gif'),
    both('TIFF', 'tiff'),
    { name: 'AVIF', reads: decodes(libvips, AVIF_SAMPLE), writes: writesHeif(libvips, 'av1') },
    { name: 'HEIC', reads: decodes(libvips, HEIC_SAMPLE), writes: writesHeif(libvips, 'hevc') },
    both('JPEG XL', 'jxl'),
    both('JPEG 2000', 'jp2k'),
    readOnly('SVG', has('svgload')),
    readOnly('BMP', true),
    readOnly('PDF', has('pdfload')),
    readOnly('PSD', has('magickload')),
    readOnly('ICO', has('magickload')),
  ];
  return { version: libvips.version.join('.'), formats };
}

/** libheif has one saver for all of its formats, and encoders for some of them. */
function writesHeif(libvips: Libvips, compression: 'av1' | 'hevc'): boolean {
  using scope = new Scope(libvips);
  const options: Inputs = { in: scope.black(64, 64, { bands: 3 }).copy({ interpretation: 'srgb' }), compression };
  try {
    scope.call('heifsave_buffer', options);
    return true;
  } catch (error) {
    if (error instanceof VipsError) return false;
    throw error;
  }
}
