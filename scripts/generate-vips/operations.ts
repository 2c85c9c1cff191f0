import { type Argument, introspect } from '../../src/vips/introspect.ts';
import type { Libvips } from '../../src/vips/library.ts';
import { listOperations } from '../../src/vips/operation-list.ts';

/** One operation as the generator needs it; argument names have `_` for `-`. */
export interface Operation {
  readonly name: string;
  readonly description: string;
  readonly inputs: readonly (readonly [name: string, argument: Argument])[];
  readonly outputs: readonly (readonly [name: string, argument: Argument])[];
  /** The input image that the operation is a method of, if any. */
  readonly self: string | undefined;
  readonly libvips: Libvips;
}

const DEPRECATED_OPERATION = 8; // VIPS_OPERATION_DEPRECATED (libvips/include/vips/operation.h)

/** Arguments that a pipeline over buffers has no use for; leaving them out keeps file, source and target variants out. */
const UNSUPPORTED_TYPES = new Set(['VipsSource', 'VipsTarget', 'VipsInterpolate']);

/** Every operation that is not deprecated and works on memory, by name. */
export function describeOperations(libvips: Libvips): Operation[] {
  return listOperations(libvips)
    .map((name) => describe(libvips, name))
    .filter((operation) => operation !== undefined)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function describe(libvips: Libvips, name: string): Operation | undefined {
  const { c, types } = libvips;
  const object = c.vips_operation_new(name);
  if (object === null) {
    c.vips_error_clear(); // an abstract class
    return undefined;
  }
  const deprecated = (c.vips_operation_get_flags(object) & DEPRECATED_OPERATION) !== 0;
  c.g_object_unref(object);
  const introspection = introspect(libvips, name);
  if (deprecated || !introspection) return undefined;
  const all = [...introspection.arguments].filter(([, argument]) => !argument.deprecated);
  const typeName = ([, argument]: readonly [string, Argument]): string => c.g_type_name(argument.type) ?? '';
  const unsupported = all.filter((entry) => UNSUPPORTED_TYPES.has(typeName(entry)));
  if (unsupported.some(([, argument]) => argument.required)) return undefined;
  const supported = all.filter((entry) => !unsupported.includes(entry));
  const inputs = supported.filter(([, argument]) => argument.direction === 'input');
  if (inputs.some(([key, argument]) => argument.required && key === 'filename')) return undefined;
  const outputs = supported.filter(
    ([, argument]) => argument.required && (argument.direction === 'output' || argument.modified),
  );
  const self = inputs.find(([, argument]) => argument.required && argument.type === types.image)?.[0];
  return { name, description: introspection.description, inputs, outputs, self, libvips };
}
