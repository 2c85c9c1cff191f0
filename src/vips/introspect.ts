import type { GType, Pointer } from './declarations.ts';
import type { Libvips } from './library.ts';
import { readInt, readPointers, readSize, readText } from './memory.ts';
import { VipsError } from './vips-error.ts';

// VipsArgumentFlags (libvips/include/vips/object.h)
const REQUIRED = 1;
const CONSTRUCT = 2;
const INPUT = 16;
const OUTPUT = 32;
const DEPRECATED = 64;
const MODIFY = 128;

/** Offset of `value_type` in a GParamSpec (gobject/gparam.h): instance 8, name 8, flags 4, padding 4. */
const VALUE_TYPE_OFFSET = 24n;

/** One argument of an operation, as libvips describes it. */
export interface Argument {
  /** libvips' name, with `-` for `_`: `thumbnail_image`'s `no-rotate`. */
  readonly name: string;
  readonly type: GType;
  readonly blurb: string;
  readonly required: boolean;
  readonly deprecated: boolean;
  readonly direction: 'input' | 'output';
  /** The operation writes into this input image, so it needs one of its own; the image is an output, too. */
  readonly modified: boolean;
}

/** What is known of an operation without running it. */
export interface Introspection {
  readonly description: string;
  /** In the order of libvips' C functions, by name with `_`. */
  readonly arguments: ReadonlyMap<string, Argument>;
}

const known = new WeakMap<Libvips, Map<string, Introspection | undefined>>();

/** Describes an operation by its nickname (`resize`); undefined when this libvips has no such operation. */
export function introspect(libvips: Libvips, operation: string): Introspection | undefined {
  let operations = known.get(libvips);
  if (!operations) {
    operations = new Map();
    known.set(libvips, operations);
  }
  if (!operations.has(operation)) operations.set(operation, describe(libvips, operation));
  return operations.get(operation);
}

function describe({ c }: Libvips, operation: string): Introspection | undefined {
  const object = c.vips_operation_new(operation);
  if (object === null) {
    c.vips_error_clear();
    return undefined;
  }
  try {
    const names: Pointer[] = [0n];
    const flags: Pointer[] = [0n];
    const n = [0];
    if (c.vips_object_get_args(object, names, flags, n) !== 0) throw VipsError.take(c, operation);
    const found = new Map<string, Argument>();
    for (const [index, name] of readPointers(names[0] as Pointer, n[0]).entries()) {
      const bits = readInt((flags[0] as Pointer) + BigInt(index * 4));
      if (!(bits & CONSTRUCT)) continue;
      const argument = describeArgument(c, object, readText(name), bits);
      found.set(argument.name.replaceAll('-', '_'), argument);
    }
    return { description: c.vips_object_get_description(object), arguments: found };
  } finally {
    c.g_object_unref(object);
  }
}

function describeArgument(c: Libvips['c'], object: Pointer, name: string, bits: number): Argument {
  const pspec: Pointer[] = [0n];
  if (c.vips_object_get_argument(object, name, pspec, [0n], [0n]) !== 0) throw VipsError.take(c, name);
  return {
    name,
    type: readSize((pspec[0] as Pointer) + VALUE_TYPE_OFFSET),
    blurb: c.g_param_spec_get_blurb(pspec[0] as Pointer) ?? '',
    required: (bits & REQUIRED) !== 0,
    deprecated: (bits & DEPRECATED) !== 0,
    direction: bits & OUTPUT && !(bits & INPUT) ? 'output' : 'input',
    modified: (bits & MODIFY) !== 0,
  };
}
