import { Client, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';

const TIMEOUTS = { headersTimeout: 30_000, bodyTimeout: 30_000 };
const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 60_000;

/**
 * Keeps connections, through the proxies of the environment where it names some.
 *
 * @param maxIdleConnections kept unused to one host; as many as are needed are open at a time.
 */
export function createS3Dispatcher(maxIdleConnections: number): Dispatcher {
  return new EnvHttpProxyAgent({
    ...TIMEOUTS,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    keepAliveTimeout: KEEP_ALIVE_MS,
    factory: (origin, options) => createPool(origin, options, maxIdleConnections),
  });
}

/** undici knows limits of time and of connections, but none of idle ones. */
function createPool(origin: string | URL, options: Pool.Options, maxIdleConnections: number): Pool {
  const connected = new Set<Client>();
  const isIdle = ({ stats }: Client): boolean => stats.size === 0;

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
    client.on('connect', () => connected.add(client));
    client.on('disconnect', () => connected.delete(client));
    // told when a request is done, with its body
    client.on('drain', () => {
      if (connected.size <= maxIdleConnections || !isIdle(client)) return;
      if ([...connected].filter(isIdle).length > maxIdleConnections) hangUp();
    });
    return client;
  };
  return new Pool(origin, { ...options, factory: factory as NonNullable<Pool.Options['factory']> });
}
