import type { Pointer } from '../../src/vips/declarations.ts';
import { FUNDAMENTAL } from '../../src/vips/gtypes.ts';
import type { Libvips } from '../../src/vips/library.ts';
import { readInt, readPointer, readText } from '../../src/vips/memory.ts';
import type { Operation } from './operations.ts';

/** An enum or a set of flags, named as in libvips without its prefix. */
export interface EnumType {
  readonly name: string;
  readonly nicks: readonly string[];
  readonly isFlags: boolean;
}

// GEnumClass (gobject/genums.h): g_type_class 8, minimum 4, maximum 4, n_values 4, padding 4, values;
// GFlagsClass: g_type_class 8, mask 4, n_values 4, values. A value: int 4, padding 4, name 8, nick 8.
const ENUM_LAYOUT = { n: 16n, values: 24n };
const FLAGS_LAYOUT = { n: 12n, values: 16n };
const VALUE_BYTES = 24n;
const NICK_OFFSET = 16n;

/** Every enum that an operation's argument has, by GType, and those that image headers have. */
export function describeEnums(libvips: Libvips, operations: readonly Operation[]): ReadonlyMap<number, EnumType> {
  const { c } = libvips;
  const types = new Set(operations.flatMap((operation) => operation.inputs.map(([, argument]) => argument.type)));
  types.add(c.g_type_from_name('VipsInterpretation'));
  const enums = new Map<number, EnumType>();
  for (const type of types) {
    const fundamental = c.g_type_fundamental(type);
    if (fundamental !== FUNDAMENTAL.enum && fundamental !== FUNDAMENTAL.flags) continue;
    const name = (c.g_type_name(type) ?? '').replace(/^Vips(Foreign)?/, '');
    enums.set(type, { name, nicks: nicks(libvips, type), isFlags: fundamental === FUNDAMENTAL.flags });
  }
  return enums;
}

function nicks({ c }: Libvips, type: number): string[] {
  const gclass = c.g_type_class_ref(type) as Pointer;
  const layout = c.g_type_fundamental(type) === FUNDAMENTAL.flags ? FLAGS_LAYOUT : ENUM_LAYOUT;
  const values = readPointer(gclass + layout.values) as Pointer;
  const count = readInt(gclass + layout.n);
  const all = Array.from({ length: count }, (_, index) =>
    readText(readPointer(values + BigInt(index) * VALUE_BYTES + NICK_OFFSET) as Pointer),
  );
  c.g_type_class_unref(gclass);
  return all.filter((nick) => nick !== 'last' && nick !== 'error'); // libvips' own end markers
}
