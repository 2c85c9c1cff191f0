import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { type TestContext, test } from 'node:test';
import { startOrigin } from '../../test/support/origin.ts';
import { readBlob } from '../core/blob.ts';
import { createHttpLoader, type HttpLoaderOptions } from './http.ts';

/** An origin whose paths say what to do: `/302?/a.jpg` redirects to the query, others are answered with themselves. */
async function startRedirector(t: TestContext): Promise<{ url: string; port: number; headers: IncomingHttpHeaders[] }> {
  const headers: IncomingHttpHeaders[] = [];
  const origin = await startOrigin(t, (request, response) => {
    headers.push(request.headers);
    const [, status, location = ''] = /^\/(30\d)\?(.*)$/.exec(request.url ?? '') ?? [];
    if (!status) return void response.end(request.url);
    response.writeHead(Number(status), { location: decodeURIComponent(location) }).end('moved'.repeat(100));
  });
  return { ...origin, headers };
}

async function fetchBy(options: HttpLoaderOptions, key: string, headers: Headers = new Headers()): Promise<string> {
  const loader = createHttpLoader(options);
  try {
    const blob = await loader.get(key, { signal: new AbortController().signal, headers });
    assert.ok(blob);
    return Buffer.from(await readBlob(blob)).toString();
  } finally {
    await loader.close?.();
  }
}

const REFUSED = { code: 'source-not-allowed', status: 403 };

test('follows redirects of every kind, relative ones too', async (t) => {
  const { url } = await startRedirector(t);
  const other = await startRedirector(t);
  for (const status of [301, 302, 303, 307, 308]) {
    assert.equal(await fetchBy({}, `${url}/${status}?/picture.jpg`), '/picture.jpg');
    assert.equal(await fetchBy({}, `${url}/${status}?${other.url}/picture.jpg`), '/picture.jpg');
  }
  const chain = `${url}/302?${encodeURIComponent(`${other.url}/302?${encodeURIComponent(`${url}/end`)}`)}`;
  assert.equal(await fetchBy({}, chain), '/end');
});

test('asks strict servers, too: for what RFC 3986 allows', async (t) => {
  const { url } = await startOrigin(t, (request, response) => response.end(request.url));
  for (const [asked, told] of [
    ['/a%7Cb%5Ec%60d', '/a%7Cb%5Ec%60d'],
    ['/a|b^c`{d}', '/a%7Cb%5Ec%60%7Bd%7D'],
    ['/a?b=c|d', '/a?b=c|d'],
    ["/a!$&'()*+,;=:@~[1].jpg", "/a!$&'()*+,;=:@~[1].jpg"],
  ] as const) {
    assert.equal(await fetchBy({}, url + asked), told);
  }
});

test('takes the first of headers that come twice', async (t) => {
  const { url } = await startOrigin(t, (_request, response) => {
    response.setHeader('content-type', ['image/png', 'image/png']);
    response.setHeader('set-cookie', ['a=b; Path=/', 'c=d']);
    response.end('body');
  });
  const loader = createHttpLoader({ overrideResponseHeaders: ['Set-Cookie'] });
  t.after(() => loader.close?.());
  const blob = await loader.get(url, { signal: new AbortController().signal, headers: new Headers() });
  assert.equal(blob?.contentType, 'image/png');
  assert.equal(blob?.headers?.get('set-cookie'), 'a=b; Path=/');
  assert.equal(blob && Buffer.from(await readBlob(blob)).toString(), 'body');
});

test('reads a location that is not escaped as UTF-8', async (t) => {
  const { url } = await startOrigin(t, (request, response) => {
    if (request.url !== '/') return void response.end(request.url);
    response.writeHead(302, { location: Buffer.from('/bücher/1 2.jpg').toString('latin1') }).end();
  });
  assert.equal(await fetchBy({}, url), '/b%C3%BCcher/1%202.jpg');
});

test('gives up on loops and long chains', async (t) => {
  let requests = 0;
  const { url } = await startOrigin(t, (_request, response) => {
    response.writeHead(302, { location: `/${requests++}` }).end();
  });
  await assert.rejects(fetchBy({ maxRedirects: 3 }, url), { code: 'source-failed', status: 502 });
  assert.equal(requests, 4);
  await assert.rejects(fetchBy({ maxRedirects: 0 }, url), { code: 'source-failed' });
  assert.equal(requests, 5);
});

test('checks every hop against lists and schemes', async (t) => {
  const { url, port } = await startRedirector(t);
  const other = await startRedirector(t);
  const allowedSources = [`127.0.0.1:${port}`];
  await assert.rejects(fetchBy({ allowedSources }, `${url}/302?${other.url}/`), REFUSED);
  const allowedSourceRegexps = [`^${url}/`];
  await assert.rejects(fetchBy({ allowedSourceRegexps }, `${url}/302?${other.url}/`), REFUSED);
  assert.equal(other.headers.length, 0);
  for (const location of ['file:///etc/passwd', 'ftp://127.0.0.1/', 'data:image/png;base64,AAAA', 'javascript:1']) {
    await assert.rejects(fetchBy({}, `${url}/302?${encodeURIComponent(location)}`), REFUSED, location);
  }
  await assert.rejects(fetchBy({}, `${url}/302?${encodeURIComponent('http://[')}`), { code: 'source-failed' });
});

test('checks the address of every hop', async (t) => {
  const { port, headers } = await startRedirector(t);
  // the first hop is a name that resolves elsewhere; redirects go to what is blocked
  const options: HttpLoaderOptions = {
    blockPrivate: true,
    lookup: (hostname, _options, callback) => {
      const address = hostname === 'inside.test' ? '10.0.0.1' : '127.0.0.1';
      callback(null, [{ address, family: 4 }]);
    },
  };
  for (const location of [
    'http://10.0.0.1/',
    'http://inside.test/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:192.168.0.1]/',
    'http://0xa000001/',
  ]) {
    await assert.rejects(fetchBy(options, `http://outside.test:${port}/302?${location}`), REFUSED, location);
  }
  assert.equal(headers.length, 5);
});

test("carries the client's headers and credentials to no other origin", async (t) => {
  const first = await startRedirector(t);
  const other = await startRedirector(t);
  const client = new Headers({ authorization: 'Bearer client', cookie: 'a=1', 'x-tenant': 'seven' });
  const options = { forwardHeaders: ['*'], userAgent: 'tests' };
  await fetchBy(options, `${first.url}/302?/same-origin`, client);
  for (const { authorization, cookie } of first.headers) {
    assert.equal(authorization, 'Bearer client');
    assert.equal(cookie, 'a=1');
  }
  await fetchBy(options, `${first.url}/302?${other.url}/`, client);
  const [sent] = other.headers;
  assert.equal(sent?.['user-agent'], 'tests');
  for (const name of ['authorization', 'cookie', 'x-tenant']) assert.equal(sent?.[name], undefined, name);

  const withCredentials = first.url.replace('http://', 'http://user:pass@');
  await fetchBy({}, `${withCredentials}/302?${other.url}/`);
  assert.match(first.headers.at(-1)?.authorization ?? '', /^Basic /);
  assert.equal(other.headers.at(-1)?.authorization, undefined);
});
