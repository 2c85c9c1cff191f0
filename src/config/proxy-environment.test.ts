import assert from 'node:assert/strict';
import { test } from 'node:test';
import { givenConfig } from './given-config.ts';
import { proxyEnvironment } from './proxy-environment.ts';

const { config } = givenConfig({ s3Endpoint: 'http://10.1.2.3:9000', s3LoaderEndpoint: 'http://[fd00::1]:9000' });

const read = (env: Record<string, string>) => proxyEnvironment(env, config);

test('takes proxies with a scheme or without, upper case first', () => {
  assert.equal(read({ HTTP_PROXY: 'proxy.corp:3128' }).httpProxy, 'http://proxy.corp:3128');
  assert.equal(read({ HTTP_PROXY: 'http://a:1', http_proxy: 'http://b:2' }).httpProxy, 'http://a:1');
  assert.equal(read({ HTTPS_PROXY: 'https://user:pass@a:1' }).httpsProxy, 'https://user:pass@a:1');
  assert.deepEqual([read({}).httpProxy, read({ HTTPS_PROXY: '' }).httpsProxy], ['', '']);
});

test('says which variable is wrong, and not what it holds', () => {
  for (const [name, value] of Object.entries({ HTTP_PROXY: 'socks5://secret@a:1', HTTPS_PROXY: 'http://sec ret' })) {
    assert.throws(
      () => read({ [name]: value }),
      ({ code, message }: Error & { code?: string }) => {
        return code === 'invalid' && message.startsWith(name) && !message.includes('sec');
      },
    );
  }
});

test('asks the machine itself directly, and what lies in a network of NO_PROXY', () => {
  const direct = (env: Record<string, string>) => read(env).noProxy.split(',');
  for (const host of ['localhost', '::1/128']) assert.ok(direct({}).includes(host));
  assert.ok(!direct({}).includes('10.1.2.3'));
  assert.ok(direct({ NO_PROXY: '.corp, 10.0.0.0/8' }).includes('10.1.2.3'));
  assert.ok(direct({ no_proxy: 'fd00::/8' }).includes('[fd00::1]'));
  assert.ok(direct({ NO_PROXY: '.corp' }).includes('.corp'));
  const local = givenConfig({ s3Endpoint: 'http://127.0.0.1:9000' });
  assert.ok(proxyEnvironment({}, local.config).noProxy.split(',').includes('127.0.0.1'));
});
