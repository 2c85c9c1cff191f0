import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { bind, bindSome, type Declarations, loadLibrary, type SharedLibrary } from './declarations.ts';
import { type GTypes, registerGTypes } from './gtypes.ts';
import { VipsError } from './vips-error.ts';

/** The oldest libvips whose operations and `vips_*` functions the binding relies on. */
const OLDEST = [8, 14] as const;

/** Names under which packages install libvips, newest ABI first. */
const FILE_NAMES = ['libvips.so.42', 'libvips-cpp.so.42', 'libvips.42.dylib', 'libvips-cpp.42.dylib'];

/** How to open libvips. */
export interface LibvipsOptions {
  /** A libvips of your own: the shared library, or the folder it lies in. Default: the one npm installed. */
  readonly path?: string | undefined;
  /** Threads that evaluate one picture, default 1. */
  readonly concurrency?: number;
  /** Let loaders run that libvips marks as unsafe for untrusted input (PDF, ImageMagick, …). Default false. */
  readonly untrusted?: boolean;
  /** Marked classes to allow all the same, e.g. `VipsForeignLoadSvg`. */
  readonly trusted?: readonly string[];
}

/** libvips, loaded and initialised. One per process: libvips keeps global state. */
export interface Libvips {
  readonly c: Declarations;
  readonly types: GTypes;
  /** The file it was loaded from. */
  readonly path: string;
  readonly version: readonly [major: number, minor: number, micro: number];
}

/**
 * Finds, loads and initialises libvips. Its operation cache is off: results are never shared between pictures.
 *
 * @throws VipsError with one sentence when no libvips can be found or loaded, or when it is older than 8.14.
 */
export function openLibvips(options: LibvipsOptions = {}): Libvips {
  const { c, version, file } = load(options.path === undefined ? bundledFiles() : [fileIn(options.path)]);
  if (c.vips_init('imagor-ts') !== 0) throw VipsError.take(c, 'vips_init');
  c.vips_concurrency_set(options.concurrency ?? 1);
  c.vips_cache_set_max(0);
  if (!options.untrusted) c.vips_block_untrusted_set(1);
  for (const className of options.trusted ?? []) c.vips_operation_block_set(className, 0);
  return { c, types: registerGTypes(c), path: file, version };
}

/** Tries each file in turn; npm may have installed the glibc and the musl build side by side, and only one loads. */
function load(files: readonly string[]): Bound & { readonly file: string } {
  const failures: string[] = [];
  for (const file of files) {
    try {
      return { ...bindLibvips(loadLibrary(file)), file };
    } catch (error) {
      if (error instanceof VipsError) throw error;
      failures.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const platform = `${process.platform}-${process.arch}`;
  const hint = failures.length ? failures.join('; ') : `no libvips is installed for ${platform}`;
  throw new VipsError(
    '',
    `libvips cannot be loaded (${hint}). Run npm install again, or set LIBVIPS_PATH to a libvips.`,
  );
}

/** A libvips that is new enough, not yet initialised. */
interface Bound extends Pick<Libvips, 'c' | 'version'> {}

/**
 * Looks up libvips' functions, but its version first: an old libvips lacks some of the others.
 *
 * @throws VipsError with one sentence when it is older than 8.14; Error of koffi when the library is no libvips.
 */
export function bindLibvips(library: SharedLibrary): Bound {
  const { vips_version: part } = bindSome(library, ['vips_version']); // may be asked before vips_init
  const version = [part(0), part(1), part(2)] as const;
  if (version[0] < OLDEST[0] || (version[0] === OLDEST[0] && version[1] < OLDEST[1])) {
    const wanted = `${OLDEST.join('.')} or newer is needed`;
    throw new VipsError('', `libvips ${version.join('.')} is too old: ${wanted}. Leave LIBVIPS_PATH out for npm's.`);
  }
  return { c: bind(library), version };
}

function bundledFiles(): string[] {
  const require = createRequire(import.meta.url);
  const platforms = process.platform === 'linux' ? ['linux', 'linuxmusl'] : [process.platform];
  return platforms.flatMap((platform) => {
    try {
      return [require.resolve(`@img/sharp-libvips-${platform}-${process.arch}/binary`)];
    } catch {
      return []; // not the package of this platform, which npm therefore did not install
    }
  });
}

function fileIn(given: string): string {
  if (!existsSync(given)) throw new VipsError('', `LIBVIPS_PATH: there is no file or folder ${given}`);
  if (!statSync(given).isDirectory()) return given;
  const found = FILE_NAMES.map((name) => path.join(given, name)).find((file) => existsSync(file));
  if (!found) throw new VipsError('', `LIBVIPS_PATH: the folder ${given} holds none of ${FILE_NAMES.join(', ')}`);
  return found;
}
