import type { Pointer } from './declarations.ts';
import { Image } from './image.ts';
import type { Libvips } from './library.ts';
import type { Inputs, Outputs } from './operation.ts';
import { callOperation } from './operation.ts';
import { Creators } from './operations.gen.ts';
import { VipsError } from './vips-error.ts';

/** VIPS_FORMAT_UCHAR (libvips/include/vips/image.h): one byte a band. */
const FORMAT_UCHAR = 0;

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
  #objects: Pointer[] = [];
  #pinned: Uint8Array[] = [];
  #callbacks: (() => void)[] = [];

  constructor(libvips: Libvips) {
    super();
    this.libvips = libvips;
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

  /**
   * Opens encoded bytes with the loader that recognises them. Only the header is read now; the bytes are pinned.
   *
   * @param options The loader's own arguments: `{ n: -1, access: 'sequential' }`.
   * @throws VipsError when no loader recognises the bytes, or the one that does refuses them.
   */
  load(bytes: Uint8Array, options: Inputs = {}): Image {
    const loader = this.findLoader(bytes);
    if (loader === undefined) throw new VipsError('', 'the bytes are not in a known format');
    return this.call(loader, { buffer: bytes, ...options })['out'] as Image;
  }

  /** An image of raw pixels, one byte a band, rows from the top; the bytes are copied. */
  imageFromMemory(bytes: Uint8Array, width: number, height: number, bands: number): Image {
    const { c } = this.libvips;
    const pointer = c.vips_image_new_from_memory_copy(bytes, bytes.length, width, height, bands, FORMAT_UCHAR);
    if (pointer === null) throw VipsError.take(c, 'new_from_memory');
    return this.adopt(pointer);
  }

  /** Takes over one reference to a VipsImage. */
  adopt(image: Pointer): Image {
    this.#objects.push(image);
    return new Image(this, image);
  }

  /**
   * Keeps bytes alive, and at one address, until the scope ends; they must not be changed meanwhile.
   *
   * @returns the same bytes.
   */
  pin(bytes: Uint8Array): Uint8Array {
    // small typed arrays live inside V8's moving heap until their buffer is first asked for
    void bytes.buffer;
    this.#pinned.push(bytes);
    return bytes;
  }

  /** Runs `callback` when the scope ends, before images are let go. */
  defer(callback: () => void): void {
    this.#callbacks.push(callback);
  }

  /** Lets go of everything. Images of this scope must not be used afterwards. */
  [Symbol.dispose](): void {
    for (const callback of this.#callbacks.reverse()) callback();
    for (const object of this.#objects.reverse()) this.libvips.c.g_object_unref(object);
    this.#callbacks = [];
    this.#objects = [];
    this.#pinned = [];
    // warnings about a damaged file stay in libvips' error text even where the operation succeeded
    this.libvips.c.vips_error_clear();
  }
}
