import { isIP } from 'node:net';
import { AppError } from '../errors.ts';
import { type AddressPolicy, isBlockedAddress } from './blocked-address.ts';

/**
 * Judges a host by what it is without a resolver: a literal address, or `localhost`, which is loopback by RFC 6761.
 *
 * @param hostname IPv6 with or without brackets.
 * @throws AppError `source-not-allowed`.
 */
export function refuseBlockedHost(hostname: string, policy: AddressPolicy): void {
  const host = hostname.replace(/^\[|\]$/g, '');
  const address = /^(.+\.)?localhost\.?$/.test(host) ? '127.0.0.1' : host;
  if (isIP(address) !== 0 && isBlockedAddress(address, policy)) throw blocked(host, [address]);
}

/** What is said of a blocked host. The addresses are for the log alone: a client must not learn how names resolve in here. */
export function blocked(host: string, addresses: readonly string[]): AppError {
  return new AppError('source-not-allowed', { detail: `blocked address ${addresses.join(', ')} of ${host}` });
}
