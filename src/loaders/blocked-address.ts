import ipaddr from 'ipaddr.js';
import { AppError } from '../errors.ts';
import { embeddedIPv4 } from './embedded-ipv4.ts';

/** A range of addresses: its first one, and how many leading bits are fixed. */
export type Network = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, prefixLength: number];

/** Which addresses are not to be connected to. */
export interface AddressPolicy {
  /** 127.0.0.0/8 and ::1, and what the system takes for the same: 0.0.0.0/8 and ::. */
  readonly blockLoopback: boolean;
  /**
   * Networks that are not reachable from the Internet: RFC 1918, carrier-grade NAT (RFC 6598), unique and site local
   * IPv6, and the ranges that IANA keeps for tests, documentation and protocols.
   */
  readonly blockPrivate: boolean;
  /** 169.254.0.0/16 and fe80::/10, and the metadata services of clouds wherever they live. */
  readonly blockLinkLocal: boolean;
  readonly blockNetworks: readonly Network[];
}

type Switch = 'blockLoopback' | 'blockPrivate' | 'blockLinkLocal';

/** ipaddr.js' names of special ranges, and what blocks them. Ranges that lead to an IPv4 host are judged by that. */
const SPECIAL: ReadonlyMap<string, Switch | 'always'> = new Map([
  ['loopback', 'blockLoopback'],
  ['unspecified', 'blockLoopback'],
  ['linkLocal', 'blockLinkLocal'],
  ['private', 'blockPrivate'],
  ['carrierGradeNat', 'blockPrivate'],
  ['uniqueLocal', 'blockPrivate'],
  ['deprecatedSiteLocal', 'blockPrivate'],
  ['reserved', 'blockPrivate'],
  ['benchmarking', 'blockPrivate'],
  ['discard', 'blockPrivate'],
  ['segmentRouting', 'blockPrivate'],
  ['multicast', 'always'],
  ['broadcast', 'always'],
]);

/** Metadata services outside of the link-local range: they hand out credentials to whoever asks. */
const METADATA: ReadonlySet<string> = new Set([
  'fd00:ec2::254', // AWS
  'fd20:ce::254', // Google
  '100.100.100.200', // Alibaba
  '168.63.129.16', // Azure
  '192.0.0.192', // Oracle
]);

/**
 * Whether a connection to an address is refused. IPv4 in IPv6 counts as both, in all of its forms (see
 * `embeddedIPv4`). Multicast and broadcast are refused always, and so is what is no address.
 *
 * @param address IPv4 in four decimal parts, or IPv6 without brackets, as the resolver and `net.connect` write them.
 */
export function isBlockedAddress(address: string, policy: AddressPolicy): boolean {
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return true;
  const dialled = ipaddr.parse(address);
  const targets = dialled instanceof ipaddr.IPv6 ? [dialled, ...embeddedIPv4(dialled)] : [dialled];
  return targets.some((target) => isBlocked(target, policy));
}

function isBlocked(target: ipaddr.IPv4 | ipaddr.IPv6, policy: AddressPolicy): boolean {
  const by = SPECIAL.get(target.range());
  if (by === 'always' || (by && policy[by])) return true;
  if (policy.blockLinkLocal && METADATA.has(target.toString())) return true;
  return policy.blockNetworks.some(
    ([first, prefixLength]) => first.kind() === target.kind() && target.match(first, prefixLength),
  );
}

/**
 * Reads a network in CIDR notation: `10.0.0.0/8`, `fd00::/8`. IPv4 written as IPv4-mapped IPv6 is IPv4.
 *
 * @throws AppError `invalid`.
 */
export function parseNetwork(cidr: string): Network {
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(cidr) && !ipaddr.IPv6.isValidCIDR(cidr)) {
    throw new AppError('invalid', { publicMessage: `"${cidr}" is not a network such as 10.0.0.0/8 or fd00::/8` });
  }
  const [first, prefixLength] = ipaddr.parseCIDR(cidr);
  const isMapped = first instanceof ipaddr.IPv6 && first.isIPv4MappedAddress() && prefixLength >= 96;
  return isMapped ? [first.toIPv4Address(), prefixLength - 96] : [first, prefixLength];
}
