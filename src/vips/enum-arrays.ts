/**
 * Arguments that are arrays of an enum's values, by operation. libvips describes them as arrays of numbers; the enum is
 * named in its documentation only. Names are without libvips' prefix.
 */
const ENUM_ARRAYS: Readonly<Record<string, Readonly<Record<string, string>>>> = { composite: { mode: 'BlendMode' } };

/** The enum whose values an argument is an array of; undefined for any other argument. */
export function enumOfArray(operation: string, argument: string): string | undefined {
  return ENUM_ARRAYS[operation]?.[argument];
}
