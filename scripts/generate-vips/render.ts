import { enumOfArray } from '../../src/vips/enum-arrays.ts';
import { FUNDAMENTAL } from '../../src/vips/gtypes.ts';
import type { Argument } from '../../src/vips/introspect.ts';
import type { EnumType } from './enums.ts';
import type { Operation } from './operations.ts';

const RESERVED = new Set(['in', 'switch', 'case', 'class', 'function', 'new', 'delete', 'default', 'if', 'var']);

const camel = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Operations that have an image to be a method of, and those that have none. */
export function splitOperations(operations: readonly Operation[]): { creators: Operation[]; methods: Operation[] } {
  return {
    creators: operations.filter(({ self }) => self === undefined),
    methods: operations.filter(({ self }) => self !== undefined),
  };
}

/** One typed method: required inputs in libvips' order, optional ones in an object, required outputs returned. */
export function renderMethod(operation: Operation, enums: ReadonlyMap<number, EnumType>): string {
  const { name, description, inputs, outputs, self } = operation;
  const typeOf = (argument: Argument): string => {
    const enumName = enumOfArray(name, argument.name);
    return enumName === undefined ? typeName(operation, argument, enums) : `readonly ${enumName}[]`;
  };
  const required = inputs.filter(([key, argument]) => argument.required && key !== self);
  const optional = inputs.filter(([, argument]) => !argument.required);
  const variable = (key: string): string => (RESERVED.has(key) ? `${camel(key)}Value` : camel(key));
  const parameters = required.map(([key, argument]) => `${variable(key)}: ${typeOf(argument)}`);
  if (optional.length > 0) {
    const fields = optional.map(([key, argument]) => `${key}?: ${typeOf(argument)} | undefined`);
    parameters.push(`options: { ${fields.join('; ')} } = {}`);
  }
  const values = [
    ...(self === undefined ? [] : [`${self}: this as unknown as Image`]),
    ...required.map(([key]) => (variable(key) === key ? key : `${key}: ${variable(key)}`)),
    ...(optional.length > 0 ? ['...options'] : []),
  ];
  const call = `this.call('${name}', { ${values.join(', ')} })`;
  const results = outputs.map(([key, argument]) => [key, typeOf(argument)] as const);
  const [only] = results;
  const [type, body] =
    only === undefined
      ? ['void', `${call};`]
      : results.length === 1
        ? [only[1], `return ${call}['${only[0]}'] as ${only[1]};`]
        : [
            `{ ${results.map(([key, result]) => `${key}: ${result}`).join('; ')} }`,
            `return ${call} as { ${results.map(([key, result]) => `${key}: ${result}`).join('; ')} };`,
          ];
  const text = description.charAt(0).toUpperCase() + description.slice(1);
  return `\n  /** ${text}. */\n  ${camel(name)}(${parameters.join(', ')}): ${type} {\n    ${body}\n  }`;
}

function typeName({ libvips: { types } }: Operation, { type }: Argument, enums: ReadonlyMap<number, EnumType>): string {
  const known = enums.get(type);
  if (known) return known.isFlags ? `${known.name} | readonly ${known.name}[]` : known.name;
  switch (type) {
    case FUNDAMENTAL.boolean:
      return 'boolean';
    case FUNDAMENTAL.int:
    case FUNDAMENTAL.uint64:
    case FUNDAMENTAL.double:
      return 'number';
    case FUNDAMENTAL.string:
    case types.refString:
      return 'string';
    case types.image:
      return 'Image';
    case types.arrayInt:
    case types.arrayDouble:
      return 'readonly number[]';
    case types.arrayImage:
      return 'readonly Image[]';
    case types.blob:
      return 'Uint8Array';
    default:
      throw new Error(`an argument has a type the generator does not know: ${type}`);
  }
}
