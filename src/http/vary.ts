/**
 * Says by `Vary` (RFC 9110 §12.5.5) that an answer depends on those request headers, too.
 *
 * @param names In lower case.
 */
export function addVary(headers: Headers, names: readonly string[]): void {
  const before = (headers.get('vary') ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  for (const name of names) if (!before.includes(name) && !before.includes('*')) headers.append('vary', name);
}
