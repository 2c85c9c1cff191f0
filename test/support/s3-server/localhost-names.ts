import dns, { type LookupAllOptions, type LookupOptions } from 'node:dns';

/**
 * Has this process resolve every name under `.localhost` to 127.0.0.1, as RFC 6761 section 6.3 wants and not every
 * system does: buckets stand there as virtual hosts. Imported for that; programs take it by `--import`.
 */
const systemLookup = dns.lookup;

type Callback = (error: null, address: string | dns.LookupAddress[], family?: number) => void;

function lookup(hostname: string, options: LookupOptions | Callback, callback?: Callback): void {
  if (!hostname.endsWith('.localhost')) {
    Reflect.apply(systemLookup, dns, callback ? [hostname, options, callback] : [hostname, options]);
    return;
  }
  const done = callback ?? (options as Callback);
  const isAll = typeof options === 'object' && (options as LookupAllOptions).all;
  process.nextTick(() => (isAll ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)));
}

dns.lookup = lookup as typeof dns.lookup;
