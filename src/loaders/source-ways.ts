import { Agent, type buildConnector, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { basicCredentials } from './basic-credentials.ts';
import { createDialer } from './dial.ts';
import type { SourceDispatcherOptions } from './source-dispatcher.ts';
import { errorCode } from './source-error.ts';

/** Connections to sources. */
export interface SourceWays {
  readonly direct: Dispatcher;
  readonly proxies: readonly Dispatcher[];
}

/** Idle connections are kept for that long, or less if the server says so: who names many hosts must not hold many. */
const KEEP_ALIVE = { keepAliveTimeout: 10_000, keepAliveMaxTimeout: 10_000 };

/** Opens no connection yet. */
export function createSourceWays(options: SourceDispatcherOptions): SourceWays {
  return {
    direct: new Agent({ connect: createDialer(options), ...KEEP_ALIVE }),
    proxies: options.proxyUrls.map((url) => createProxy(url, options)),
  };
}

function createProxy(url: URL, options: SourceDispatcherOptions): ProxyAgent {
  const tls = { timeout: options.connectTimeoutMs, rejectUnauthorized: !options.insecureSkipVerify };
  const token = basicCredentials(url);
  return new ProxyAgent({
    uri: url.origin,
    ...(token && { token }),
    // as HTTP clients do: a tunnel for https, the whole URL in the request line for http (RFC 9112 section 3.2.2)
    proxyTunnel: false,
    requestTls: tls,
    proxyTls: tls,
    factory: (origin, pool) => new Pool(origin, withTunnelThatFails(pool)),
    clientFactory: (origin, pool) => new Pool(origin, { ...pool, headersTimeout: options.headersTimeoutMs }),
    ...KEEP_ALIVE,
  });
}

/**
 * A proxy that hangs up on a CONNECT fails the request. undici 7 takes this for a connection that was lost and opens
 * the next one at once, for as long as the request waits (nodejs/undici#3897, mended in 8, which wants Node 22).
 */
function withTunnelThatFails(options: Pool.Options): Pool.Options {
  const { connect } = options;
  if (typeof connect !== 'function') return options;
  const once: buildConnector.connector = (target, done) =>
    connect(target, (error, socket) => {
      if (error === null) return done(null, socket);
      done(errorCode(error) === 'UND_ERR_SOCKET' ? new Error('the proxy hung up', { cause: error }) : error, null);
    });
  return { ...options, connect: once };
}
