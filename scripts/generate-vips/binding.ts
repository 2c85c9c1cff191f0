import { openLibvips } from '../../src/vips/library.ts';
import { describeEnums, type EnumType } from './enums.ts';
import { describeOperations } from './operations.ts';
import { renderMethod, splitOperations } from './render.ts';

const HEADER = '// Written by scripts/generate-vips.ts from libvips’ own descriptions; do not edit.\n';

/** The text of each generated file of src/vips, by name, for the libvips that npm installed. */
export function generateBinding(): Record<string, string> {
  const libvips = openLibvips({ untrusted: true });
  const operations = describeOperations(libvips);
  const enums = describeEnums(libvips, operations);
  return { 'enums.gen.ts': renderEnums(enums), 'operations.gen.ts': renderOperations(operations, enums) };
}

function renderEnums(enums: ReadonlyMap<number, EnumType>): string {
  const types = [...enums.values()].sort((a, b) => a.name.localeCompare(b.name));
  const lines = types.map(
    ({ name, nicks }) => `export type ${name} = ${nicks.map((nick) => `'${nick}'`).join(' | ')};`,
  );
  return `${HEADER}\n${lines.join('\n')}\n`;
}

function renderOperations(
  operations: ReturnType<typeof describeOperations>,
  enums: ReadonlyMap<number, EnumType>,
): string {
  const { creators, methods } = splitOperations(operations);
  const body = [
    '/** Operations that start from no image; {@link Scope} has them. */',
    'export abstract class Creators {',
    '  abstract call(name: string, inputs: Inputs, wanted?: readonly string[]): Outputs;',
    ...creators.map((operation) => renderMethod(operation, enums)),
    '}',
    '',
    '/** Operations on an image; {@link Image} has them. */',
    'export abstract class ImageOperations {',
    '  abstract call(name: string, inputs: Inputs, wanted?: readonly string[]): Outputs;',
    ...methods.map((operation) => renderMethod(operation, enums)),
    '}',
  ].join('\n');
  const used = [...enums.values()].map(({ name }) => name).filter((name) => new RegExp(`\\b${name}\\b`).test(body));
  const imports = [
    `import type { ${used.sort().join(', ')} } from './enums.gen.ts';`,
    "import type { Image } from './image.ts';",
    "import type { Inputs, Outputs } from './operation.ts';",
  ];
  return `${HEADER}${imports.join('\n')}\n\n${body}\n`;
}
