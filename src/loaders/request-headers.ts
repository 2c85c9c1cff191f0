import { basicCredentials } from './basic-credentials.ts';

/** What a request to a source says of itself. */
export interface RequestHeaderOptions {
  readonly userAgent: string;
  /** Empty to send none. */
  readonly accept: string;
  /** Names of client headers to pass on, in any case; `*` for all that can be. */
  readonly forwardHeaders: readonly string[];
}

/**
 * Headers that are never passed on: those of the client's connection (RFC 9110 section 7.6.1), those that describe a
 * body, and those that ask for less than the whole picture or for a coding nobody here could undo.
 */
const OWN_BUSINESS =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|host|content-.*|accept-encoding|range|if-.*)$/;

/**
 * Composes the headers of a request to a source. The client's headers go to the origin that its key names and not
 * further; what the operator configured goes everywhere.
 *
 * @param url Its credentials become an `Authorization`, unless the client's is forwarded.
 * @param client The client's headers; undefined once a redirect has led to another origin.
 * @returns names in lower case.
 */
export function requestHeaders(
  url: URL,
  client: Headers | undefined,
  options: RequestHeaderOptions,
): Record<string, string> {
  const authorization = basicCredentials(url);
  return {
    'user-agent': options.userAgent,
    ...(options.accept && { accept: options.accept }),
    'accept-encoding': 'gzip, br',
    ...(authorization && { authorization }),
    ...(client && forwardedHeaders(client, options.forwardHeaders)),
  };
}

/** Whether a client's header of that name, in lower case, is passed on. */
export function isForwarded(name: string, names: readonly string[]): boolean {
  return !OWN_BUSINESS.test(name) && names.some((wanted) => wanted === '*' || wanted.toLowerCase() === name);
}

/**
 * The headers of a client that are passed on.
 *
 * @param names In any case; `*` for all that can be.
 * @returns names in lower case.
 */
export function forwardedHeaders(client: Headers, names: readonly string[]): Record<string, string> {
  const ofConnection = (client.get('connection') ?? '').toLowerCase().split(/\s*,\s*/);
  const passed = [...client].filter(([name]) => isForwarded(name, names) && !ofConnection.includes(name));
  return Object.fromEntries(passed);
}
