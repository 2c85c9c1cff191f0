import { lookup as systemLookup } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { readFileSync, statSync } from 'node:fs';
import { isIP, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** Where names are looked up; the machine's own by default. */
export interface HostLookupOptions {
  /** hosts(5) */
  readonly hostsFile?: string;
  /** resolv.conf(5): its search domains, and its servers where none are given here. */
  readonly resolverFile?: string;
  /** `address:port` */
  readonly servers?: readonly string[];
  /** As of `node:os`. */
  readonly networkInterfaces?: typeof networkInterfaces;
}

type Address = { readonly address: string; readonly family: 4 | 6 };

/** What resolv.conf(5) says of how names are completed. */
interface Completion {
  readonly search: readonly string[];
  /** A name with fewer dots is completed before it is asked for as it is. */
  readonly ndots: number;
}

const ofSystem: LookupFunction = systemLookup;

/** Of a query; there is one more try of twice that, and both together are shorter than any connection may take. */
const QUERY_TIMEOUT_MS = 2_000;

/** Once there are addresses of IPv4, those of IPv6 are waited for no longer: some servers drop the question. */
const IPV6_GRACE_MS = 300;

/** What says that a name is not there, or has no address of this family. */
const ABSENT: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);

/**
 * Looks hosts up by the hosts file and DNS, names completed as by glibc, but without its threads, of which libuv has two
 * for this: whoever runs a name server that does not answer could keep both of them busy, and nobody else's host be
 * found. Names without a dot, and those that mDNS may know, are still the system's: strangers run no servers for them. So
 * are all names where the files are not as on Linux.
 *
 * @returns fails with `ENOTFOUND`, or with `EAI_AGAIN` where no server knows.
 */
export function createHostLookup(options: HostLookupOptions = {}): LookupFunction {
  if (process.platform !== 'linux') return ofSystem;
  const { hostsFile = '/etc/hosts', resolverFile = '/etc/resolv.conf' } = options;
  const hosts = watched(hostsFile, parseHosts);
  const completion = watched(resolverFile, parseCompletion);

  const find = async (hostname: string): Promise<readonly Address[]> => {
    const listed = hosts().get(hostname.toLowerCase().replace(/\.$/, ''));
    if (listed) return listed;
    let untold: unknown;
    for (const name of complete(hostname.toLowerCase(), completion())) {
      try {
        const found = await query(name, options);
        if (found.length > 0) return found;
      } catch (error) {
        untold = error;
      }
    }
    throw failure(untold === undefined ? 'ENOTFOUND' : 'EAI_AGAIN', hostname, untold);
  };

  return (hostname, lookupOptions, callback) => {
    const { all, family } = lookupOptions;
    if (!/\.[^.]/.test(hostname) || /\.(?:local|localhost)\.?$/i.test(hostname)) {
      return ofSystem(hostname, lookupOptions, callback);
    }
    find(hostname).then(
      (addresses) => {
        const wanted = addresses.filter((one) => !family || one.family === Number(String(family).replace('IPv', '')));
        const [first] = wanted;
        if (!first) callback(failure('ENOTFOUND', hostname), []);
        else if (all) callback(null, [...wanted]);
        else callback(null, first.address, first.family);
      },
      (error) => callback(error, []),
    );
  };
}

/** The names to ask for, in order. */
function complete(hostname: string, { search, ndots }: Completion): readonly string[] {
  if (hostname.endsWith('.')) return [hostname.slice(0, -1)];
  const completed = search.map((suffix) => `${hostname}.${suffix}`);
  return hostname.split('.').length - 1 < ndots ? [...completed, hostname] : [hostname, ...completed];
}

/**
 * Asks for the addresses of a name.
 *
 * @returns none for a name that is not there.
 * @throws what c-ares says where no server told.
 */
async function query(name: string, options: HostLookupOptions): Promise<readonly Address[]> {
  // a resolver of its own: c-ares shortens its timeouts by what quick answers took, and then has none for a slow one
  const resolver = new Resolver({ timeout: QUERY_TIMEOUT_MS, tries: 2 });
  if (options.servers) resolver.setServers(options.servers);
  const { hasIpv4, hasIpv6 } = reachableFamilies((options.networkInterfaces ?? networkInterfaces)());
  const ask = (family: 4 | 6, isAsked: boolean): Promise<readonly Address[] | Error> => {
    if (!isAsked) return Promise.resolve([]);
    const addresses = family === 4 ? resolver.resolve4(name) : resolver.resolve6(name);
    return addresses.then(
      (found) => found.map((address) => ({ address, family })),
      (error) => (ABSENT.has(error.code) ? [] : error),
    );
  };
  const [asked4, asked6] = [ask(4, hasIpv4), ask(6, hasIpv6)];
  const found4 = await asked4;
  const isFound = Array.isArray(found4) && found4.length > 0;
  const found6 = await (isFound ? Promise.race([asked6, delay(IPV6_GRACE_MS, [], { ref: false })]) : asked6);
  resolver.cancel();
  const answers = [found4, found6];
  const found = answers.flatMap((answer) => (answer instanceof Error ? [] : answer));
  const untold = answers.find((answer) => answer instanceof Error);
  if (found.length === 0 && untold) throw untold;
  return found;
}

/** As `AI_ADDRCONFIG`: addresses that cannot be reached would be tried all the same. Both where nothing is known. */
function reachableFamilies(interfaces: ReturnType<typeof networkInterfaces>): {
  readonly hasIpv4: boolean;
  readonly hasIpv6: boolean;
} {
  const own = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  const has = (family: string): boolean =>
    own.some((one) => one.family === family && !one.internal && !one.address.startsWith('fe80:'));
  const [hasIpv4, hasIpv6] = [has('IPv4'), has('IPv6')];
  return hasIpv4 || hasIpv6 ? { hasIpv4, hasIpv6 } : { hasIpv4: true, hasIpv6: true };
}

/** As the system's own lookup words it. */
function failure(code: string, hostname: string, cause?: unknown): NodeJS.ErrnoException {
  return Object.assign(new Error(`lookup ${code} ${hostname}`, { cause }), { code, syscall: 'lookup', hostname });
}

function parseHosts(text: string): ReadonlyMap<string, readonly Address[]> {
  const hosts = new Map<string, Address[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    const family = isIP(address);
    if (family !== 4 && family !== 6) continue;
    for (const name of names) {
      const key = name.toLowerCase();
      hosts.set(key, [...(hosts.get(key) ?? []), { address, family }]);
    }
  }
  return hosts;
}

/** The last line of domains counts. */
function parseCompletion(text: string): Completion {
  const [, domains = ''] = [...text.matchAll(/^(?:search|domain)\s+(.*)$/gm)].at(-1) ?? [];
  const search = domains
    .split(/\s+/)
    .map((domain) => domain.replace(/\.$/, ''))
    .filter((domain) => domain !== '');
  const [, ndots = '1'] = /^options\s(?:.*\s)?ndots:(\d+)/m.exec(text) ?? [];
  return { search, ndots: Number(ndots) };
}

/** What a small file says, read again when it has changed; of one that is not there, what an empty one would say. */
function watched<Content>(file: string, parse: (text: string) => Content): () => Content {
  let known: { readonly changedAt: number; readonly content: Content } | undefined;
  return () => {
    const changedAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (known?.changedAt !== changedAt) {
      known = { changedAt, content: parse(changedAt === 0 ? '' : readFileSync(file, 'utf8')) };
    }
    return known.content;
  };
}
