import type { ImageParams } from '../endpoint/params.ts';
import { parse } from '../endpoint/parse.ts';
import { queryUnescape } from '../endpoint/percent-encoding.ts';
import type { Signer } from '../endpoint/sign.ts';

/** Whose URLs are served. */
export interface Trust {
  /** Undefined where no secret is set: then no signature is valid. */
  readonly signer: Signer | undefined;
  /** Serve URLs that begin with `unsafe/`. */
  readonly unsafe: boolean;
}

/**
 * What a path can mean: as it stands, and where that differs unescaped once more, for clients and proxies like to escape
 * the colons and parentheses of filters. The signature of either will do.
 */
export function readingsOf(path: string): ImageParams[] {
  const unescaped = queryUnescape(path);
  return unescaped === path ? [parse(path)] : [parse(path), parse(unescaped)];
}

/** Whether who asks may have it. */
export function isAllowed(params: ImageParams, { signer, unsafe }: Trust): boolean {
  if (params.unsafe) return unsafe;
  return signer?.verify(params.path, params.hash) ?? false;
}
