import type { GType, Pointer } from './declarations.ts';
import type { BandFormat, Interpretation } from './enums.gen.ts';
import { withGValue } from './gobject.ts';
import { FUNDAMENTAL } from './gtypes.ts';
import { getGValue, setGValue, type Value } from './gvalue.ts';
import { introspect } from './introspect.ts';
import { allocateGValue, copyBytes, freeGValue, readPointers, readText } from './memory.ts';
import { callOperation, type Inputs, type Outputs } from './operation.ts';
import { ImageOperations } from './operations.gen.ts';
import type { Scope } from './scope.ts';
import { VipsError } from './vips-error.ts';

/** What {@link Image.withMetadata} sets. */
export type Metadata = number | string | readonly number[] | Uint8Array;

/**
 * A libvips image: a lazy pipeline, whose pixels are computed when something asks for them. Images are immutable;
 * operations return new ones. Each belongs to the {@link Scope} it was made in and dies with it.
 */
export class Image extends ImageOperations {
  readonly scope: Scope;
  readonly #pointer: Pointer;

  /** For {@link Scope.adopt}, which also sees to it that the reference is dropped. */
  constructor(scope: Scope, pointer: Pointer) {
    super();
    this.scope = scope;
    this.#pointer = pointer;
  }

  /** The VipsImage, while it is there. @throws Error when the scope has ended. */
  get pointer(): Pointer {
    this.scope.assertAlive();
    return this.#pointer;
  }

  /** Calls an operation; see {@link callOperation}. */
  override call(name: string, inputs: Inputs, wanted?: readonly string[]): Outputs {
    return callOperation(this.scope, name, inputs, wanted);
  }

  /** Adds an opaque alpha band. libvips has an operation for it since 8.16. */
  override addalpha(): Image {
    if (introspect(this.scope.libvips, 'addalpha')) return super.addalpha();
    const { interpretation } = this;
    const isDeep = interpretation === 'rgb16' || interpretation === 'grey16';
    return this.bandjoinConst([interpretation === 'scrgb' ? 1 : isDeep ? 65_535 : 255]);
  }

  /** Pixels. */
  get width(): number {
    return this.scope.libvips.c.vips_image_get_width(this.pointer);
  }

  /** Pixels; of all pages together, which libvips stacks. */
  get height(): number {
    return this.scope.libvips.c.vips_image_get_height(this.pointer);
  }

  get bands(): number {
    return this.scope.libvips.c.vips_image_get_bands(this.pointer);
  }

  /** Pixels of one page; the height where there is one page only, or where the metadata makes no sense. */
  get pageHeight(): number {
    return this.scope.libvips.c.vips_image_get_page_height(this.pointer);
  }

  /** How many pages the file has, loaded or not. */
  get pages(): number {
    return this.scope.libvips.c.vips_image_get_n_pages(this.pointer);
  }

  /** The EXIF orientation, 1–8; 1 where none is given. */
  get orientation(): number {
    return this.scope.libvips.c.vips_image_get_orientation(this.pointer);
  }

  get hasAlpha(): boolean {
    return this.scope.libvips.c.vips_image_hasalpha(this.pointer) !== 0;
  }

  get interpretation(): Interpretation {
    const { c } = this.scope.libvips;
    const value = c.vips_image_get_interpretation(this.pointer);
    return c.vips_enum_nick(c.g_type_from_name('VipsInterpretation'), value) as Interpretation;
  }

  /** The type of a band's numbers. */
  get format(): BandFormat {
    const { c } = this.scope.libvips;
    const value = c.vips_image_get_format(this.pointer);
    return c.vips_enum_nick(c.g_type_from_name('VipsBandFormat'), value) as BandFormat;
  }

  /** Names of all metadata, header fields included. */
  get fields(): string[] {
    const { c } = this.scope.libvips;
    const names = c.vips_image_get_fields(this.pointer);
    const fields = readPointers(names).map(readText);
    c.g_strfreev(names);
    return fields;
  }

  /** Whether there is metadata of that name. */
  has(name: string): boolean {
    return this.scope.libvips.c.vips_image_get_typeof(this.pointer, name) !== 0;
  }

  /** Reads metadata; undefined where there is none of that name. */
  get(name: string): Value | undefined {
    const { c } = this.scope.libvips;
    const type = c.vips_image_get_typeof(this.pointer, name);
    if (type === 0) return undefined;
    const gvalue = allocateGValue(); // vips_image_get initialises it itself
    try {
      if (c.vips_image_get(this.pointer, name, gvalue) !== 0) throw VipsError.take(c, 'image_get');
      return getGValue(this.scope, gvalue, type);
    } finally {
      c.g_value_unset(gvalue);
      freeGValue(gvalue);
    }
  }

  /**
   * A copy with metadata set: numbers, texts, arrays of numbers, and bytes (a profile, EXIF), which are copied;
   * `undefined` removes the field. Numbers are C's `int` where they are whole, unless the field is a `double` already. Header fields (`xres`) are {@link copy}'s
   * arguments instead.
   * libvips shares images between pipelines, so metadata is only ever changed on a fresh copy.
   *
   * @throws VipsError for a whole number that is no `int`.
   */
  withMetadata(fields: Readonly<Record<string, Metadata | undefined>>): Image {
    const { c } = this.scope.libvips;
    const copy = this.copy();
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined) c.vips_image_remove(copy.pointer, name);
      else if (value instanceof Uint8Array) c.vips_image_set_blob_copy(copy.pointer, name, value, value.length);
      else copy.#setMetadata(name, value);
    }
    return copy;
  }

  #setMetadata(name: string, value: Exclude<Metadata, Uint8Array>): void {
    const { c, types } = this.scope.libvips;
    const isInt = (numbers: readonly number[], double: GType): boolean =>
      numbers.every(Number.isInteger) && c.vips_image_get_typeof(this.pointer, name) !== double;
    const typeOf = (): GType => {
      if (typeof value === 'string') return types.refString;
      if (typeof value === 'number') return isInt([value], FUNDAMENTAL.double) ? FUNDAMENTAL.int : FUNDAMENTAL.double;
      return isInt(value, types.arrayDouble) ? types.arrayInt : types.arrayDouble;
    };
    const type = typeOf();
    withGValue(this.scope, type, (gvalue) => {
      setGValue(this.scope, gvalue, type, value);
      c.vips_image_set(this.pointer, name, gvalue);
    });
  }

  /** Computes all pixels now and keeps them in memory. */
  copyMemory(): Image {
    const { c } = this.scope.libvips;
    return this.scope.compute(() => {
      const pointer = c.vips_image_copy_memory(this.pointer);
      if (pointer === null) throw VipsError.take(c, 'copy_memory');
      return this.scope.adopt(pointer);
    });
  }

  /**
   * Maps the file of an image that `vipsload` has just opened, instead of piece by piece as pixels are asked for. The
   * memory is shared with every process that maps the file, and {@link copyMemory} copies nothing.
   *
   * @returns the same image.
   */
  mapFile(): this {
    const { c } = this.scope.libvips;
    return this.scope.compute(() => {
      if (c.vips_image_wio_input(this.pointer) !== 0) throw VipsError.take(c, 'wio_input');
      return this;
    });
  }

  /** Computes all pixels and returns them raw: rows from the top, bands interleaved, in the image's own number format. */
  toMemory(): Uint8Array {
    const { c } = this.scope.libvips;
    return this.scope.compute(() => {
      const length = [0];
      const data = c.vips_image_write_to_memory(this.pointer, length);
      if (data === null) throw VipsError.take(c, 'write_to_memory');
      try {
        return copyBytes(data, length[0] ?? 0);
      } finally {
        c.g_free(data);
      }
    });
  }
}
