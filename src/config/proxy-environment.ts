import ipaddr from 'ipaddr.js';
import { AppError } from '../errors.ts';
import type { Proxies } from '../storages/proxy-dispatcher.ts';
import type { Config } from './config.ts';

/** The variables of the program. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Go asks no proxy for these, whatever the variables say. */
const ALWAYS_DIRECT = ['localhost', '127.0.0.0/8', '::1/128'];

/**
 * Reads the proxies of the environment much as Go does: upper case wins, the scheme may be missing, `NO_PROXY` may hold
 * networks in CIDR notation, and the machine itself is never asked by way of a proxy. Unlike there, https goes by
 * `HTTP_PROXY` where there is no other.
 *
 * @param env The program's environment.
 * @throws AppError `invalid` for what is no URL of a proxy, by the variable's name.
 */
export function proxyEnvironment(env: Environment, config: Config): Proxies {
  const direct = [...(env['NO_PROXY'] || env['no_proxy'] || '').split(/[,\s]+/).filter(Boolean), ...ALWAYS_DIRECT];
  const endpoints = [
    config.s3Endpoint,
    config.s3LoaderEndpoint,
    config.s3StorageEndpoint,
    config.s3ResultStorageEndpoint,
  ];
  const hosts = endpoints.filter((url) => URL.canParse(url)).map((url) => new URL(url).hostname);
  return {
    httpProxy: proxyOf(env, 'HTTP_PROXY'),
    httpsProxy: proxyOf(env, 'HTTPS_PROXY'),
    // undici knows no networks: those addresses that lie in one stand for it
    noProxy: [...direct, ...hosts.filter((host) => direct.some((network) => isIn(host, network)))].join(','),
  };
}

function proxyOf(env: Environment, name: string): string {
  const text = env[name] || env[name.toLowerCase()] || '';
  if (text === '') return '';
  const url = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  // the value is not repeated: there may be a password in it
  throw new AppError('invalid', { publicMessage: `${name} must be the URL of an http or https proxy, or host:port` });
}

function isIn(host: string, network: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, '$1');
  if (!ipaddr.isValid(address) || !ipaddr.isValidCIDR(network)) return false;
  const [ip, range] = [ipaddr.process(address), ipaddr.parseCIDR(network)];
  return ip.kind() === range[0].kind() && ip.match(range);
}
