import { lookup as systemLookup } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { readFileSync, statSync } from 'node:fs';
import { isIP, type LookupFunction } from 'node:net';

/** Where names are looked up; the machine's own by default. */
export interface HostLookupOptions {
  /** hosts(5) */
  readonly hostsFile?: string;
  /** resolv.conf(5): its search domains, and its servers where none are given here. */
  readonly resolverFile?: string;
  /** `address:port` */
  readonly servers?: readonly string[];
}

type Address = { readonly address: string; readonly family: number };

const ofSystem: LookupFunction = systemLookup;

/** With one more try of twice that, shorter than any connection may take. */
const QUERY_TIMEOUT_MS = 2_000;

/** What says that a name is not there, or has no address of this family. */
const ABSENT: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * Looks hosts up as glibc does – the hosts file, then DNS with its search domains – but without its threads, of which
 * libuv has two for this: whoever runs a name server that does not answer could keep both of them busy, and nobody
 * else's host be found. Names without a dot, and those that mDNS may know, are still the system's: strangers run no
 * servers for them. So are all names where the files are not as on Linux.
 *
 * @returns fails with `ENOTFOUND`, or with `EAI_AGAIN` where no server knows.
 */
export function createHostLookup(options: HostLookupOptions = {}): LookupFunction {
  if (process.platform !== 'linux') return ofSystem;
  const { hostsFile = '/etc/hosts', resolverFile = '/etc/resolv.conf', servers } = options;
  const hosts = watched(hostsFile, parseHosts);
  const dns = watched(resolverFile, (text) => {
    const resolver = new Resolver({ timeout: QUERY_TIMEOUT_MS, tries: 2 });
    if (servers) resolver.setServers(servers);
    return { resolver, search: parseSearch(text) };
  });

  const find = async (hostname: string): Promise<readonly Address[]> => {
    const name = hostname.toLowerCase().replace(/\.$/, '');
    const listed = hosts().get(name);
    if (listed) return listed;
    const { resolver, search } = dns();
    const suffixes = hostname.endsWith('.') ? [] : search;
    for (const candidate of [name, ...suffixes.map((suffix) => `${name}.${suffix}`)]) {
      const found = await query(resolver, candidate);
      if (found.length > 0) return found;
    }
    throw failure('ENOTFOUND', hostname);
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

/** @returns none for a name that is not there. */
async function query(resolver: Resolver, name: string): Promise<readonly Address[]> {
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (found.length > 0) return found.map((address) => ({ address, family: isIP(address) }));
  const reasons = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
  const untold = reasons.find(({ code }) => !ABSENT.has(code));
  if (untold) throw failure('EAI_AGAIN', name, untold);
  return [];
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
    if (family === 0) continue;
    for (const name of names) {
      const key = name.toLowerCase();
      hosts.set(key, [...(hosts.get(key) ?? []), { address, family }]);
    }
  }
  return hosts;
}

/** The last line counts. */
function parseSearch(text: string): readonly string[] {
  const [, domains = ''] = [...text.matchAll(/^(?:search|domain)\s+(.*)$/gm)].at(-1) ?? [];
  return domains
    .trim()
    .split(/\s+/)
    .filter((domain) => domain !== '' && domain !== '.')
    .map((domain) => domain.replace(/\.$/, ''));
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
