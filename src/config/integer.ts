// Go's integer literals; an underscore may follow a base prefix or stand between two digits (The Go Programming Language
// Specification, "Integer literals")
const INTEGER = /^([-+]?)(?:(0[xX](?:_?[0-9a-fA-F])+)|0[oO]?((?:_?[0-7])+)|(0[bB](?:_?[01])+)|(0|[1-9](?:_?[0-9])*))$/;

/**
 * Reads an integer as Go does (`strconv.ParseInt` with base 0): `42`, `-1`, `1_000`, `0x1f`, `0b11`, and octal `0o17` or
 * `017`.
 *
 * @returns undefined for anything else, and for integers that a number cannot hold exactly.
 */
export function parseInteger(text: string): number | undefined {
  const match = INTEGER.exec(text);
  if (!match) return undefined;
  const [, sign, hexadecimal, octal, binary, decimal] = match;
  const literal = octal === undefined ? (hexadecimal ?? binary ?? decimal ?? '') : `0o${octal}`;
  const magnitude = Number(literal.replaceAll('_', ''));
  if (!Number.isSafeInteger(magnitude)) return undefined;
  return sign === '-' && magnitude !== 0 ? -magnitude : magnitude;
}
