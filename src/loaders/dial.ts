import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { type AddressPolicy, isBlockedAddress } from './blocked-address.ts';
import { blocked, refuseBlockedHost } from './blocked-host.ts';
import { createHostLookup } from './host-lookup.ts';

/** How to connect. */
export interface DialOptions {
  readonly addresses: AddressPolicy;
  /** Milliseconds for name, TCP and TLS together. */
  readonly connectTimeoutMs: number;
  /** Take any certificate. */
  readonly insecureSkipVerify: boolean;
  /** Resolves names; as {@link createHostLookup} unless tests bring theirs. Asked for all addresses, in the order to try them. */
  readonly lookup?: LookupFunction;
}

/** Of one address, while there are others. */
const ATTEMPT_TIMEOUT_MS = 2_000;

/**
 * Makes undici's connector one that refuses blocked addresses. What is checked is what is dialled: a name is resolved
 * once, and the connection goes to the very addresses that passed, so a second answer of the name's server changes
 * nothing. Addresses that are refused do not keep a name's others from being dialled.
 *
 * @returns fails with AppError `source-not-allowed`, or the error of resolver, socket or TLS.
 */
export function createDialer(options: DialOptions): buildConnector.connector {
  const connect = buildConnector({
    timeout: options.connectTimeoutMs,
    // Node's quarter of a second is too little where one packet was lost, and the next address is none that can be reached
    autoSelectFamilyAttemptTimeout: ATTEMPT_TIMEOUT_MS,
    rejectUnauthorized: !options.insecureSkipVerify,
    lookup: createCheckedLookup(options.addresses, options.lookup ?? createHostLookup()),
  });
  return (target, callback) => {
    // net.connect asks no resolver about a literal
    refuseBlockedHost(target.hostname, options.addresses);
    connect(target, callback);
  };
}

function createCheckedLookup(policy: AddressPolicy, lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, answer) => {
      const found = typeof answer === 'string' ? [{ address: answer, family: isIP(answer) }] : (answer ?? []);
      const [first, ...others] = found.filter(({ address }) => !isBlockedAddress(address, policy));
      if (error) return callback(error, []);
      if (!first)
        return callback(
          blocked(
            hostname,
            found.map(({ address }) => address),
          ),
          [],
        );
      if (options.all) return callback(null, [first, ...others]);
      callback(null, first.address, first.family);
    });
  };
}
