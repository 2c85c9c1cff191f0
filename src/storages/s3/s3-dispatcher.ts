import { Client, type Dispatcher, Pool } from 'undici';
import { createProxyDispatcher, type Proxies } from '../proxy-dispatcher.ts';
import { IdleConnections } from './idle-connections.ts';

const TIMEOUTS = { headersTimeout: 30_000, bodyTimeout: 30_000 };
const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 60_000;

/** To all hosts together, as in imagor: with virtual hosts every bucket is one, and strangers may name buckets. */
const MAX_IDLE_CONNECTIONS = 100;

/**
 * Keeps connections, through proxies where there are some.
 *
 * @param maxIdleConnections kept unused to one host; to all hosts together as many, or 100 if that is more. As many as
 * are needed are open at a time.
 * @param proxies Those of the environment by default.
 */
export function createS3Dispatcher(maxIdleConnections: number, proxies?: Proxies): Dispatcher {
  const overall = new IdleConnections(Math.max(maxIdleConnections, MAX_IDLE_CONNECTIONS), 'oldest');
  const options = { ...TIMEOUTS, connect: { timeout: CONNECT_TIMEOUT_MS }, keepAliveTimeout: KEEP_ALIVE_MS };
  return createProxyDispatcher(options, proxies, (origin, pool) =>
    createPool(origin, pool, [new IdleConnections(maxIdleConnections, 'newest'), overall]),
  );
}

/** undici knows limits of time and of connections, but none of idle ones. */
function createPool(origin: string | URL, options: Pool.Options, limits: readonly IdleConnections[]): Pool {
  const factory = (url: URL, clientOptions: Client.Options): Client => {
    let hangUp = (): void => {};
    const { connect } = clientOptions;
    const client = new Client(url, {
      ...clientOptions,
      ...(typeof connect === 'function' && {
        connect: (target, done) =>
          connect(target, (error, socket) => {
            if (error) return done(error, null);
            hangUp = () => socket.destroy();
            done(null, socket);
          }),
      }),
    });
    const connection = { isIdle: () => client.stats.size === 0, hangUp: () => hangUp() };
    for (const limit of limits) {
      client.on('connect', () => limit.add(connection));
      client.on('disconnect', () => limit.delete(connection));
      // told when a request is done, with its body
      client.on('drain', () => limit.keep(connection));
    }
    return client;
  };
  return new Pool(origin, { ...options, factory: factory as NonNullable<Pool.Options['factory']> });
}
