import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { startOrigin, startRawOrigin, startTlsOrigin } from '../../test/support/origin.ts';
import { readBlob } from '../core/blob.ts';
import { createHttpLoader, type HttpLoaderOptions } from './http.ts';

/** What a proxy was asked for: a method, the target of the request line, and credentials. */
type Asked = readonly [method: string | undefined, target: string | undefined, credentials: string | undefined];

/** A proxy that tunnels, forwards, and sends every host to 127.0.0.1. */
async function startProxy(t: TestContext, status = 200): Promise<{ url: URL; asked: Asked[] }> {
  const asked: Asked[] = [];
  const note = ({ method, url, headers }: IncomingMessage): void => {
    asked.push([method, url, headers['proxy-authorization']]);
  };
  const proxy = createServer((incoming, response) => {
    note(incoming);
    const { port, pathname, search } = new URL(incoming.url ?? '');
    const { 'proxy-authorization': _credentials, ...headers } = incoming.headers;
    const forwarded = request({ host: '127.0.0.1', port, path: pathname + search, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    forwarded.end();
  });
  const tunnels: Socket[] = [];
  proxy.on('connect', (incoming, client: Socket) => {
    note(incoming);
    tunnels.push(client);
    if (status !== 200) return void client.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
    const [, port] = (incoming.url ?? '').split(':');
    const upstream = connect(Number(port), '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
    client.pipe(upstream).pipe(client);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  t.after(() => {
    for (const socket of tunnels) socket.destroy();
    proxy.closeAllConnections();
    proxy.close();
  });
  return { url: new URL(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`), asked };
}

async function fetchBy(options: HttpLoaderOptions, key: string, signal?: AbortSignal): Promise<string> {
  const loader = createHttpLoader({ insecureSkipVerify: true, ...options });
  try {
    const context = { signal: signal ?? new AbortController().signal, headers: new Headers({ 'x-a': 'b' }) };
    const blob = await loader.get(key, context);
    assert.ok(blob);
    return Buffer.from(await readBlob(blob)).toString();
  } finally {
    await loader.close?.();
  }
}

test('forwards http by the whole URL, and tunnels https', async (t) => {
  const proxy = await startProxy(t);
  const plain = await startOrigin(t, (incoming, response) => response.end(`${incoming.headers.host}${incoming.url}`));
  const tls = await startTlsOrigin(t, ({ headers, url, socket }, response) => {
    assert.ok(socket instanceof TLSSocket);
    response.end(`${socket.servername} ${headers.host}${url}`);
  });
  const options = { proxyUrls: [proxy.url] };
  const http = `origin.test:${plain.port}/a.jpg?x=1`;
  assert.equal(await fetchBy(options, `http://${http}`), http);
  const https = `images.test:${tls.port}/b.jpg`;
  assert.equal(await fetchBy(options, `https://${https}`), `images.test ${https}`);
  assert.deepEqual(proxy.asked, [
    ['GET', `http://${http}`, undefined],
    ['CONNECT', `images.test:${tls.port}`, undefined],
  ]);
});

test('shows its credentials to the proxy, and not to the origin', async (t) => {
  const proxy = await startProxy(t);
  const origin = await startOrigin(t, (incoming, response) => response.end(JSON.stringify(incoming.headers)));
  const url = new URL(proxy.url);
  url.username = 'us@er';
  url.password = 'pass';
  const sent = await fetchBy({ proxyUrls: [url], forwardHeaders: ['*'] }, `http://origin.test:${origin.port}/`);
  assert.doesNotMatch(sent, /proxy|authorization/);
  assert.match(sent, /"x-a":"b"/);
  assert.equal(proxy.asked[0]?.[2], `Basic ${Buffer.from('us@er:pass').toString('base64')}`);
});

test('goes by the proxy for the hosts configured, and directly to others', async (t) => {
  const proxy = await startProxy(t);
  const origin = await startOrigin(t, (_incoming, response) => response.end('body'));
  const options: HttpLoaderOptions = {
    proxyUrls: [proxy.url],
    proxyAllowedSources: ['*.test:*'],
    lookup: (_hostname, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
  };
  for (const host of ['127.0.0.1', 'origin.example']) await fetchBy(options, `http://${host}:${origin.port}/`);
  assert.equal(proxy.asked.length, 0);
  await fetchBy(options, `http://origin.test:${origin.port}/`);
  assert.equal(proxy.asked.length, 1);
});

test('takes one of several proxies for each request', async (t) => {
  const proxies = [await startProxy(t), await startProxy(t)];
  const origin = await startOrigin(t, (_incoming, response) => response.end('body'));
  const loader = createHttpLoader({ proxyUrls: proxies.map(({ url }) => url) });
  t.after(() => loader.close?.());
  const context = { signal: new AbortController().signal, headers: new Headers() };
  // each is missed with a chance of 2^-64
  for (let round = 0; round < 64; round++) {
    const blob = await loader.get(`http://origin.test:${origin.port}/`, context);
    assert.ok(blob);
    await readBlob(blob);
  }
  assert.ok(proxies.every(({ asked }) => asked.length > 0));
});

test('refuses blocked hosts behind a proxy, and redirects to them', async (t) => {
  const proxy = await startProxy(t);
  const origin = await startOrigin(t, (_incoming, response) => {
    response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
  });
  const options = { proxyUrls: [proxy.url], blockLoopback: true, blockPrivate: true };
  const refused = { code: 'source-not-allowed' };
  for (const host of ['127.0.0.1', 'localhost', '10.0.0.1', '[::ffff:10.0.0.1]', '169.254.169.254']) {
    await assert.rejects(fetchBy(options, `http://${host}:${origin.port}/`), refused, host);
    await assert.rejects(fetchBy(options, `https://${host}:${origin.port}/`), refused, host);
  }
  assert.equal(proxy.asked.length, 0);
  await assert.rejects(fetchBy(options, `http://origin.test:${origin.port}/`), refused);
  assert.equal(proxy.asked.length, 1);
});

test('fails when the proxy does', async (t) => {
  const refusing = await startProxy(t, 403);
  await assert.rejects(fetchBy({ proxyUrls: [refusing.url] }, 'https://origin.test/'), {
    code: 'source-failed',
    status: 502,
  });
  const silent = await startRawOrigin(t, () => {});
  const hung = { proxyUrls: [new URL(silent.url)] };
  const reason = new Error('enough');
  for (const key of ['http://origin.test/', 'https://origin.test/']) {
    const controller = new AbortController();
    const attempt = assert.rejects(fetchBy(hung, key, controller.signal), reason, key);
    setImmediate(() => controller.abort(reason));
    await attempt;
  }
});

test('asks a proxy that hangs up no more than for any lost connection', async (t) => {
  // Node's server, too, hangs up on who wants a tunnel when nobody listens for it
  const origin = await startOrigin(t, ({ socket }) => socket.destroy());
  const options = { proxyUrls: [new URL(origin.url)] };
  const failed = { code: 'source-failed', status: 502 };
  await assert.rejects(fetchBy(options, 'https://origin.test/'), failed);
  assert.equal(origin.sockets.length, 1);
  await assert.rejects(fetchBy(options, 'http://origin.test/'), failed);
  assert.equal(origin.sockets.length, 3);
});

test('refuses to start with a proxy of another kind or a malformed glob', () => {
  for (const url of ['socks5://127.0.0.1:1080', 'ftp://127.0.0.1/']) {
    assert.throws(() => createHttpLoader({ proxyUrls: [new URL(url)] }), { code: 'invalid' });
  }
  assert.throws(() => createHttpLoader({ proxyAllowedSources: ['['] }), { code: 'invalid' });
});
