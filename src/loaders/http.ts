import type { LookupFunction } from 'node:net';
import type { Stat } from '../core/blob.ts';
import type { Loader } from '../core/ports.ts';
import { AppError } from '../errors.ts';
import { createTypeCheck } from './accepted-type.ts';
import type { Network } from './blocked-address.ts';
import { decodedBody, isEncoded } from './decoded-body.ts';
import { forwardedHeaders, isForwarded } from './request-headers.ts';
import { createSourceDispatcher } from './source-dispatcher.ts';
import { toSourceError } from './source-error.ts';
import { createSourcePolicy } from './source-policy.ts';
import { CREDENTIALS, isPrivateAnswer } from './source-privacy.ts';
import { discard, requestSource, type SourceRequestOptions } from './source-request.ts';
import { resolveSourceUrl } from './source-url.ts';

/** Options of the HTTP loader, named after imagor's `HTTP_LOADER_*`. */
export interface HttpLoaderOptions {
  /** Keys are paths under it. None by default: keys are URLs. */
  readonly baseUrl?: URL;
  /** For keys that name none: `https` by default, empty to refuse them. */
  readonly defaultScheme?: string;
  /** Sent to sources, and what the types of their answers must match: any by default. */
  readonly accept?: string;
  /** Default: imagor-ts */
  readonly userAgent?: string;
  /** Client headers to pass on to the key's origin; `*` for all. */
  readonly forwardHeaders?: readonly string[];
  /** Headers of a source that the answer to the client takes over. */
  readonly overrideResponseHeaders?: readonly string[];
  /** Globs of hosts. Every host is allowed when this and the next are empty. */
  readonly allowedSources?: readonly string[];
  /** RE2 expressions of URLs. */
  readonly allowedSourceRegexps?: readonly string[];
  readonly httpsOnly?: boolean;
  /** Bytes of a picture, decoded; 0, the default, for no limit. */
  readonly maxBytes?: number;
  /** Default: 10 */
  readonly maxRedirects?: number;
  readonly insecureSkipVerify?: boolean;
  readonly proxyUrls?: readonly URL[];
  /** Globs of the hosts that are fetched through a proxy; all when empty. */
  readonly proxyAllowedSources?: readonly string[];
  readonly blockLoopback?: boolean;
  readonly blockPrivate?: boolean;
  /** On by default: clouds hand out credentials there. */
  readonly blockLinkLocal?: boolean;
  readonly blockNetworks?: readonly Network[];
  /** Milliseconds to connect; default 10,000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds for an answer to begin; default 30,000. */
  readonly headersTimeoutMs?: number;
  /** Milliseconds that a body may pause; default 30,000. */
  readonly bodyTimeoutMs?: number;
  /** Resolves host names instead of the system. */
  readonly lookup?: LookupFunction;
}

/**
 * Loads images by their URL. Connections are kept and reused. Sizes are counted as bytes arrive, and every address is
 * checked as it is dialled, for redirects too.
 *
 * @throws AppError `invalid` for a malformed glob, expression or proxy.
 */
export function createHttpLoader(options: HttpLoaderOptions = {}): Loader {
  const { maxBytes = 0, overrideResponseHeaders = [], forwardHeaders = [] } = options;
  const obeysCacheControl = overrideResponseHeaders.some((name) => name.toLowerCase() === 'cache-control');
  const urlOptions = { baseUrl: options.baseUrl, defaultScheme: options.defaultScheme ?? 'https' };
  const requestOptions = toRequestOptions(options);
  const isAcceptedType = createTypeCheck(requestOptions.accept);

  const get: Loader['get'] = async (key, context) => {
    const source = resolveSourceUrl(key, urlOptions);
    const { headers, body } = await requestSource('GET', source, context, requestOptions);
    const contentType = headers.get('content-type') ?? '';
    const stat = toStat(headers);
    if (!isAcceptedType(contentType)) {
      discard(body);
      const publicMessage = 'the source is not of an accepted type';
      throw new AppError('unsupported-format', { publicMessage, detail: contentType });
    }
    if (maxBytes > 0 && (stat?.size ?? 0) > maxBytes) {
      discard(body);
      throw new AppError('max-size-exceeded');
    }
    const decoded = decodedBody(body, {
      contentEncoding: headers.get('content-encoding') ?? '',
      maxBytes,
      toError: (thrown) => (context.signal.aborted ? context.signal.reason : toSourceError(thrown, source)),
    });
    return {
      body: decoded,
      ...(contentType && { contentType }),
      ...(stat && { stat }),
      headers: pickHeaders(headers, overrideResponseHeaders),
      isPrivate: isPrivateAnswer(headers, context.headers, { forwardHeaders, obeysCacheControl }),
    };
  };

  const stat: Loader['stat'] = async (key, context) => {
    const source = resolveSourceUrl(key, urlOptions);
    try {
      const { headers, body } = await requestSource('HEAD', source, context, requestOptions);
      discard(body);
      return toStat(headers);
    } catch (error) {
      // a source that does not know HEAD may well have the picture
      if (error instanceof AppError && (error.status === 405 || error.status === 501)) return undefined;
      throw error;
    }
  };

  const locate: Loader['locate'] = (key) => {
    const { url } = resolveSourceUrl(key, urlOptions);
    requestOptions.checkUrl(url, false);
    const plain = new URL(url);
    plain.username = plain.password = '';
    return [plain.href];
  };

  return {
    name: 'http',
    // of those who pass on everything, what tells users apart: a `Vary` of every header that there is would end caching
    variesBy: [...(forwardHeaders.includes('*') ? CREDENTIALS : []), ...forwardHeaders]
      .map((name) => name.toLowerCase())
      .filter((name) => name !== '*' && isForwarded(name, forwardHeaders)),
    // headers are slow to go through, and nearly nobody forwards any
    ...(forwardHeaders.length > 0 && {
      variantOf: (headers: Headers) => JSON.stringify(Object.entries(forwardedHeaders(headers, forwardHeaders))),
    }),
    get,
    stat,
    locate,
    close: () => requestOptions.dispatcher.close(),
  };
}

function toRequestOptions(options: HttpLoaderOptions): SourceRequestOptions {
  const headersTimeoutMs = options.headersTimeoutMs ?? 30_000;
  return {
    userAgent: options.userAgent ?? 'imagor-ts',
    accept: options.accept ?? '*/*',
    forwardHeaders: options.forwardHeaders ?? [],
    maxRedirects: options.maxRedirects ?? 10,
    headersTimeoutMs,
    bodyTimeoutMs: options.bodyTimeoutMs ?? 30_000,
    checkUrl: createSourcePolicy({
      allowedSources: options.allowedSources ?? [],
      allowedSourceRegexps: options.allowedSourceRegexps ?? [],
      httpsOnly: options.httpsOnly ?? false,
    }),
    dispatcher: createSourceDispatcher({
      addresses: {
        blockLoopback: options.blockLoopback ?? false,
        blockPrivate: options.blockPrivate ?? false,
        blockLinkLocal: options.blockLinkLocal ?? true,
        blockNetworks: options.blockNetworks ?? [],
      },
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
      headersTimeoutMs,
      insecureSkipVerify: options.insecureSkipVerify ?? false,
      proxyUrls: options.proxyUrls ?? [],
      proxyAllowedSources: options.proxyAllowedSources ?? [],
      ...(options.lookup && { lookup: options.lookup }),
    }),
  };
}

/** What the headers of an answer tell; undefined where that is nothing. */
function toStat(headers: Headers): Stat | undefined {
  const contentLength = headers.get('content-length') ?? '';
  const hasSize = /^\d+$/.test(contentLength) && !isEncoded(headers.get('content-encoding') ?? '');
  const modifiedAt = new Date(headers.get('last-modified') ?? '');
  const etag = headers.get('etag');
  const stat: Stat = {
    ...(hasSize && { size: Number(contentLength) }),
    ...(!Number.isNaN(modifiedAt.getTime()) && { modifiedAt }),
    ...(etag && { etag }),
  };
  return Object.keys(stat).length > 0 ? stat : undefined;
}

function pickHeaders(headers: Headers, names: readonly string[]): Map<string, string> {
  const picked = names.map((name) => [name.toLowerCase(), headers.get(name) ?? ''] as const);
  return new Map(picked.filter(([, value]) => value !== ''));
}
