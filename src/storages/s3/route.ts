import { RE2JS } from 're2js';

/** What a routing pattern finds in a key. */
export interface Route {
  /** What the group `bucket` matched. */
  readonly bucket: string;
  /** What the group `path` matched, or the whole key where there is no such group or it matched nothing. */
  readonly key: string;
}

/** Undefined for a key that the pattern does not match. */
export type RouteKey = (key: string) => Route | undefined;

/**
 * Compiles a routing pattern: Go's syntax, matched in linear time, found anywhere in the key unless anchored.
 *
 * @throws Error with a reason for what is no expression, or has no group `bucket`.
 */
export function compileRoute(pattern: string): RouteKey {
  const expression = compile(pattern);
  const groups = expression.namedGroups();
  if (!('bucket' in groups)) throw new Error('routing_pattern needs a group (?P<bucket>…)');
  const hasPath = 'path' in groups;
  return (image) => {
    const key = image.replace(/^\//, '');
    const matcher = expression.matcher(key);
    if (!matcher.find()) return undefined;
    const path = hasPath ? matcher.group('path') : null;
    return { bucket: matcher.group('bucket') ?? '', key: path || key };
  };
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    throw new Error(`routing_pattern is no RE2 expression (${String(cause).replace(/^\w+: /, '')})`, { cause });
  }
}
