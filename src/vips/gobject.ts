import type { GType, Pointer } from './declarations.ts';
import { getGValue, setGValue, type Value } from './gvalue.ts';
import { allocateGValue, freeGValue } from './memory.ts';
import type { Scope } from './scope.ts';

/** Runs `use` with a GValue of the given type, and unsets and frees it whatever happens. */
export function withGValue<T>(scope: Scope, type: GType, use: (gvalue: Pointer) => T): T {
  const { c } = scope.libvips;
  const gvalue = allocateGValue();
  c.g_value_init(gvalue, type);
  try {
    return use(gvalue);
  } finally {
    c.g_value_unset(gvalue);
    freeGValue(gvalue);
  }
}

/**
 * Sets a property of a GObject, which must have one of that name and type.
 *
 * @throws VipsError when the value does not fit the type.
 */
export function setProperty(scope: Scope, object: Pointer, name: string, type: GType, value: Value): void {
  withGValue(scope, type, (gvalue) => {
    setGValue(scope, gvalue, type, value);
    scope.libvips.c.g_object_set_property(object, name, gvalue);
  });
}

/** Reads a property of a GObject, which must have one of that name and type. */
export function getProperty(scope: Scope, object: Pointer, name: string, type: GType): Value | undefined {
  return withGValue(scope, type, (gvalue) => {
    scope.libvips.c.g_object_get_property(object, name, gvalue);
    return getGValue(scope, gvalue, type);
  });
}
