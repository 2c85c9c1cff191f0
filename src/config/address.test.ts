import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from './address.ts';
import { listenAddress } from './listen-address.ts';

test('reads host and port', () => {
  assert.deepEqual(parseAddress(':8000'), { port: 8000 });
  assert.deepEqual(parseAddress('myhost:8888'), { host: 'myhost', port: 8888 });
  assert.deepEqual(parseAddress('0.0.0.0:80'), { host: '0.0.0.0', port: 80 });
  assert.deepEqual(parseAddress('[::1]:80'), { host: '::1', port: 80 });
  assert.deepEqual(parseAddress('[fe80::1%eth0]:0'), { host: 'fe80::1%eth0', port: 0 });
});

test('refuses what is no address', () => {
  const cases = [
    '',
    ':',
    '8000',
    'myhost',
    'myhost:',
    'myhost:http',
    ':65536',
    ':-1',
    ':+80',
    '::1:80',
    '[::1]',
    '[]:80',
  ];
  for (const text of [...cases, '[myhost]:80', 'my host:80', 'http://myhost:80', ':80\n', '/tmp/socket']) {
    assert.equal(parseAddress(text), undefined, text);
  }
});

test('bind wins over address and port', () => {
  const rest = { serverAddress: '10.0.0.1', port: 8000 };
  assert.deepEqual(listenAddress({ bind: 'myhost:8888', ...rest }), { host: 'myhost', port: 8888 });
  assert.deepEqual(listenAddress({ bind: ':8888', ...rest }), { port: 8888 });
  assert.deepEqual(listenAddress({ bind: '', ...rest }), { host: '10.0.0.1', port: 8000 });
});

test('an address may be IPv6, with or without brackets, or absent', () => {
  assert.deepEqual(listenAddress({ bind: '', serverAddress: '::1', port: 1 }), { host: '::1', port: 1 });
  assert.deepEqual(listenAddress({ bind: '', serverAddress: '[::1]', port: 1 }), { host: '::1', port: 1 });
  assert.deepEqual(listenAddress({ bind: '', serverAddress: '', port: 1 }), { port: 1 });
});
