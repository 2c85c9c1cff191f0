import type { IncomingMessage } from 'node:http';

/** A request as it came, nothing decoded. */
export interface S3Request {
  readonly method: string;
  /** Of the target, before the `?`. */
  readonly path: string;
  /** Of the target, after the `?`; empty without one. */
  readonly query: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

/** Takes a request apart. */
export function readWire(request: IncomingMessage, body: Uint8Array): S3Request {
  const { method = '', url: target = '' } = request;
  const mark = target.indexOf('?');
  const headers = new Map<string, string>();
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const name = (request.rawHeaders[at] ?? '').toLowerCase();
    const value = request.rawHeaders[at + 1] ?? '';
    headers.set(name, headers.has(name) ? `${headers.get(name)},${value}` : value);
  }
  return {
    method,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    headers,
    body,
  };
}

/** Names and values of a query, decoded; `+` is a plus there, as S3 has it. */
export function queryOf({ query }: S3Request): Map<string, string> {
  const pairs = query.split('&').filter((pair) => pair !== '');
  return new Map(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s).map(decodeURIComponent);
      return [name, value];
    }),
  );
}

/** Escapes every byte but those of unreserved characters: "UriEncode" of the S3 API Reference. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
