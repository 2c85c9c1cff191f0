import type { Dispatcher } from 'undici';
import type { IoContext } from '../core/ports.ts';
import { unlessAborted } from '../core/unless-aborted.ts';
import { AppError } from '../errors.ts';
import { type RequestHeaderOptions, requestHeaders } from './request-headers.ts';
import type { SourceDispatcher } from './source-dispatcher.ts';
import { errorCode, statusError, toSourceError } from './source-error.ts';
import type { SourceUrl } from './source-url.ts';

/** How requests are made. */
export interface SourceRequestOptions extends RequestHeaderOptions {
  readonly dispatcher: SourceDispatcher;
  /** Throws for a URL that is not to be fetched; that of a redirect is no guess. */
  readonly checkUrl: (url: URL, isGuess: boolean) => void;
  readonly maxRedirects: number;
  /** Milliseconds from the request to the answer's headers. */
  readonly headersTimeoutMs: number;
  /** Milliseconds between two pieces of the body. */
  readonly bodyTimeoutMs: number;
}

/** An answer that may be a picture. */
export interface SourceResponse {
  readonly headers: Headers;
  /** Still encoded. To be read, or given to {@link discard}. */
  readonly body: Dispatcher.ResponseData['body'];
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** A server closed a kept connection just as it was used again. */
const STALE: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** A body up to this many bytes, arriving within this time, is read to its end so that its connection can be kept. */
const DISCARD_BYTES = 65_536;
const DISCARD_MS = 1_000;

/**
 * Asks for a source and follows its redirects by hand, so that every hop passes the same checks. Other origins than the
 * key's own get no header of the client.
 *
 * @returns an answer of status 2xx.
 * @throws AppError `source-not-allowed`, `not-found`, `timeout`, `source-failed` with the status of the source; the
 * signal's reason.
 */
export async function requestSource(
  method: 'GET' | 'HEAD',
  source: SourceUrl,
  context: IoContext,
  options: SourceRequestOptions,
): Promise<SourceResponse> {
  let hop = source;
  for (let redirects = 0; redirects <= options.maxRedirects; redirects++) {
    options.checkUrl(hop.url, hop === source && source.isGuess);
    const client = hop.url.origin === source.url.origin ? context.headers : undefined;
    const response = await send(method, hop, client, context.signal, options);
    if (response.statusCode >= 200 && response.statusCode <= 299) {
      return { headers: toHeaders(response.headers), body: response.body };
    }
    discard(response.body);
    hop = { url: redirectTarget(response, hop), isGuess: source.isGuess };
  }
  throw new AppError('source-failed', { publicMessage: 'the source redirects too often', detail: source.url.origin });
}

/** Lets go of a body that nobody will read, without losing its connection to the next request where that is cheap. */
export function discard(body: SourceResponse['body']): void {
  const ignore = (): void => {}; // whether its rest arrives concerns nobody
  body.dump({ limit: DISCARD_BYTES, signal: AbortSignal.timeout(DISCARD_MS) }).catch(ignore);
}

async function send(
  method: 'GET' | 'HEAD',
  hop: SourceUrl,
  client: Headers | undefined,
  signal: AbortSignal,
  options: SourceRequestOptions,
): Promise<Dispatcher.ResponseData> {
  signal.throwIfAborted();
  const request = {
    origin: hop.url.origin,
    path: strictlyEscaped(hop.url.pathname) + hop.url.search,
    method,
    headers: requestHeaders(hop.url, client, options),
    signal,
    // undici would close the connection after every HEAD, for servers that send a body with it
    reset: false,
    headersTimeout: options.headersTimeoutMs,
    bodyTimeout: options.bodyTimeoutMs,
  };
  try {
    const dispatcher = await options.dispatcher.pick(hop.url);
    const answered = dispatcher.request(request).catch((error: unknown) => {
      if (signal.aborted || !STALE.has(errorCode(error))) throw error;
      return dispatcher.request(request);
    });
    // undici takes notice of a signal only when it has a connection, and making one may take its time
    return await unlessAborted(answered, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw toSourceError(error, hop);
  }
}

/** WHATWG URLs leave these two as they are, for which RFC 3986 has no place, and which strict servers refuse. */
function strictlyEscaped(path: string): string {
  return path.replace(/[|^]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function redirectTarget({ statusCode, headers }: Dispatcher.ResponseData, hop: SourceUrl): URL {
  const { location } = headers;
  if (!REDIRECTS.has(statusCode) || typeof location !== 'string') throw statusError(statusCode, hop);
  try {
    // header bytes come as Latin-1; servers that do not escape write UTF-8
    return new URL(Buffer.from(location, 'latin1').toString(), hop.url);
  } catch (cause) {
    throw new AppError('source-failed', { publicMessage: 'the source redirects to what is no URL', cause });
  }
}

/** The first counts of those that come several times without being lists, as with Go's `Header.Get`. */
const SINGLE: ReadonlySet<string> = new Set(['content-type', 'etag', 'last-modified', 'set-cookie']);

function toHeaders(received: Dispatcher.ResponseData['headers']): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(received)) {
    const all = [values ?? []].flat();
    for (const value of SINGLE.has(name) ? all.slice(0, 1) : all) headers.append(name, value);
  }
  return headers;
}
