import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createHostLookup } from './host-lookup.ts';

const NOT_FOUND = 3;
const [A, AAAA] = [1, 28];

/** What a name server answers: addresses, nothing, or not at all. */
type Zone = Readonly<Record<string, readonly string[] | 'silent'>>;

/** A name server on 127.0.0.1 (RFC 1035, section 4.1). */
async function startNameServer(t: TestContext, zone: Zone): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (message, { port, address }) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
      labels.push(message.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const name = labels.join('.').toLowerCase();
    const type = message.readUInt16BE(at + 1);
    asked.push(name);
    const known = zone[name];
    if (known === 'silent') return;
    const records = (known ?? [])
      .filter((one) => one.includes(':') === (type === AAAA))
      .map((one) => record(one, type));
    const header = Buffer.from(message.subarray(0, 12));
    header.writeUInt16BE(0x8180 | (known ? 0 : NOT_FOUND), 2);
    header.writeUInt16BE(records.length, 6);
    header.fill(0, 8);
    socket.send(Buffer.concat([header, message.subarray(12, at + 5), ...records]), port, address);
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

async function lookupBy(
  t: TestContext,
  zone: Zone,
  { hosts = '', resolver = '' }: { readonly hosts?: string; readonly resolver?: string } = {},
) {
  const server = await startNameServer(t, zone);
  const dir = await mkdtemp(join(tmpdir(), 'imagor-ts-hosts-'));
  t.after(() => rm(dir, { recursive: true }));
  const [hostsFile, resolverFile] = [join(dir, 'hosts'), join(dir, 'resolv.conf')];
  await Promise.all([writeFile(hostsFile, hosts), writeFile(resolverFile, resolver)]);
  const lookup = createHostLookup({ hostsFile, resolverFile, servers: [server.address] });
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
  const { find } = await lookupBy(t, { 'both.test': ['192.0.2.1', '::1', '192.0.2.2'], 'four.test': ['192.0.2.4'] });
  assert.equal(await find('Both.test'), '192.0.2.1 192.0.2.2 ::1');
  assert.equal(await find('both.test', 6), '::1');
  assert.equal(await find('four.test.'), '192.0.2.4');
  await assert.rejects(find('four.test', 6), { code: 'ENOTFOUND' });
  await assert.rejects(find('none.test'), { code: 'ENOTFOUND' });
});

test('is not held up by names whose server does not answer', linux, async (t) => {
  const silent = Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8].map((at) => [`slow${at}.test`, 'silent' as const]));
  const { find } = await lookupBy(t, { ...silent, 'quick.test': ['192.0.2.1'] });
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
  const { find, asked, hostsFile } = await lookupBy(t, { 'images.test': ['192.0.2.1'] }, { hosts });
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
  const zone = { 'minio.storage.svc.cluster.test': ['192.0.2.1'] };
  const resolver = 'nameserver 192.0.2.53\nsearch ignored.test\nsearch default.svc.cluster.test svc.cluster.test.\n';
  const { find, asked } = await lookupBy(t, zone, { resolver });
  assert.equal(await find('minio.storage'), '192.0.2.1');
  assert.ok(!asked.some((name) => name.includes('ignored')));
  await assert.rejects(find('minio.storage.'), { code: 'ENOTFOUND' });
});

test('asks the system for names without a dot', async (t) => {
  const { find, asked } = await lookupBy(t, {});
  assert.match(await find('localhost'), /127\.0\.0\.1|::1/);
  assert.deepEqual(asked, []);
});
