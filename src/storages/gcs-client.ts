import { setTimeout as delay } from 'node:timers/promises';
import { Agent, type Dispatcher } from 'undici';
import { unlessAborted } from '../core/unless-aborted.ts';
import { AppError } from '../errors.ts';
import { gcsNetworkError, gcsStatusError, isTimeout } from './gcs-error.ts';
import { createProxyDispatcher, type Proxies } from './proxy-dispatcher.ts';

/** One call of the JSON API. */
export interface GcsRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Escaped, with its query: `/storage/v1/b/bucket/o/name`. */
  readonly path: string;
  /** What the log calls it: `gs://bucket/name`. */
  readonly subject: string;
  readonly contentType?: string;
  readonly body?: Uint8Array;
}

/** Speaks to Google Cloud Storage, for any number of buckets. */
export interface GcsClient {
  /**
   * Asks, and asks again where that may help.
   *
   * @returns an answer of status 2xx. Its body is to be read or destroyed.
   * @throws AppError `not-found`, `source-not-allowed`, `unavailable`, `source-failed`, `timeout`; the signal's reason.
   */
  send(request: GcsRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData>;
  /** Drops every connection. */
  close(): Promise<void>;
}

/** How to connect. */
export interface GcsClientOptions {
  /** `STORAGE_EMULATOR_HOST`: `host:port` or a URL. Nobody signs in there. Empty for Google's own. */
  readonly emulatorHost?: string;
  /** Google's own by default; another for Private Service Connect. */
  readonly endpoint?: URL;
  /** Those of the environment by default. */
  readonly proxies?: Proxies;
  /** Milliseconds before the first retry at most, doubled for each further one; default 200. */
  readonly retryDelayMs?: number;
}

const GOOGLE = new URL('https://storage.googleapis.com');
const MAX_RETRIES = 3;
/** Google's list: cloud.google.com/storage/docs/retry-strategy. */
const RETRIED: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
/** Of an error's text, for the log. */
const MAX_TEXT_BYTES = 2_048;

/**
 * Connects by the official SDK's configuration and credentials (application default credentials), looked for now so that
 * a server without any does not start. The calls themselves are made by undici: the SDK's transport, node-fetch 2,
 * knows no abort and destroys the connections of all requests when one of them fails.
 *
 * @throws AppError `invalid` where there are no credentials, or the emulator is no host.
 */
export async function connectGcs(options: GcsClientOptions = {}): Promise<GcsClient> {
  const { Storage } = await import('@google-cloud/storage');
  const { emulatorHost = '', retryDelayMs = 200 } = options;
  const isEmulated = emulatorHost !== '';
  const endpoint = isEmulated ? emulatorUrl(emulatorHost) : (options.endpoint ?? GOOGLE);
  // no call here needs a project, and without one Google is asked for it before the first token
  const { authClient } = new Storage({ apiEndpoint: endpoint.href, projectId: '-' });
  if (!isEmulated) await authClient.getClient().catch(refuseWithoutCredentials);
  const timeouts = { connect: { timeout: 10_000 }, headersTimeout: 30_000, bodyTimeout: 30_000 };
  const pool = { ...timeouts, keepAliveTimeout: 60_000 };
  const dispatcher = isEmulated ? new Agent(pool) : createProxyDispatcher(pool, options.proxies);

  const authorize = async (subject: string): Promise<Record<string, string>> => {
    if (isEmulated) return {};
    try {
      return await authClient.getRequestHeaders(endpoint.href);
    } catch (error) {
      // not as the cause: these errors carry the request, and with it the key's assertion
      throw new AppError('source-failed', { detail: `${subject}: no access token: ${error}` });
    }
  };

  const attempt = async (request: GcsRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> => {
    const { method, path, contentType, body, subject } = request;
    const authorization = await unlessAborted(authorize(subject), signal);
    const sent = dispatcher.request({
      origin: endpoint.origin,
      path: endpoint.pathname.replace(/\/$/, '') + path,
      method,
      headers: { ...authorization, ...(contentType && { 'content-type': contentType }) },
      body: body ?? null,
      signal,
    });
    return unlessAborted(sent, signal);
  };

  const send: GcsClient['send'] = async (request, signal) => {
    for (let retries = 0; ; retries++) {
      const isLast = retries === MAX_RETRIES;
      try {
        signal.throwIfAborted();
        const response = await attempt(request, signal);
        if (response.statusCode < 300) return response;
        const text = await readStart(response.body);
        if (isLast || !RETRIED.has(response.statusCode))
          throw gcsStatusError(request.subject, response.statusCode, text);
      } catch (error) {
        signal.throwIfAborted();
        if (isLast || error instanceof AppError || isTimeout(error)) throw gcsNetworkError(request.subject, error);
      }
      // jitter, lest all who failed together come back together
      await unlessAborted(delay(Math.random() * retryDelayMs * 2 ** retries, undefined, { signal }), signal);
    }
  };

  return { send, close: () => dispatcher.destroy() };
}

function emulatorUrl(host: string): URL {
  const text = /^https?:\/\//i.test(host) ? host : `http://${host}`;
  if (!URL.canParse(text)) {
    throw new AppError('invalid', { publicMessage: `STORAGE_EMULATOR_HOST: "${host}" is neither host:port nor a URL` });
  }
  const url = new URL(text);
  // clients of some languages want the API's path in it
  url.pathname = url.pathname.replace(/\/(storage\/v1\/?)?$/, '');
  return url;
}

function refuseWithoutCredentials(error: unknown): never {
  const publicMessage =
    'Google Cloud Storage: no credentials; name a key file by GOOGLE_APPLICATION_CREDENTIALS, or attach a service account';
  throw new AppError('invalid', { publicMessage, detail: String(error) });
}

/** Reads an error to its end, which frees the connection, unless it is long. */
async function readStart(body: Dispatcher.ResponseData['body']): Promise<string> {
  let text = '';
  for await (const chunk of body.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MAX_TEXT_BYTES) break;
  }
  return text.slice(0, MAX_TEXT_BYTES).replace(/\s+/g, ' ');
}
