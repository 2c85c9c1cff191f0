/**
 * The rest of a path below the server's own prefix (`SERVER_PATH_PREFIX`), both without a leading slash.
 *
 * @returns undefined for a path outside of it; empty for the prefix itself.
 */
export function belowPathPrefix(path: string, prefix: string): string | undefined {
  const inside = trimSlashes(prefix);
  if (inside === '') return path;
  if (path === inside) return '';
  return path.startsWith(`${inside}/`) ? path.slice(inside.length + 1) : undefined;
}

/** A path put below the server's own prefix, again without a leading slash. */
export function withPathPrefix(path: string, prefix: string): string {
  const inside = trimSlashes(prefix);
  return inside === '' ? path : `${inside}/${path}`;
}

function trimSlashes(prefix: string): string {
  return prefix.replace(/^\/+|\/+$/g, '');
}
