import { type Agent, type buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';

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
      const isDropped = 'code' in error && error.code === 'UND_ERR_SOCKET';
      done(isDropped ? new Error('the proxy hung up', { cause: error }) : error, null);
    });
  return { ...options, connect: once };
}
