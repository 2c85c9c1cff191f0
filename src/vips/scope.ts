import type { Pointer } from './declarations.ts';
import { Image } from './image.ts';
import type { Libvips } from './library.ts';
import type { Inputs, Outputs } from './operation.ts';
import { callOperation } from './operation.ts';
import { Creators } from './operations.gen.ts';
import { VipsError } from './vips-error.ts';

/** VIPS_FORMAT_UCHAR (libvips/include/vips/image.h): one byte a band. */
const FORMAT_UCHAR = 0;

/** What stops a scope's work when the time is up; see `Watchdog`. */
export interface ScopeGuard {
  /** Takes note of an image of the scope, to stop it. */
  watch(image: Pointer): void;
  /** Asked before libvips is called. @throws DeadlineExceeded when the time is up. */
  assertTime(): void;
  /** Asked afterwards: of images that are stopped, libvips may leave out tiles. @throws DeadlineExceeded */
  assertUnstopped(): void;
}

/**
 * Owns everything that one piece of work makes: each image made in a scope lives until the scope is disposed of, and
 * so do the bytes that images read from. Nothing is left to the garbage collector, which cannot see native memory.
 *
 * ```ts
 * using scope = new Scope(libvips);
 * const jpeg = scope.thumbnailBuffer(bytes, 300).sharpen().jpegsaveBuffer({ Q: 80 });
 * ```
 */
export class Scope extends Creators implements Disposable {
  readonly libvips: Libvips;
  readonly #guard: ScopeGuard | undefined;
  #objects: Pointer[] = [];
  #pinned: Uint8Array[] = [];
  #callbacks: (() => void)[] = [];
  #isDisposed = false;

  /** @param guard Of a watchdog, which makes its scopes itself. */
  constructor(libvips: Libvips, guard?: ScopeGuard) {
    super();
    this.libvips = libvips;
    this.#guard = guard;
  }

  /** Calls an operation that starts from no image; see {@link callOperation}. */
  override call(name: string, inputs: Inputs, wanted?: readonly string[]): Outputs {
    return callOperation(this, name, inputs, wanted);
  }

  /**
   * Which loader would open these bytes, e.g. `jpegload_buffer`; undefined when none recognises them.
   * Up to libvips 8.14, it may be one that is blocked as untrusted, and refuses to load.
   */
  findLoader(bytes: Uint8Array): string | undefined {
    const { c } = this.libvips;
    const className = c.vips_foreign_find_load_buffer(bytes, bytes.length);
    if (className === null) {
      c.vips_error_clear();
      return undefined;
    }
    return c.vips_nickname_find(c.g_type_from_name(className)) ?? undefined;
  }

  /** As {@link findLoader}. @throws VipsError when none recognises the bytes. */
  loaderOf(bytes: Uint8Array): string {
    const loader = this.findLoader(bytes);
    if (loader === undefined) throw new VipsError('', 'the bytes are not in a known format');
    return loader;
  }

  /**
   * Opens encoded bytes with the loader that recognises them. Only the header is read now; the bytes are pinned.
   *
   * @param options The loader's own arguments: `{ n: -1, access: 'sequential' }`.
   * @throws VipsError when no loader recognises the bytes, or the one that does refuses them.
   */
  load(bytes: Uint8Array, options: Inputs = {}): Image {
    return this.call(this.loaderOf(bytes), { buffer: bytes, ...options })['out'] as Image;
  }

  /** An image of raw pixels, one byte a band, rows from the top; the bytes are copied. */
  imageFromMemory(bytes: Uint8Array, width: number, height: number, bands: number): Image {
    this.assertAlive();
    const { c } = this.libvips;
    const pointer = c.vips_image_new_from_memory_copy(bytes, bytes.length, width, height, bands, FORMAT_UCHAR);
    if (pointer === null) throw VipsError.take(c, 'new_from_memory');
    return this.adopt(pointer);
  }

  /** Takes over one reference to a VipsImage. */
  adopt(image: Pointer): Image {
    this.#objects.push(image);
    this.#guard?.watch(image);
    return new Image(this, image);
  }

  /**
   * Has libvips do something that may compute pixels, unless the time is up.
   *
   * @param compute Whatever it makes belongs to the scope already, since it may be thrown away.
   * @throws DeadlineExceeded before or after; Error when the scope has ended; whatever `compute` throws in time.
   */
  compute<Result>(compute: () => Result): Result {
    this.assertAlive();
    this.#guard?.assertTime();
    try {
      return compute();
    } finally {
      this.#guard?.assertUnstopped();
    }
  }

  /** libvips' memory is not looked at once it has been freed. @throws Error when the scope has ended. */
  assertAlive(): void {
    if (this.#isDisposed) throw new Error('the scope has ended, and all of its images with it');
  }

  /**
   * Keeps bytes alive, and at one address, until the scope ends; they must not be changed meanwhile.
   *
   * @returns the same bytes.
   */
  pin(bytes: Uint8Array): Uint8Array {
    this.assertAlive();
    // small typed arrays live inside V8's moving heap until their buffer is first asked for
    void bytes.buffer;
    this.#pinned.push(bytes);
    return bytes;
  }

  /** Runs `callback` when the scope ends, before images are let go. */
  defer(callback: () => void): void {
    this.assertAlive();
    this.#callbacks.push(callback);
  }

  /**
   * Lets go of everything. Images of this scope throw when they are used afterwards.
   *
   * @throws the first thing that a deferred callback throws, when everything has been let go.
   */
  [Symbol.dispose](): void {
    const failures: unknown[] = [];
    for (const callback of this.#callbacks.splice(0).reverse()) {
      try {
        callback();
      } catch (error) {
        failures.push(error);
      }
    }
    this.#isDisposed = true;
    for (const object of this.#objects.splice(0).reverse()) this.libvips.c.g_object_unref(object);
    this.#pinned = [];
    // warnings about a damaged file stay in libvips' error text even where the operation succeeded
    this.libvips.c.vips_error_clear();
    if (failures.length > 0) throw failures[0];
  }
}
