import { type Address, parseAddress } from './address.ts';
import type { Config } from './config.ts';

/** Where the server listens: `bind` when it is set, otherwise `serverAddress` and `port`. IPv6 may be in brackets. */
export function listenAddress(config: Pick<Config, 'bind' | 'port' | 'serverAddress'>): Address {
  const bound = parseAddress(config.bind);
  if (bound) return bound;
  const host = config.serverAddress.replace(/^\[(.*)\]$/, '$1');
  return host === '' ? { port: config.port } : { host, port: config.port };
}
