import { Agent, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { AppError } from '../errors.ts';
import { basicCredentials } from './basic-credentials.ts';
import { createDialer, type DialOptions, refuseBlockedHost } from './dial.ts';
import { createHostMatcher } from './source-policy.ts';

/** Ways to sources. */
export interface SourceDispatcherOptions extends DialOptions {
  /** `http` or `https`, with credentials where the proxy wants them. Each request takes one at random. */
  readonly proxyUrls: readonly URL[];
  /** Globs of the hosts that are fetched through a proxy; all when empty. */
  readonly proxyAllowedSources: readonly string[];
  /** Milliseconds for a proxy to open a tunnel. */
  readonly headersTimeoutMs: number;
}

/** Keeps connections, direct and by proxies. */
export interface SourceDispatcher {
  /**
   * Chooses the way to a URL.
   *
   * @throws AppError `source-not-allowed` for a blocked host that goes through a proxy; direct ones are judged when
   * they are dialled.
   */
  pick(url: URL): Dispatcher;
  /** Cuts all connections. */
  close(): Promise<void>;
}

/** Idle connections are kept for that long, or less if the server says so: who names many hosts must not hold many. */
const KEEP_ALIVE = { keepAliveTimeout: 10_000, keepAliveMaxTimeout: 10_000 };

/**
 * Opens no connection yet. Proxies are the operator's: their own addresses are not checked, and names are resolved by
 * them, so of a host behind a proxy only literal addresses and `localhost` can be refused here.
 *
 * @throws AppError `invalid` for a proxy of another scheme or a malformed glob.
 */
export function createSourceDispatcher(options: SourceDispatcherOptions): SourceDispatcher {
  const direct = new Agent({ connect: createDialer(options), ...KEEP_ALIVE });
  const proxies = options.proxyUrls.map((url) => createProxy(url, options));
  const isProxied = createHostMatcher(options.proxyAllowedSources);
  const proxiesAll = options.proxyAllowedSources.length === 0;
  return {
    pick: (url) => {
      const proxy = proxies[Math.floor(Math.random() * proxies.length)];
      if (!proxy || !(proxiesAll || isProxied(url))) return direct;
      refuseBlockedHost(url.hostname, options.addresses);
      return proxy;
    },
    close: async () => {
      await Promise.all([direct, ...proxies].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

function createProxy(url: URL, options: SourceDispatcherOptions): ProxyAgent {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new AppError('invalid', { publicMessage: `proxies are spoken to by http or https, not ${url.protocol}` });
  }
  const tls = { timeout: options.connectTimeoutMs, rejectUnauthorized: !options.insecureSkipVerify };
  const token = basicCredentials(url);
  return new ProxyAgent({
    uri: url.origin,
    ...(token && { token }),
    // as HTTP clients do: a tunnel for https, the whole URL in the request line for http (RFC 9112 section 3.2.2)
    proxyTunnel: false,
    requestTls: tls,
    proxyTls: tls,
    clientFactory: (origin, pool) => new Pool(origin, { ...pool, headersTimeout: options.headersTimeoutMs }),
    ...KEEP_ALIVE,
  });
}
