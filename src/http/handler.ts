import type { App } from '../core/app.ts';
import { paramsJson } from '../endpoint/params-json.ts';
import { parse } from '../endpoint/parse.ts';
import { AppError } from '../errors.ts';
import type { CacheOptions } from './cache-headers.ts';
import { errorResponse } from './error-response.ts';
import { imageResponse } from './image-response.ts';
import { landingPage } from './landing-page.ts';
import { parseRequestTarget } from './request-target.ts';

/** What the HTTP front leaves to the operator. */
export interface HandlerOptions {
  readonly cache: CacheOptions;
  /** Path that everything lies under, e.g. `/images`; empty for none. */
  readonly pathPrefix: string;
  /** Redirect URLs with a query to the same without it. */
  readonly stripQueryString: boolean;
  /** Where `/` redirects to; empty for the landing page. */
  readonly basePathRedirect: string;
  readonly disableErrorBody: boolean;
  readonly disableParamsEndpoint: boolean;
  /** Let pages of any origin read the answers. */
  readonly cors: boolean;
  /** Told of every request that failed, before it is answered. */
  onError(error: AppError, request: Request): void;
}

/** A fetch handler; `target` is the request target as it came, where the caller knows it. */
export type Handler = (request: Request, target?: string) => Promise<Response>;

const CORS_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, OPTIONS',
  'access-control-allow-headers': '*',
};

/** Answers HTTP requests; never rejects. */
export function createHandler(app: App, options: HandlerOptions): Handler {
  return async (request, target) => {
    const response = await respond(app, options, request, target ?? pathOf(request.url));
    if (options.cors) for (const [name, value] of Object.entries(CORS_HEADERS)) response.headers.set(name, value);
    return request.method === 'HEAD' ? withoutBody(response) : response;
  };
}

async function respond(app: App, options: HandlerOptions, request: Request, target: string): Promise<Response> {
  try {
    return await route(app, options, request, target);
  } catch (thrown) {
    const error = request.signal.aborted ? new AppError('client-gone', { cause: thrown }) : AppError.from(thrown);
    options.onError(error, request);
    return errorResponse(error, !options.disableErrorBody);
  }
}

async function route(app: App, options: HandlerOptions, request: Request, target: string): Promise<Response> {
  if (request.method === 'OPTIONS' && options.cors) return new Response(null, { status: 204 });
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new AppError('method-not-allowed');
  const { path: whole, query } = parseRequestTarget(target);
  if (query !== '' && options.stripQueryString) return redirect(withOneSlash(whole));
  const path = stripPrefix(whole, options.pathPrefix);
  switch (path) {
    case 'healthcheck':
    case 'favicon.ico':
      return new Response(null);
    case '':
      return options.basePathRedirect === '' ? landingPage() : redirect(options.basePathRedirect);
  }
  const params = parse(path);
  if (params.params) {
    if (options.disableParamsEndpoint) throw new AppError('not-found');
    return new Response(JSON.stringify(paramsJson(params), null, 2), {
      headers: { 'content-type': 'application/json' },
    });
  }
  return imageResponse(await app.answerPath(path, request), request.headers, options.cache);
}

/** @throws AppError `not-found` for a path outside the prefix. */
function stripPrefix(path: string, prefix: string): string {
  const inside = prefix.replace(/^\/+|\/+$/g, '');
  if (inside === '') return path;
  if (path === inside) return '';
  if (!path.startsWith(`${inside}/`)) throw new AppError('not-found');
  return path.slice(inside.length + 1);
}

/** 307 keeps the method (RFC 9110 §15.4.8). */
function redirect(location: string): Response {
  const ascii = location.replace(/[^\x21-\x7e]/gu, encodeURIComponent);
  return new Response(null, { status: 307, headers: { location: ascii } });
}

/** Two slashes of either kind at its beginning would name another host. */
function withOneSlash(path: string): string {
  return `/${path.replace(/^[/\\]+/, '')}`;
}

/** What HEAD gets: the headers of GET (RFC 9110 §9.3.2). */
async function withoutBody(response: Response): Promise<Response> {
  const { status, headers } = response;
  const { byteLength } = await response.arrayBuffer();
  if (byteLength > 0) headers.set('content-length', String(byteLength));
  return new Response(null, { status, headers });
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
