import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { closed } from '../../test/support/closed.ts';
import { startOrigin, startRawOrigin, startTlsOrigin } from '../../test/support/origin.ts';
import { readBlob } from '../core/blob.ts';
import type { IoContext, Loader } from '../core/ports.ts';
import { AppError } from '../errors.ts';
import { createHttpLoader, type HttpLoaderOptions } from './http.ts';

const JPEG = { 'content-type': 'image/jpeg' };

test('gives type, size, age, etag and the headers to take over', async (t) => {
  const origin = await startOrigin(t, (_request, response) => {
    const validators = { 'last-modified': 'Mon, 02 Jan 2006 15:04:05 GMT', etag: '"abc"' };
    response.writeHead(200, { ...JPEG, ...validators, 'content-length': 4, 'cache-control': 'max-age=5', foo: 'bar' });
    response.end('body');
  });
  const loader = start(t, { overrideResponseHeaders: ['Cache-Control', 'Expires'] });
  const blob = await loader.get(origin.url, context());
  assert.ok(blob);
  assert.equal(blob.contentType, 'image/jpeg');
  assert.deepEqual(blob.stat, { size: 4, modifiedAt: new Date('2006-01-02T15:04:05Z'), etag: '"abc"' });
  assert.deepEqual([...(blob.headers ?? [])], [['cache-control', 'max-age=5']]);
  assert.equal(Buffer.from(await readBlob(blob)).toString(), 'body');
});

test('reuses its connections, also after bodies that nobody wanted', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    const status = request.url === '/missing' ? 404 : 200;
    response
      .writeHead(status, { 'content-type': request.url === '/page' ? 'text/html' : 'image/jpeg' })
      .end('x'.repeat(500));
  });
  const loader = start(t, { accept: 'image/*' });
  for (let round = 0; round < 5; round++) {
    assert.equal((await load(loader, origin.url)).length, 500);
    await assert.rejects(load(loader, `${origin.url}/missing`), { code: 'not-found' });
    await assert.rejects(load(loader, `${origin.url}/page`), { code: 'unsupported-format', status: 406 });
    await loader.stat?.(origin.url, context());
  }
  assert.ok(origin.sockets.length <= 3, `${origin.sockets.length} connections`);
});

test('never lets an unread body hold its connection', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    response.writeHead(request.url === '/missing' ? 404 : 200, { 'content-type': 'text/html' });
    const write = (): void => {
      while (response.write('x'.repeat(65_536))) {}
    };
    response.on('drain', write);
    write();
  });
  const loader = start(t, { accept: 'image/*' });
  await assert.rejects(load(loader, `${origin.url}/missing`), { code: 'not-found' });
  await assert.rejects(load(loader, `${origin.url}/endless`), { code: 'unsupported-format' });
  const unlimited = start(t, {});
  const blob = await unlimited.get(`${origin.url}/endless`, context());
  assert.ok(blob?.body instanceof ReadableStream);
  await blob.body.cancel();
  await Promise.all(origin.sockets.map(closed));
});

test('passes the status of a source on', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    response.writeHead(Number(request.url?.slice(1)), JPEG).end('error page');
  });
  const loader = start(t, {});
  const cases = [
    [404, 'not-found', 404],
    [401, 'source-failed', 401],
    [403, 'source-failed', 403],
    [410, 'source-failed', 410],
    [451, 'source-failed', 451],
    [500, 'source-failed', 500],
    [503, 'source-failed', 503],
    [304, 'source-failed', 502],
    [300, 'source-failed', 502],
    [302, 'source-failed', 502],
    [999, 'source-failed', 502],
  ] as const;
  for (const [sent, code, status] of cases) {
    await assert.rejects(load(loader, `${origin.url}/${sent}`), { code, status }, String(sent));
  }
});

test('checks the declared type against what it accepts', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    const type = request.url?.slice(1);
    response.writeHead(200, type ? { 'content-type': type } : {}).end(request.headers.accept);
  });
  const loader = start(t, { accept: 'image/*;q=0.8,application/pdf' });
  assert.equal(await load(loader, `${origin.url}/image/jpeg`), 'image/*;q=0.8,application/pdf');
  await load(loader, `${origin.url}/application/pdf`);
  await assert.rejects(load(loader, `${origin.url}/text/html`), { status: 406 });
  await assert.rejects(load(loader, origin.url), { status: 406 });
  assert.equal(await load(start(t, {}), origin.url), '*/*');
});

test('sends the user agent, forwarded headers and credentials', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    response.writeHead(200, JPEG).end(JSON.stringify(request.headers));
  });
  const loader = start(t, { userAgent: 'tests/1', forwardHeaders: ['X-Tenant'] });
  const headers = new Headers({ 'x-tenant': 'seven', cookie: 'a=1' });
  const key = `http://us%40er:pass@127.0.0.1:${origin.port}/`;
  const sent = JSON.parse(await load(loader, key, { ...context(), headers }));
  assert.deepEqual(sent, {
    host: `127.0.0.1:${origin.port}`,
    connection: 'keep-alive',
    'user-agent': 'tests/1',
    accept: '*/*',
    'accept-encoding': 'gzip, br',
    authorization: `Basic ${Buffer.from('us@er:pass').toString('base64')}`,
    'x-tenant': 'seven',
  });
});

test('asks for the very path and query of its key', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    response.writeHead(200, JPEG).end(request.url);
  });
  const loader = start(t, {});
  const cases = [
    ['', '/'],
    ['?a=1', '/?a=1'],
    ['/a b/ü.jpg?q=ü x#part', '/a%20b/%C3%BC.jpg?q=%C3%BC%20x'],
    ['/50%25%20off.jpg', '/50%25%20off.jpg'],
    ['//a//b', '//a//b'],
  ] as const;
  for (const [path, asked] of cases) assert.equal(await load(loader, origin.url + path), asked);
});

test('stops at the limit, whatever length is declared', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    if (request.url === '/honest') response.setHeader('content-length', 1_024);
    if (request.url === '/bomb') response.setHeader('content-encoding', 'gzip');
    response.writeHead(200, JPEG);
    response.end(request.url === '/bomb' ? gzipSync(Buffer.alloc(10_000_000)) : Buffer.alloc(1_024));
  });
  const tooLarge = { code: 'max-size-exceeded', status: 400 };
  const loader = start(t, { maxBytes: 1_023 });
  await assert.rejects(loader.get(`${origin.url}/honest`, context()), tooLarge);
  await assert.rejects(load(loader, `${origin.url}/chunked`), tooLarge);
  await assert.rejects(load(loader, `${origin.url}/bomb`), tooLarge);
  assert.equal((await load(start(t, { maxBytes: 1_024 }), `${origin.url}/honest`)).length, 1_024);
  assert.equal((await load(start(t, { maxBytes: 1_024 }), `${origin.url}/chunked`)).length, 1_024);
});

test('decodes what is compressed, and knows no size of it', async (t) => {
  const origin = await startOrigin(t, (_request, response) => {
    const body = gzipSync('<svg/>');
    const headers = { 'content-type': 'image/svg+xml', 'content-encoding': 'gzip', 'content-length': body.length };
    response.writeHead(200, headers).end(body);
  });
  const blob = await start(t, {}).get(origin.url, context());
  assert.ok(blob);
  assert.equal(blob.stat, undefined);
  assert.equal(Buffer.from(await readBlob(blob)).toString(), '<svg/>');
});

test('fails for answers that break off or lie about their length', async (t) => {
  const origin = await startRawOrigin(t, (socket) => {
    socket.on('data', (request) => {
      const [, path] = request.toString().split(' ');
      const head = 'HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\n';
      if (path === '/short') socket.end(`${head}content-length: 100\r\n\r\nonly this`);
      if (path === '/long') socket.end(`${head}content-length: 4\r\n\r\nbody and more`);
      if (path === '/chunks') socket.end(`${head}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`);
      if (path === '/reset') socket.write(`${head}content-length: 100\r\n\r\nhalf`, () => socket.resetAndDestroy());
      if (path === '/nonsense') socket.end('this is no HTTP\r\n\r\n');
      if (path === '/silence') socket.end();
      if (path === '/both') socket.end(`${head}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`);
    });
  });
  const loader = start(t, {});
  for (const path of ['/short', '/chunks', '/reset', '/nonsense', '/silence', '/both']) {
    await assert.rejects(load(loader, origin.url + path), { code: 'source-failed', status: 502 }, path);
  }
  assert.equal(await load(loader, `${origin.url}/long`), 'body');
});

test('asks again when a kept connection turns out to be closed', async (t) => {
  const answered = new Set<Socket>();
  const origin = await startRawOrigin(t, (socket) => {
    socket.on('data', () => {
      // as a server whose idle timeout has just run out
      if (answered.has(socket)) return void socket.resetAndDestroy();
      answered.add(socket);
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\ncontent-length: 4\r\n\r\nbody');
    });
  });
  const loader = start(t, {});
  for (let round = 0; round < 3; round++) assert.equal(await load(loader, origin.url), 'body');
  assert.equal(origin.sockets.length, 3);
});

test('says what a client may know of a connection that fails', async (t) => {
  const origin = await startOrigin(t, (_request, response) => response.end());
  const closedPort = origin.port;
  const lookups: Record<string, string> = { 'missing.test': 'ENOTFOUND', 'lame.test': 'EAI_AGAIN' };
  const loader = start(t, {
    lookup: (hostname, _options, callback) => {
      const code = lookups[hostname];
      if (!code) return callback(null, [{ address: '127.0.0.1', family: 4 }]);
      callback(Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), { code }), []);
    },
  });
  await assert.rejects(load(loader, 'https://missing.test/a.jpg'), { code: 'not-found' });
  await assert.rejects(load(loader, 'https://lame.test/a.jpg'), { code: 'source-failed', status: 502 });
  // a key without a scheme may be no host at all
  await assert.rejects(load(loader, 'lame.test/a.jpg'), { code: 'not-found' });
  await assert.rejects(load(loader, `https://images.test:${closedPort}/secret?token=t`), (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.status, 502);
    assert.doesNotMatch(error.publicMessage, /127\.0\.0\.1|images|ECONN|SSL/);
    assert.doesNotMatch(error.message, /token/);
    return true;
  });
});

test('trusts no certificate of its own making, unless told to', async (t) => {
  const origin = await startTlsOrigin(t, (_request, response) => {
    response.writeHead(200, JPEG).end('body');
  });
  await assert.rejects(load(start(t, {}), origin.url), { code: 'source-failed', status: 502 });
  assert.equal(await load(start(t, { insecureSkipVerify: true }), origin.url), 'body');
});

test('gives up on a source that hangs, at each stage', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    if (request.url !== '/body') return;
    response.writeHead(200, { ...JPEG, 'content-length': 100 });
    response.write('half');
  });
  const mute = await startRawOrigin(t, (socket) => socket.resume());
  const loader = start(t, { headersTimeoutMs: 50, bodyTimeoutMs: 50, connectTimeoutMs: 50 });
  const timeout = { code: 'timeout', status: 408 };
  const keys = [`${origin.url}/headers`, `${origin.url}/body`, mute.url.replace('http:', 'https:')];
  await Promise.all(keys.map((key) => assert.rejects(load(loader, key), timeout, key)));
  await Promise.all([...origin.sockets, ...mute.sockets].map(closed));
});

test('lets go of a hung source when its signal is aborted, at each stage', async (t) => {
  for (const stage of ['headers', 'body', 'error page']) {
    const controller = new AbortController();
    const reason = new Error('enough');
    const origin = await startOrigin(t, (_request, response) => {
      if (stage === 'body') response.writeHead(200, { ...JPEG, 'content-length': 100 }).write('half');
      else controller.abort(reason);
    });
    const loading = start(t, {}).get(origin.url, context(controller.signal));
    if (stage === 'body') {
      const blob = await loading;
      assert.ok(blob?.body instanceof ReadableStream);
      const reader = blob.body.getReader();
      await reader.read();
      setImmediate(() => controller.abort(reason));
      await assert.rejects(reader.read(), reason);
    } else {
      await assert.rejects(loading, reason);
    }
    await Promise.all(origin.sockets.map(closed));
  }
});

test('does not wait for a connection when its signal is aborted', async (t) => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const mute = await startRawOrigin(t, (socket) => {
    socket.resume();
    controller.abort(reason);
  });
  const loader = start(t, { connectTimeoutMs: 3_600_000 });
  await assert.rejects(load(loader, mute.url.replace('http:', 'https:'), context(controller.signal)), reason);
});

test('tells size and age by HEAD', async (t) => {
  const methods: (string | undefined)[] = [];
  const origin = await startOrigin(t, (request, response) => {
    methods.push(request.method);
    const status = request.url?.startsWith('/status/') ? Number(request.url.slice(8)) : 200;
    if (request.url === '/all') {
      response.setHeaders(
        new Map([
          ['last-modified', 'Mon, 02 Jan 2006 15:04:05 GMT'],
          ['etag', '"abc"'],
          ['content-length', '12345'],
        ]),
      );
    }
    if (request.url === '/odd')
      response.setHeaders(
        new Map([
          ['last-modified', 'yesterday'],
          ['etag', 'W/"x"'],
        ]),
      );
    response.writeHead(status).end();
  });
  const loader = start(t, {});
  const stat = async (path: string): Promise<unknown> => loader.stat?.(origin.url + path, context());
  assert.deepEqual(await stat('/all'), { size: 12_345, modifiedAt: new Date('2006-01-02T15:04:05Z'), etag: '"abc"' });
  assert.deepEqual(await stat('/odd'), { etag: 'W/"x"' });
  assert.equal(await stat('/nothing'), undefined);
  assert.equal(await stat('/status/405'), undefined);
  await assert.rejects(stat('/status/404'), { code: 'not-found' });
  await assert.rejects(stat('/status/500'), { status: 500 });
  assert.deepEqual([...new Set(methods)], ['HEAD']);
});

test('refuses keys that are no URL, and hosts that are not allowed, without a request', async (t) => {
  const origin = await startOrigin(t, (_request, response) => response.end());
  const loader = start(t, { allowedSources: ['foo.test'], httpsOnly: true, defaultScheme: '' });
  await assert.rejects(load(loader, ''), { code: 'invalid' });
  await assert.rejects(load(loader, 'foo.test/a.jpg'), { code: 'invalid' });
  await assert.rejects(load(loader, origin.url), { code: 'source-not-allowed', status: 403 });
  await assert.rejects(async () => loader.stat?.(origin.url, context()), { code: 'source-not-allowed' });
  assert.equal(origin.sockets.length, 0);
});

test('cuts its connections when it is closed', async (t) => {
  const origin = await startOrigin(t, (_request, response) => {
    response.writeHead(200, JPEG).write('half');
  });
  const loader = createHttpLoader();
  const blob = await loader.get(origin.url, context());
  await loader.close?.();
  assert.ok(blob);
  await assert.rejects(readBlob(blob), { code: 'source-failed' });
  await Promise.all(origin.sockets.map(closed));
});

function start(t: TestContext, options: HttpLoaderOptions): Loader {
  const loader = createHttpLoader(options);
  t.after(() => loader.close?.());
  return loader;
}

function context(signal: AbortSignal = new AbortController().signal): IoContext {
  return { signal, headers: new Headers() };
}

async function load(loader: Loader, key: string, ioContext: IoContext = context()): Promise<string> {
  const blob = await loader.get(key, ioContext);
  assert.ok(blob);
  return Buffer.from(await readBlob(blob)).toString();
}

test('varies by what it passes on, and by nothing that it never does', (t) => {
  const named = start(t, { forwardHeaders: ['X-Tenant', 'Range', 'Cookie', 'Host'] });
  assert.deepEqual(named.variesBy, ['x-tenant', 'cookie']);
  const all = start(t, { forwardHeaders: ['*'] });
  assert.deepEqual(all.variesBy, ['authorization', 'cookie']);
  assert.deepEqual(start(t, {}).variesBy, []);

  const isOne = (loader: Loader, a: Record<string, string>, b: Record<string, string>): boolean =>
    loader.variantOf?.(new Headers(a)) === loader.variantOf?.(new Headers(b));
  for (const loader of [named, all]) {
    assert.ok(isOne(loader, { range: 'bytes=0-1', 'if-none-match': '"a"', host: 'a.test', connection: 'close' }, {}));
    assert.ok(isOne(loader, { connection: 'x-tenant', 'x-tenant': '7' }, {}));
    assert.ok(!isOne(loader, { 'x-tenant': '7' }, { 'x-tenant': '8' }));
  }
  assert.ok(isOne(named, { 'accept-language': 'de' }, {}));
  assert.ok(!isOne(all, { 'accept-language': 'de' }, {}));
});

test('keeps what only one client may have from others', async (t) => {
  const origin = await startOrigin(t, (_request, response) => {
    response.writeHead(200, { ...JPEG, 'cache-control': 'private' }).end('body');
  });
  const isPrivate = async (options: HttpLoaderOptions): Promise<boolean | undefined> => {
    const blob = await start(t, options).get(origin.url, context());
    assert.ok(blob);
    await readBlob(blob);
    return blob.isPrivate;
  };
  assert.equal(await isPrivate({ overrideResponseHeaders: ['Cache-Control'] }), true);
  assert.equal(await isPrivate({ overrideResponseHeaders: ['Expires'] }), false);
});

test('says where it looks, without credentials, and what it refuses', (t) => {
  const loader = start(t, { baseUrl: new URL('https://operator:password@example.com/pictures/?key=secret') });
  assert.deepEqual(loader.locate?.('a b.jpg'), ['https://example.com/pictures/a%20b.jpg']);
  const picky = start(t, { allowedSources: ['*.example.com'] });
  assert.deepEqual(picky.locate?.('img.example.com/a.jpg'), ['https://img.example.com/a.jpg']);
  assert.throws(() => picky.locate?.('example.org/a.jpg'), { code: 'source-not-allowed' });
});
