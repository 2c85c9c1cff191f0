import type { App } from '../core/app.ts';
import { withTimeout } from '../core/deadline.ts';
import type { Observer, RequestObserver } from '../core/observer.ts';
import type { IoContext } from '../core/ports.ts';
import { paramsJson } from '../endpoint/params-json.ts';
import { parse } from '../endpoint/parse.ts';
import { AppError } from '../errors.ts';
import type { CacheOptions } from './cache-headers.ts';
import { knownOf } from './conditional.ts';
import { allowEveryOrigin } from './cors.ts';
import { emptyResponse } from './empty-response.ts';
import { errorResponse } from './error-response.ts';
import { describedResponse, type ImageStyle, imageResponse, uploadResponse } from './image-response.ts';
import { landingPage } from './landing-page.ts';
import { belowPathPrefix } from './path-prefix.ts';
import { type ReadinessState, readinessResponse } from './readiness.ts';
import { parseRequestTarget } from './request-target.ts';
import { type UploadOptions, uploadOf } from './upload.ts';
import { uploadForm } from './upload-form.ts';
import { addVary } from './vary.ts';

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
  /** Milliseconds that caches may keep a 404; 0 for not at all. */
  readonly notFoundTtlMs: number;
  /** What `/readyz` says. */
  readiness(): ReadinessState;
  /** Undefined where POST is not allowed; needs an App that serves unsafe URLs. */
  readonly uploads: UploadOptions | undefined;
  /** Called for every request; follows it until it is answered. */
  observe(request: Request): RequestObserver;
  /** Told of every request that failed, before it is answered; also where the answer is the source as it is. */
  onError(error: AppError, request: Request, requestId: string): void;
}

/** A fetch handler; `target` is the request target as it came, where the caller knows it. */
export type Handler = (request: Request, target?: string) => Promise<Response>;

/** What every request is answered with. */
interface Site {
  readonly app: App;
  readonly options: HandlerOptions;
  readonly style: ImageStyle;
}

/** Answers HTTP requests; never rejects. */
export function createHandler(app: App, options: HandlerOptions): Handler {
  const { cache, cors, disableErrorBody, notFoundTtlMs, uploads } = options;
  const methods = ['GET', 'HEAD', ...(uploads ? ['POST'] : []), ...(cors ? ['OPTIONS'] : [])].join(', ');
  const site = {
    app,
    options,
    style: { cache, errors: { hasBody: !disableErrorBody, notFoundTtlMs, allow: methods } },
  };
  return async (request, target) => {
    const observer = options.observe(request);
    const response = await respond(site, { request, observer }, target ?? pathOf(request.url));
    observer.end(response.status);
    response.headers.set('x-request-id', observer.requestId);
    // of refusals too: another client may get the picture
    addVary(response.headers, app.variesBy);
    if (cors) allowEveryOrigin(response.headers, methods);
    return request.method === 'HEAD' ? withoutBody(response) : response;
  };
}

/** A request, and who follows it. */
interface Asked {
  readonly request: Request;
  readonly observer: Observer;
}

async function respond(site: Site, asked: Asked, target: string): Promise<Response> {
  const { request, observer } = asked;
  try {
    return await route(site, asked, target);
  } catch (thrown) {
    const error = request.signal.aborted ? new AppError('client-gone', { cause: thrown }) : AppError.from(thrown);
    site.options.onError(error, request, observer.requestId);
    return errorResponse(error, site.style.errors);
  }
}

async function route(site: Site, asked: Asked, target: string): Promise<Response> {
  const { app, options } = site;
  const { request, observer } = asked;
  const { method } = request;
  if (method === 'OPTIONS' && options.cors) return new Response(null, { status: 204 });
  const uploads = method === 'POST' ? options.uploads : undefined;
  if (method !== 'GET' && method !== 'HEAD' && !uploads) throw new AppError('method-not-allowed');
  const { path: whole, query } = parseRequestTarget(target);
  if (query !== '' && options.stripQueryString) return redirect(withOneSlash(whole));
  const path = stripPrefix(whole, options.pathPrefix);
  if (uploads) return answerUpload(site, uploads, asked, path);
  switch (path) {
    case 'healthcheck':
    case 'favicon.ico':
      return emptyResponse(200);
    case 'readyz':
      return readinessResponse(options.readiness(), site.style.errors);
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
  if (options.uploads && params.image === '') return uploadForm(params, options.uploads);
  const described = method === 'HEAD' ? await app.describePath(path, contextOf(asked)) : undefined;
  if (described) return describedResponse(described, request, site.style);
  const answer = await app.answerPath(path, contextOf(asked), knownOf(request.headers));
  if (answer.bytes && answer.failure) options.onError(answer.failure, request, observer.requestId);
  return imageResponse(answer, request, site.style);
}

async function answerUpload(
  { app, options, style }: Site,
  uploads: UploadOptions,
  asked: Asked,
  path: string,
): Promise<Response> {
  const { request, observer } = asked;
  const upload = await withTimeout(request.signal, uploads.timeoutMs, 'a form', () => uploadOf(request, uploads));
  try {
    const answer = await app.answerUpload(path, upload, contextOf(asked));
    if (answer.failure) options.onError(answer.failure, request, observer.requestId);
    return uploadResponse(answer, request, style);
  } finally {
    // one that was turned away has been read by nobody; one that is still being read ends with its connection
    if (!upload.body.locked) await upload.body.cancel();
  }
}

function contextOf({ request: { headers, signal }, observer }: Asked): IoContext {
  return { headers, signal, observer };
}

/** @throws AppError `not-found` for a path outside the prefix. */
function stripPrefix(path: string, prefix: string): string {
  const inside = belowPathPrefix(path, prefix);
  if (inside === undefined) throw new AppError('not-found');
  return inside;
}

/** 307 keeps the method (RFC 9110 §15.4.8). */
function redirect(location: string): Response {
  const ascii = location.replace(/[^\x21-\x7e]/gu, encodeURIComponent);
  return emptyResponse(307, new Headers({ location: ascii }));
}

/** Two slashes of either kind at its beginning would name another host. */
function withOneSlash(path: string): string {
  return `/${path.replace(/^[/\\]+/, '')}`;
}

/** What HEAD gets: the headers of GET (RFC 9110 §9.3.2). */
async function withoutBody(response: Response): Promise<Response> {
  const { status, headers } = response;
  if (!headers.has('content-length') && status !== 204 && status !== 304) {
    const { byteLength } = await response.arrayBuffer();
    headers.set('content-length', String(byteLength));
  }
  return new Response(null, { status, headers });
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
