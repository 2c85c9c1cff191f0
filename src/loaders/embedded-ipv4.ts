import ipaddr from 'ipaddr.js';

type Extract = (bytes: readonly number[]) => ipaddr.IPv4[];

/** The forms of IPv6 addresses that lead to an IPv4 host, by their prefix. */
const FORMS: readonly (readonly [prefix: [ipaddr.IPv6, number], extract: Extract])[] = [
  [ipaddr.IPv6.parseCIDR('::/96'), at(12)], // IPv4-compatible, RFC 4291 section 2.5.5.1
  [ipaddr.IPv6.parseCIDR('::ffff:0:0/96'), at(12)], // IPv4-mapped, RFC 4291 section 2.5.5.2
  [ipaddr.IPv6.parseCIDR('::ffff:0:0:0/96'), at(12)], // IPv4-translated, RFC 2765 section 2.1
  [ipaddr.IPv6.parseCIDR('64:ff9b::/96'), at(12)], // NAT64, RFC 6052 section 2.1
  [ipaddr.IPv6.parseCIDR('64:ff9b:1::/48'), fromLocalNat64], // NAT64 of one's own, RFC 8215
  [ipaddr.IPv6.parseCIDR('2002::/16'), at(2)], // 6to4, RFC 3056 section 2
  [ipaddr.IPv6.parseCIDR('2001::/32'), fromTeredo], // RFC 4380 section 4
];

/**
 * Every IPv4 address that an IPv6 address may stand for. Where the form leaves open which bytes it is, all the readings
 * are given.
 */
export function embeddedIPv4(address: ipaddr.IPv6): ipaddr.IPv4[] {
  const bytes = address.toByteArray();
  const found = FORMS.filter(([prefix]) => address.match(prefix)).flatMap(([, extract]) => extract(bytes));
  return isIsatap(bytes) ? [...found, ...at(12)(bytes)] : found;
}

function at(offset: number): Extract {
  return (bytes) => [new ipaddr.IPv4(bytes.slice(offset, offset + 4))];
}

/** ISATAP marks the interface identifier, under any prefix: `0000:5efe` with two free flag bits. RFC 5214 section 6.1 */
function isIsatap(bytes: readonly number[]): boolean {
  const [flags = 0, ...marker] = bytes.slice(8, 12);
  return (flags & 0xfc) === 0 && marker[0] === 0 && marker[1] === 0x5e && marker[2] === 0xfe;
}

/** The Teredo server, and the client behind its NAT, whose bits are inverted. */
function fromTeredo(bytes: readonly number[]): ipaddr.IPv4[] {
  return [...at(4)(bytes), ...at(12)(bytes.map((byte) => byte ^ 0xff))];
}

/**
 * A network may translate with a prefix of 48, 56, 64 or 96 bits out of `64:ff9b:1::/48`; byte 8 is skipped by the
 * shorter ones (RFC 6052 section 2.2). A reading within 0.0.0.0/8 comes from a prefix that is not the one in use.
 */
function fromLocalNat64(bytes: readonly number[]): ipaddr.IPv4[] {
  const withoutByte8 = bytes.toSpliced(8, 1);
  const readings = [6, 7, 8].flatMap((offset) => at(offset)(withoutByte8)).concat(at(12)(bytes));
  const likely = readings.filter((reading) => reading.range() !== 'unspecified');
  return likely.length > 0 ? likely : readings;
}
