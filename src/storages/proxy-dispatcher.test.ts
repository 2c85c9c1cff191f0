import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startOrigin } from '../../test/support/origin.ts';
import { createProxyDispatcher } from './proxy-dispatcher.ts';

test('asks a proxy that hangs up once, and none for hosts that are asked directly', async (t) => {
  // Node's server hangs up on who wants a tunnel when nobody listens for it
  const proxy = await startOrigin(t, (_, response) => response.end());
  const direct = await startOrigin(t, (_, response) => response.end('direct'));
  const dispatcher = createProxyDispatcher(
    {},
    { httpProxy: proxy.url, httpsProxy: proxy.url, noProxy: 'localhost,127.0.0.1' },
  );
  t.after(() => dispatcher.destroy());
  await assert.rejects(dispatcher.request({ origin: 'https://bucket.s3.test', path: '/', method: 'GET' }), {
    message: 'the proxy hung up',
  });
  assert.equal(proxy.sockets.length, 1);
  const { body } = await dispatcher.request({ origin: direct.url, path: '/', method: 'GET' });
  assert.equal(await body.text(), 'direct');
  assert.equal(proxy.sockets.length, 1);
});
