import type { GType, Pointer } from './declarations.ts';
import { FUNDAMENTAL } from './gtypes.ts';
import type { Image } from './image.ts';
import type { Libvips } from './library.ts';
import { copyBytes, readDoubles, readInts, readPointers, writePointer } from './memory.ts';
import type { Scope } from './scope.ts';
import { VipsError } from './vips-error.ts';

/**
 * What goes into and comes out of libvips' arguments and metadata: numbers, texts, images, bytes, arrays of numbers or
 * images; an enum is its nickname (`'centre'`), flags are a nickname or several.
 */
export type Value =
  | number
  | boolean
  | string
  | Uint8Array
  | Image
  | readonly number[]
  | readonly string[]
  | readonly Image[];

const MAX_INT32 = 2_147_483_647;
const MAX_UINT32 = 4_294_967_295;

/**
 * Puts a value into a GValue that has been initialised with `type`.
 *
 * Bytes are lent, not copied: the scope keeps them alive until it is disposed of, because libvips reads lazily.
 *
 * @throws VipsError when the value does not fit the type.
 */
export function setGValue(scope: Scope, gvalue: Pointer, type: GType, value: Value): void {
  const { c, types } = scope.libvips;
  const fundamental = c.g_type_fundamental(type);
  if (type === FUNDAMENTAL.boolean) c.g_value_set_boolean(gvalue, value ? 1 : 0);
  else if (type === FUNDAMENTAL.int) c.g_value_set_int(gvalue, int32(value));
  else if (type === FUNDAMENTAL.uint64) c.g_value_set_uint64(gvalue, natural(value));
  else if (type === FUNDAMENTAL.double) c.g_value_set_double(gvalue, number(value));
  else if (type === FUNDAMENTAL.string) c.g_value_set_string(gvalue, text(value));
  else if (type === types.refString) c.vips_value_set_ref_string(gvalue, text(value));
  else if (fundamental === FUNDAMENTAL.enum) c.g_value_set_enum(gvalue, nickValue(scope.libvips, type, value));
  else if (fundamental === FUNDAMENTAL.flags) c.g_value_set_flags(gvalue, flagBits(scope.libvips, type, value));
  else if (fundamental === FUNDAMENTAL.object) c.g_value_set_object(gvalue, image(value).pointer);
  else if (type === types.arrayInt) {
    const array = Int32Array.from(numbers(value), int32);
    c.vips_value_set_array_int(gvalue, array, array.length);
  } else if (type === types.arrayDouble) {
    const array = Float64Array.from(numbers(value));
    c.vips_value_set_array_double(gvalue, array, array.length);
  } else if (type === types.arrayImage) setImages(scope.libvips, gvalue, images(value));
  else if (type === types.blob) setBlob(scope, gvalue, bytes(value));
  else throw new VipsError('', `values of type ${c.g_type_name(type)} cannot be set`);
}

/**
 * Reads a GValue of type `type`. Bytes are copied; images come with a reference that the scope drops.
 *
 * @returns undefined for an empty string or object.
 * @throws VipsError for a type that the binding does not know.
 */
export function getGValue(scope: Scope, gvalue: Pointer, type: GType): Value | undefined {
  const { c, types } = scope.libvips;
  const fundamental = c.g_type_fundamental(type);
  const n = [0];
  if (type === FUNDAMENTAL.boolean) return c.g_value_get_boolean(gvalue) !== 0;
  if (type === FUNDAMENTAL.int) return c.g_value_get_int(gvalue);
  if (type === FUNDAMENTAL.uint64) return c.g_value_get_uint64(gvalue);
  if (type === FUNDAMENTAL.double) return c.g_value_get_double(gvalue);
  if (type === FUNDAMENTAL.string) return c.g_value_get_string(gvalue) ?? undefined;
  if (type === types.refString) return c.vips_value_get_ref_string(gvalue, n) ?? undefined;
  if (fundamental === FUNDAMENTAL.enum) return c.vips_enum_nick(type, c.g_value_get_enum(gvalue));
  if (fundamental === FUNDAMENTAL.flags) return c.g_value_get_flags(gvalue);
  if (type === types.image) {
    const pointer = c.g_value_get_object(gvalue);
    return pointer === null ? undefined : scope.adopt(c.g_object_ref(pointer));
  }
  if (type === types.arrayInt) {
    const array = c.vips_value_get_array_int(gvalue, n);
    return array === null ? [] : readInts(array, first(n));
  }
  if (type === types.arrayDouble) {
    const array = c.vips_value_get_array_double(gvalue, n);
    return array === null ? [] : readDoubles(array, first(n));
  }
  if (type === types.arrayImage) {
    const array = c.vips_value_get_array_image(gvalue, n);
    return array === null ? [] : readPointers(array, first(n)).map((p) => scope.adopt(c.g_object_ref(p)));
  }
  if (type === types.blob) {
    const data = c.vips_value_get_blob(gvalue, n);
    return data === null ? new Uint8Array() : copyBytes(data, first(n));
  }
  throw new VipsError('', `values of type ${c.g_type_name(type)} cannot be read`);
}

/** Tells images from the other values; structural, so that this file does not need the class. */
export function isImage(value: unknown): value is Image {
  return typeof value === 'object' && value !== null && 'pointer' in value && 'scope' in value;
}

function setImages({ c }: Libvips, gvalue: Pointer, list: readonly Image[]): void {
  c.vips_value_set_array_image(gvalue, list.length);
  const array = c.vips_value_get_array_image(gvalue, [0]);
  if (array === null) return;
  // the array owns one reference an image
  for (const [index, item] of list.entries()) writePointer(array, index, c.g_object_ref(item.pointer));
}

function setBlob(scope: Scope, gvalue: Pointer, data: Uint8Array): void {
  const { c } = scope.libvips;
  const blob = c.vips_blob_new(null, scope.pin(data), data.length);
  c.g_value_set_boxed(gvalue, blob); // takes a reference of its own
  c.vips_area_unref(blob);
}

function nickValue({ c, types }: Libvips, type: GType, value: Value): number {
  const nick = text(value);
  const found = types.nickValue(type, nick);
  if (found === undefined) throw new VipsError('', `${c.g_type_name(type)} has no value '${nick}' in this libvips`);
  return found;
}

function flagBits(libvips: Libvips, type: GType, value: Value): number {
  if (typeof value === 'number') return natural(value, MAX_UINT32);
  const nicks = Array.isArray(value) ? value : [value];
  return nicks.reduce((bits: number, nick: Value) => bits | nickValue(libvips, type, nick), 0);
}

const first = (n: readonly number[]): number => n[0] ?? 0;

function mismatch(wanted: string, value: Value): VipsError {
  return new VipsError('', `${wanted} is wanted, not ${typeof value}`);
}

function number(value: Value): number {
  if (typeof value === 'number' && !Number.isNaN(value)) return value;
  throw mismatch('a number', value);
}

/** A C `int`. Anything else would be cut down to one without a word. */
function int32(value: Value): number {
  return wholeBetween(-MAX_INT32 - 1, MAX_INT32, value);
}

/** Numbers beyond `Number.MAX_SAFE_INTEGER` stand for more than one integer. */
function natural(value: Value, max: number = Number.MAX_SAFE_INTEGER): number {
  return wholeBetween(0, max, value);
}

function wholeBetween(min: number, max: number, value: Value): number {
  const given = number(value);
  if (Number.isInteger(given) && given >= min && given <= max) return given;
  throw new VipsError('', `a whole number from ${min} to ${max} is wanted, not ${given}`);
}

function text(value: Value): string {
  if (typeof value === 'string') return value;
  throw mismatch('a text', value);
}

function image(value: Value): Image {
  if (isImage(value)) return value;
  throw mismatch('an image', value);
}

function bytes(value: Value): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw mismatch('a Uint8Array', value);
}

function numbers(value: Value): readonly number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.every((item) => typeof item === 'number' && !Number.isNaN(item))) return list as readonly number[];
  throw mismatch('an array of numbers', value);
}

function images(value: Value): readonly Image[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.every(isImage)) return list;
  throw mismatch('an array of images', value);
}
