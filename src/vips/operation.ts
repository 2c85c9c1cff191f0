import type { Pointer } from './declarations.ts';
import { enumOfArray } from './enum-arrays.ts';
import { getProperty, setProperty } from './gobject.ts';
import { isImage, type Value } from './gvalue.ts';
import type { Image } from './image.ts';
import { type Argument, type Introspection, introspect } from './introspect.ts';
import type { Scope } from './scope.ts';
import { VipsError } from './vips-error.ts';

/** An operation's input arguments by name, with `_`; undefined ones are left to libvips' defaults. */
export type Inputs = Readonly<Record<string, Value | undefined>>;

/** An operation's outputs by name. */
export type Outputs = Readonly<Record<string, Value | undefined>>;

/**
 * Calls any libvips operation.
 *
 * @param name The nickname: `resize`, `jpegload_buffer`.
 * @param wanted Optional outputs to read beside the required ones.
 * @returns the outputs; images among them belong to the scope.
 * @throws VipsError when there is no such operation or argument in this libvips, and with libvips' text when it fails;
 * DeadlineExceeded when the time of the scope is up; Error when the scope has ended.
 */
export function callOperation(scope: Scope, name: string, inputs: Inputs, wanted: readonly string[] = []): Outputs {
  return scope.compute(() => runOperation(scope, name, inputs, wanted));
}

function runOperation(scope: Scope, name: string, inputs: Inputs, wanted: readonly string[]): Outputs {
  const { c } = scope.libvips;
  const description = introspect(scope.libvips, name);
  const operation = description ? c.vips_operation_new(name) : null;
  if (!description || operation === null) throw new VipsError(name, `this libvips has no operation ${name}`);
  try {
    const modified = setInputs(scope, operation, name, description, inputs);
    const built = c.vips_cache_operation_build(operation);
    if (built === null) {
      c.vips_object_unref_outputs(operation);
      throw VipsError.take(c, name);
    }
    try {
      return { ...modified, ...readOutputs(scope, built, description, wanted) };
    } finally {
      c.vips_object_unref_outputs(built);
      c.g_object_unref(built);
    }
  } finally {
    c.g_object_unref(operation);
  }
}

/** @returns the private copies of the images that the operation will write into, by argument name. */
function setInputs(
  scope: Scope,
  operation: Pointer,
  name: string,
  description: Introspection,
  inputs: Inputs,
): Record<string, Image> {
  const modified: Record<string, Image> = {};
  for (const [key, given] of Object.entries(inputs)) {
    if (given === undefined) continue;
    const argument = description.arguments.get(key);
    if (argument?.direction !== 'input') throw new VipsError(name, `${name} has no input ${key} in this libvips`);
    let value = nickValues(scope, name, key, given);
    if (argument.modified && isImage(given)) value = modified[key] = given.copyMemory();
    try {
      setProperty(scope, operation, argument.name, argument.type, value);
    } catch (error) {
      throw error instanceof VipsError ? new VipsError(name, `${name}, ${key}: ${error.message}`) : error;
    }
  }
  return modified;
}

/** An array of an enum's nicknames as the numbers that libvips takes, where libvips' own description does not tell. */
function nickValues({ libvips: { c, types } }: Scope, operation: string, argument: string, value: Value): Value {
  const name = enumOfArray(operation, argument);
  if (name === undefined || !Array.isArray(value)) return value;
  return value.map((nick: Value) => {
    if (typeof nick !== 'string') return nick as number;
    const found = types.nickValue(c.g_type_from_name(`Vips${name}`), nick);
    if (found === undefined) throw new VipsError(operation, `Vips${name} has no value '${nick}' in this libvips`);
    return found;
  });
}

function readOutputs(
  scope: Scope,
  operation: Pointer,
  description: Introspection,
  wanted: readonly string[],
): Record<string, Value | undefined> {
  const isWanted = (key: string, argument: Argument): boolean =>
    argument.direction === 'output' && ((argument.required && !argument.deprecated) || wanted.includes(key));
  const outputs: Record<string, Value | undefined> = {};
  for (const [key, argument] of description.arguments) {
    if (isWanted(key, argument)) outputs[key] = getProperty(scope, operation, argument.name, argument.type);
  }
  return outputs;
}
