import { isIPv6 } from 'node:net';

/** Where to listen. */
export interface Address {
  /** Host name or IP address, IPv6 without brackets; absent for all interfaces. */
  readonly host?: string;
  /** 0 to 65535; 0 takes any free port. */
  readonly port: number;
}

/**
 * Reads `host:port` as Go does (`net.Listen`): `myhost:8888`, `:8000`, `[::1]:80`. The port must be a number.
 *
 * @returns undefined when the text is no such address.
 */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text);
  if (!match) return undefined;
  const [, ipv6, host = ipv6, digits] = match;
  const port = Number(digits);
  if (port > 65535 || (ipv6 !== undefined && !isIPv6(ipv6))) return undefined;
  return host ? { host, port } : { port };
}
