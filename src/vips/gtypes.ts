import type { Declarations, GType } from './declarations.ts';
import { readInt } from './memory.ts';

/** GLib's fundamental types (gobject/gtype.h: 4 × n), the same in every GLib 2. */
export const FUNDAMENTAL: Readonly<
  Record<'boolean' | 'int' | 'uint64' | 'enum' | 'flags' | 'double' | 'string' | 'object', GType>
> = { boolean: 20, int: 24, uint64: 44, enum: 48, flags: 52, double: 60, string: 64, object: 80 };

/** The libvips types whose numbers are only known at run time. */
export interface GTypes {
  readonly image: GType;
  readonly operation: GType;
  readonly arrayInt: GType;
  readonly arrayDouble: GType;
  readonly arrayImage: GType;
  readonly blob: GType;
  readonly refString: GType;
  /** The integer behind a nickname of an enum (`centre`) or of flags (`exif`); undefined when the type has no such nickname. */
  nickValue(type: GType, nick: string): number | undefined;
}

/** Looks the types up in a libvips that has been initialised. */
export function registerGTypes(c: Declarations): GTypes {
  const values = new Map<GType, Map<string, number | undefined>>();
  return {
    image: c.g_type_from_name('VipsImage'),
    operation: c.g_type_from_name('VipsOperation'),
    arrayInt: c.vips_array_int_get_type(),
    arrayDouble: c.vips_array_double_get_type(),
    arrayImage: c.vips_array_image_get_type(),
    blob: c.vips_blob_get_type(),
    refString: c.vips_ref_string_get_type(),
    nickValue(type, nick) {
      let known = values.get(type);
      if (!known) {
        known = new Map();
        values.set(type, known);
      }
      if (!known.has(nick)) known.set(nick, lookUp(c, type, nick));
      return known.get(nick);
    },
  };
}

function lookUp(c: Declarations, type: GType, nick: string): number | undefined {
  const gclass = c.g_type_class_ref(type);
  if (gclass === null) return undefined;
  const isFlags = c.g_type_fundamental(type) === FUNDAMENTAL.flags;
  const found = isFlags ? c.g_flags_get_value_by_nick(gclass, nick) : c.g_enum_get_value_by_nick(gclass, nick);
  const value = found === null ? undefined : readInt(found);
  c.g_type_class_unref(gclass);
  return value;
}
