import { type Agent, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import { withTunnelThatFails } from '../proxy-tunnel.ts';

/** The proxies that requests go through; empty for none. */
export interface Proxies {
  /** For http. */
  readonly httpProxy: string;
  /** For https; that for http where there is none. */
  readonly httpsProxy: string;
  /** Hosts that are asked directly, and those below them, by commas; `*` for all. */
  readonly noProxy: string;
}

type CreatePool = (origin: string | URL, options: Pool.Options) => Dispatcher;

/**
 * Keeps connections, through proxies where there are some.
 *
 * @param proxies Those of the environment where undefined.
 * @param createPool Makes the connections of one host, and may bound them.
 */
export function createProxyDispatcher(
  options: Agent.Options,
  proxies: Proxies | undefined,
  createPool: CreatePool = (origin, pool) => new Pool(origin, pool),
): Dispatcher {
  return new EnvHttpProxyAgent({
    ...options,
    ...proxies,
    factory: (origin: string | URL, pool: Pool.Options) => createPool(origin, withTunnelThatFails(pool)),
  });
}
