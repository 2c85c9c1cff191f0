/** A request target in its parts, as the client wrote them. */
export interface RequestTarget {
  /** Without the leading slash; not decoded, no dots resolved. */
  readonly path: string;
  /** Without the question mark; empty where there is none. */
  readonly query: string;
}

/**
 * Splits a request target (RFC 9112 §3.2), of the origin form or the absolute form. Signatures are made over the bytes
 * that were sent, so nothing is decoded or cleaned here, as `new URL()` would.
 */
export function parseRequestTarget(target: string): RequestTarget {
  const origin = target.startsWith('/') ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, '');
  const mark = origin.indexOf('?');
  const path = mark === -1 ? origin : origin.slice(0, mark);
  return { path: path.replace(/^\//, ''), query: mark === -1 ? '' : origin.slice(mark + 1) };
}
