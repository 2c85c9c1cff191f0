import { Agent, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { withTunnelThatFails } from '../proxy-tunnel.ts';
import { basicCredentials } from './basic-credentials.ts';
import { createDialer } from './dial.ts';
import type { SourceDispatcherOptions } from './source-dispatcher.ts';

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
