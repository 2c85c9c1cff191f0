/**
 * Compiles what is left of a cleaned path below the prefix of a role (`*_PATH_PREFIX`). Whole segments: `avatars` is not
 * `avatars2`.
 *
 * @param pathPrefix as cleaned keys have it, or as URLs do; empty for none.
 * @param clean how keys become paths, without the slash in front.
 * @returns takes a path that begins with a slash; undefined for one outside of the prefix.
 */
export function createBelowPrefix(
  pathPrefix: string,
  clean: (key: string) => string,
): (path: string) => string | undefined {
  const prefixes = [pathPrefix, clean(pathPrefix)].map((one) => `/${one}/`.replace(/\/{2,}/g, '/'));
  return (path) => {
    const prefix = prefixes.find((one) => path.startsWith(one));
    return prefix === undefined ? undefined : path.slice(prefix.length);
  };
}
