import type { buildConnector, Pool } from 'undici';

/**
 * Has a proxy that hangs up on a CONNECT fail the request. undici 7 takes this for a connection that was lost and opens
 * the next one at once, for as long as the request waits (nodejs/undici#3897, mended in 8, which wants Node 22).
 *
 * @param options of the connections behind a `ProxyAgent`, as it hands them to its factory.
 */
export function withTunnelThatFails(options: Pool.Options): Pool.Options {
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
