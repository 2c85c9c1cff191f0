import type { Dispatcher } from 'undici';
import { AppError } from '../errors.ts';
import { refuseBlockedHost } from './blocked-host.ts';
import type { DialOptions } from './dial.ts';
import { createHostMatcher } from './source-policy.ts';
import type { SourceWays } from './source-ways.ts';

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
  pick(url: URL): Promise<Dispatcher>;
  /** Cuts all connections. */
  close(): Promise<void>;
}

/**
 * Opens no connection yet. Proxies are the operator's: their own addresses are not checked, and names are resolved by
 * them, so of a host behind a proxy only literal addresses and `localhost` can be refused here.
 *
 * @throws AppError `invalid` for a proxy of another scheme or a malformed glob.
 */
export function createSourceDispatcher(options: SourceDispatcherOptions): SourceDispatcher {
  for (const { protocol } of options.proxyUrls) refuseOtherSchemes(protocol);
  const isProxied = createHostMatcher(options.proxyAllowedSources);
  const usesProxy = (url: URL): boolean =>
    options.proxyUrls.length > 0 && (options.proxyAllowedSources.length === 0 || isProxied(url));
  let ways: Promise<SourceWays> | undefined;
  return {
    async pick(url) {
      const isByProxy = usesProxy(url);
      if (isByProxy) refuseBlockedHost(url.hostname, options.addresses);
      // undici takes a fifth of the time that the program takes to start, and many have their pictures elsewhere
      ways ??= import('./source-ways.ts').then(({ createSourceWays }) => createSourceWays(options));
      const { direct, proxies } = await ways;
      const proxy = isByProxy ? proxies[Math.floor(Math.random() * proxies.length)] : undefined;
      return proxy ?? direct;
    },
    async close() {
      const open = await ways;
      if (open) await Promise.all([open.direct, ...open.proxies].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

function refuseOtherSchemes(protocol: string): void {
  if (protocol === 'http:' || protocol === 'https:') return;
  throw new AppError('invalid', { publicMessage: `proxies are spoken to by http or https, not ${protocol}` });
}
