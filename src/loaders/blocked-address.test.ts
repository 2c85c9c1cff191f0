import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AddressPolicy, isBlockedAddress, parseNetwork } from './blocked-address.ts';

const OPEN: AddressPolicy = { blockLoopback: false, blockPrivate: false, blockLinkLocal: false, blockNetworks: [] };
const CLOSED: AddressPolicy = { blockLoopback: true, blockPrivate: true, blockLinkLocal: true, blockNetworks: [] };

type Switch = 'blockLoopback' | 'blockPrivate' | 'blockLinkLocal';

const ADDRESSES: Readonly<Record<Switch, readonly string[]>> = {
  blockLoopback: ['127.0.0.1', '127.255.255.254', '0.0.0.0', '0.1.2.3', '::1', '::'],
  blockPrivate: [
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '100.127.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '240.0.0.1',
    'fc00::1',
    'fdff::1',
    'fec0::1',
    '100::1',
    '2001:db8::1',
    '2001:2::1',
    '5f00::1',
  ],
  blockLinkLocal: [
    '169.254.0.1',
    '169.254.169.254',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'fd00:ec2::254',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
  ],
};

const PUBLIC = [
  '8.8.8.8',
  '1.1.1.1',
  '172.32.0.1',
  '100.128.0.1',
  '11.0.0.1',
  '169.253.0.1',
  '2606:4700::1',
  '2a00::1',
];

test('blocks by each switch what belongs to it', () => {
  for (const [name, addresses] of Object.entries(ADDRESSES)) {
    for (const address of addresses) {
      assert.ok(isBlockedAddress(address, { ...OPEN, [name]: true }), `${name} ${address}`);
      assert.ok(!isBlockedAddress(address, OPEN), address);
    }
  }
  for (const address of [...ADDRESSES.blockPrivate, ...PUBLIC]) {
    assert.ok(!isBlockedAddress(address, { ...OPEN, blockLoopback: true, blockLinkLocal: true }), address);
  }
});

test('lets public addresses through, however they are embedded', () => {
  for (const address of PUBLIC) assert.ok(!isBlockedAddress(address, CLOSED), address);
  for (const [form, address] of embeddings([8, 8, 4, 4])) assert.ok(!isBlockedAddress(address, CLOSED), form);
});

test('blocks multicast, broadcast and what is no address, always', () => {
  for (const address of [
    '224.0.0.1',
    '239.255.255.255',
    '255.255.255.255',
    'ff02::1',
    '',
    'example.com',
    '127.1',
    '1',
  ]) {
    assert.ok(isBlockedAddress(address, OPEN), address);
  }
});

test('blocks IPv4 in every form that IPv6 has for it', () => {
  const octet = fc.integer({ min: 0, max: 255 });
  const blocked: readonly (readonly [Switch, fc.Arbitrary<number[]>])[] = [
    ['blockLoopback', fc.tuple(fc.constant(127), octet, octet, octet)],
    ['blockLoopback', fc.tuple(fc.constant(127), fc.constant(0), fc.constant(0), octet)],
    ['blockPrivate', fc.tuple(fc.constant(10), octet, octet, octet)],
    ['blockPrivate', fc.tuple(fc.constant(192), fc.constant(168), octet, octet)],
    ['blockPrivate', fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet)],
    ['blockLinkLocal', fc.tuple(fc.constant(169), fc.constant(254), octet, octet)],
  ];
  for (const [name, addresses] of blocked) {
    fc.assert(
      fc.property(addresses, (bytes) => {
        for (const [form, address] of embeddings(bytes)) {
          assert.ok(isBlockedAddress(address, { ...OPEN, [name]: true }), `${name} ${form} ${address}`);
        }
      }),
    );
  }
});

test('blocks 0.0.0.0 in every form, unless it cannot be told from padding', () => {
  for (const [form, address] of embeddings([0, 0, 0, 0])) {
    const isPadding = form === 'local NAT64, 96 bits, a subnet';
    assert.equal(isBlockedAddress(address, { ...OPEN, blockLoopback: true }), !isPadding, form);
  }
});

test('blocks networks by CIDR, embedded addresses too', () => {
  const policy = { ...OPEN, blockNetworks: ['8.8.0.0/16', '2606:4700::/32', '::ffff:9.9.9.0/120'].map(parseNetwork) };
  for (const [form, address] of embeddings([8, 8, 4, 4])) assert.ok(isBlockedAddress(address, policy), form);
  for (const address of ['8.8.255.1', '2606:4700::1', '9.9.9.9']) assert.ok(isBlockedAddress(address, policy), address);
  for (const address of ['8.9.0.1', '2606:4701::1', '9.9.8.9']) assert.ok(!isBlockedAddress(address, policy), address);
});

test('refuses what is no network', () => {
  for (const text of ['', '10.0.0.0', '10.0.0.0/33', '10/8', 'fd00::/129', 'example.com/8', '010.0.0.0/8']) {
    assert.throws(() => parseNetwork(text), { code: 'invalid' }, text);
  }
});

/** An IPv4 address in the forms of IPv6, as resolvers write them. */
function embeddings(bytes: readonly number[]): readonly (readonly [form: string, address: string])[] {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  const group = (high: number, low: number): string => ((high << 8) | low).toString(16);
  const tail = `${group(a, b)}:${group(c, d)}`;
  const inverted = `${group(a ^ 255, b ^ 255)}:${group(c ^ 255, d ^ 255)}`;
  return [
    ['plain', bytes.join('.')],
    ['mapped', `::ffff:${bytes.join('.')}`],
    ['mapped in hex', `::ffff:${tail}`],
    ['mapped in full', `0000:0000:0000:0000:0000:ffff:${tail}`],
    ['compatible', `::${tail}`],
    ['translated', `::ffff:0:${tail}`],
    ['NAT64', `64:ff9b::${tail}`],
    ['local NAT64, 96 bits', `64:ff9b:1::${tail}`],
    ['local NAT64, 96 bits, a subnet', `64:ff9b:1:808:808:808:${tail}`],
    ['local NAT64, 64 bits', `64:ff9b:1:0:${group(0, a)}:${group(b, c)}:${group(d, 0)}:0`],
    ['local NAT64, 56 bits', `64:ff9b:1:${group(0, a)}:${group(0, b)}:${group(c, d)}::`],
    ['local NAT64, 48 bits', `64:ff9b:1:${group(a, b)}:${group(0, c)}:${group(d, 0)}::`],
    ['6to4', `2002:${tail}::`],
    ['6to4 with an interface', `2002:${tail}:1::1`],
    ['Teredo client', `2001:0:808:808:8000:63bf:${inverted}`],
    ['Teredo server', `2001:0:${tail}:8000:63bf:f7f7:f7f7`],
    ['ISATAP', `2a00:1:2:3:0:5efe:${tail}`],
    ['ISATAP, global', `2a00:1:2:3:200:5efe:${tail}`],
    ['ISATAP, link-local prefix left out', `2a00::5efe:${tail}`],
  ];
}
