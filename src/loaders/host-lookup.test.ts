import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createHostLookup } from './host-lookup.ts';

const [FAILURE, NOT_FOUND] = [2, 3];
const [A, AAAA] = [1, 28];

/** What a name server answers: addresses, after a while too; not at all, to all questions or those for IPv6; a failure. */
interface Answer {
  readonly addresses?: readonly string[];
  readonly afterMs?: number;
  readonly isSilent?: 'always' | 'about IPv6';
  readonly fails?: true;
}
type Zone = Readonly<Record<string, Answer>>;

const at = (...addresses: readonly string[]): Answer => ({ addresses });

const interfacesOf = (...addresses: readonly string[]) => ({
  eth0: addresses.map((address) => ({
    ...{ address, netmask: '', mac: '', cidr: null, internal: false, scopeid: 0 },
    ...(address.includes(':') ? { family: 'IPv6' as const } : { family: 'IPv4' as const }),
  })),
});

/** A name server on 127.0.0.1 (RFC 1035, section 4.1). */
async function startNameServer(t: TestContext, zone: Zone): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (message, { port, address }) => {
    const labels: string[] = [];
    let end = 12;
    for (let length = message[end] ?? 0; length > 0; length = message[end] ?? 0) {
      labels.push(message.toString('latin1', end + 1, end + 1 + length));
      end += 1 + length;
    }
    const name = labels.join('.').toLowerCase();
    const type = message.readUInt16BE(end + 1);
    asked.push(`${type === AAAA ? 'AAAA' : 'A'} ${name}`);
    const known = zone[name];
    if (known?.isSilent === 'always' || (known?.isSilent && type === AAAA)) return;
    const addresses = known?.addresses ?? [];
    const records = addresses.filter((one) => one.includes(':') === (type === AAAA)).map((one) => record(one, type));
    const header = Buffer.from(message.subarray(0, 12));
    header.writeUInt16BE(0x8180 | (known?.fails ? FAILURE : known ? 0 : NOT_FOUND), 2);
    header.writeUInt16BE(records.length, 6);
    header.fill(0, 8);
    const answer = Buffer.concat([header, message.subarray(12, end + 5), ...records]);
    setTimeout(() => socket.send(answer, port, address, () => {}), known?.afterMs ?? 0).unref();
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => socket.close());
  return { address: `127.0.0.1:${socket.address().port}`, asked };
}

function record(address: string, type: number): Buffer {
  const bytes = type === A ? address.split('.').map(Number) : [...Array<number>(15).fill(0), Number(address.at(-1))];
  // the name of the question, class IN, for a minute
  return Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, bytes.length, ...bytes]);
}

/** Of the machine. */
interface Setting {
  readonly hosts?: string;
  readonly resolver?: string;
  /** Its addresses. */
  readonly own?: readonly string[];
}

async function lookupBy(
  t: TestContext,
  zone: Zone,
  { hosts = '', resolver = '', own = ['192.0.2.9', '2001:db8::9'] }: Setting = {},
) {
  const server = await startNameServer(t, zone);
  const dir = await mkdtemp(join(tmpdir(), 'imagor-ts-hosts-'));
  t.after(() => rm(dir, { recursive: true }));
  const [hostsFile, resolverFile] = [join(dir, 'hosts'), join(dir, 'resolv.conf')];
  await Promise.all([writeFile(hostsFile, hosts), writeFile(resolverFile, resolver)]);
  const lookup = createHostLookup({
    hostsFile,
    resolverFile,
    servers: [server.address],
    networkInterfaces: () => interfacesOf(...own),
  });
  const find = (name: string, family = 0): Promise<string> =>
    new Promise((resolve, reject) => {
      lookup(name, { all: true, family }, (error, addresses) => {
        if (error) reject(error);
        else resolve((addresses as LookupAddress[]).map(({ address }) => address).join(' '));
      });
    });
  return { find, asked: server.asked, hostsFile };
}

const linux = { skip: process.platform === 'linux' ? false : 'the system looks names up elsewhere' };

test('finds the addresses of a name, of both families', linux, async (t) => {
  const { find } = await lookupBy(t, {
    'both.test': at('192.0.2.1', '::1', '192.0.2.2'),
    'four.test': at('192.0.2.4'),
    'six.test': at('::6'),
  });
  assert.equal(await find('Both.test'), '192.0.2.1 192.0.2.2 ::1');
  assert.equal(await find('both.test', 6), '::1');
  assert.equal(await find('four.test.'), '192.0.2.4');
  assert.equal(await find('six.test'), '::6');
  await assert.rejects(find('four.test', 6), { code: 'ENOTFOUND' });
  await assert.rejects(find('none.test'), { code: 'ENOTFOUND' });
});

test('is not held up by names whose server does not answer', linux, async (t) => {
  const silent = Object.fromEntries(
    [1, 2, 3, 4, 5, 6, 7, 8].map((one) => [`slow${one}.test`, { isSilent: 'always' } as const]),
  );
  const { find } = await lookupBy(t, { ...silent, 'quick.test': at('192.0.2.1') });
  let answered = 0;
  const waiting = Object.keys(silent).map((name) =>
    assert.rejects(find(name), { code: 'EAI_AGAIN' }).finally(() => {
      answered += 1;
    }),
  );
  assert.equal(await find('quick.test'), '192.0.2.1');
  assert.equal(answered, 0);
  await Promise.all(waiting);
});

test('goes by the hosts file first, as it is now', linux, async (t) => {
  const hosts = '# names\n192.0.2.7 images.test other.test # ours\n::1 images.test\nnonsense\n';
  const { find, asked, hostsFile } = await lookupBy(t, { 'images.test': at('192.0.2.1') }, { hosts });
  assert.equal(await find('images.test'), '192.0.2.7 ::1');
  assert.equal(await find('OTHER.test'), '192.0.2.7');
  assert.deepEqual(asked, []);
  await writeFile(hostsFile, '192.0.2.8 images.test\n');
  await utimes(hostsFile, 1000, 1000);
  assert.equal(await find('images.test'), '192.0.2.8');
  await rm(hostsFile);
  assert.equal(await find('images.test'), '192.0.2.1');
});

test('completes names by the search domains', linux, async (t) => {
  const zone = { 'minio.storage.svc.cluster.test': at('192.0.2.1'), 'minio.storage': { fails: true } as const };
  const resolver = 'nameserver 192.0.2.53\nsearch ignored.test\nsearch default.svc.cluster.test svc.cluster.test.\n';
  const { find, asked } = await lookupBy(t, zone, { resolver });
  assert.equal(await find('minio.storage'), '192.0.2.1');
  assert.equal(asked[0], 'A minio.storage');
  assert.ok(!asked.some((name) => name.includes('ignored')));
  await assert.rejects(find('minio.storage.'), { code: 'EAI_AGAIN' });
  await assert.rejects(find('other.storage.'), { code: 'ENOTFOUND' });
});

test('completes names of few dots first, where it is told to', linux, async (t) => {
  const zone = { 'photos.media': at('203.0.113.1'), 'photos.media.svc.test': at('192.0.2.1') };
  const resolver = 'search svc.test\noptions edns0 ndots:2\n';
  const { find, asked } = await lookupBy(t, zone, { resolver });
  assert.equal(await find('photos.media'), '192.0.2.1');
  assert.equal(await find('photos.media.'), '203.0.113.1');
  await assert.rejects(find('a.photos.media'), { code: 'ENOTFOUND' });
  assert.equal(asked.filter((name) => name.includes('a.photos'))[0], 'A a.photos.media');
});

test('asks only for addresses of families that the machine has', linux, async (t) => {
  const { find, asked } = await lookupBy(t, { 'both.test': at('192.0.2.1', '::1') }, { own: ['192.0.2.9', 'fe80::1'] });
  assert.equal(await find('both.test'), '192.0.2.1');
  assert.deepEqual(asked, ['A both.test']);
});

test('waits long for a slow server, however quick others are, but not for the second family', linux, async (t) => {
  const { find } = await lookupBy(t, {
    'quick.test': at('192.0.2.1'),
    'slow.test': { ...at('192.0.2.2'), afterMs: 1_200 },
    'half.test': { ...at('192.0.2.3'), isSilent: 'about IPv6' },
  });
  for (let round = 0; round < 20; round++) await find('quick.test');
  const started = performance.now();
  assert.equal(await find('half.test'), '192.0.2.3');
  assert.ok(performance.now() - started < 1_900, 'before the question would be asked again');
  assert.equal(await find('slow.test'), '192.0.2.2');
});

test('asks the system for names without a dot', async (t) => {
  const { find, asked } = await lookupBy(t, {});
  assert.match(await find('localhost'), /127\.0\.0\.1|::1/);
  assert.deepEqual(asked, []);
});
