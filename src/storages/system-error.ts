/**
 * Whether something thrown is an error of the system by one of these names.
 *
 * @param codes as in errno(3): `ENOENT`, `EEXIST`.
 */
export function isSystemError(thrown: unknown, ...codes: readonly string[]): boolean {
  return thrown instanceof Error && 'code' in thrown && codes.includes(String(thrown.code));
}
