import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createApp, never } from '../../test/support/hand-made-app.ts';
import { PLAIN_HANDLER } from '../../test/support/plain-handler.ts';
import type { AppOptions } from '../core/app.ts';
import type { Loader } from '../core/ports.ts';
import { AppError } from '../errors.ts';
import { createHandler, type HandlerOptions } from './handler.ts';

/** Answers a request target by an App of plain objects, behind a handler with these options. */
function ask(
  target: string,
  { app = {}, init = {}, ...options }: Partial<HandlerOptions> & { app?: Partial<AppOptions>; init?: RequestInit } = {},
): Promise<Response> {
  const handler = createHandler(createApp(app), { ...PLAIN_HANDLER, ...options });
  return handler(new Request('http://localhost/', init), target);
}

const statusOf = async (...args: Parameters<typeof ask>): Promise<number> => (await ask(...args)).status;
const locationOf = async (...args: Parameters<typeof ask>): Promise<string | null> =>
  (await ask(...args)).headers.get('location');

const failing = (error: unknown): Loader => ({ name: 'failing', get: () => Promise.reject(error) });

describe('handler: pictures', () => {
  it('answers with the picture and its headers', async () => {
    const response = await ask('/unsafe/9x9/a.jpg');
    assert.equal(response.status, 200);
    assert.equal(await response.text(), '9x9/a.jpg');
    const { expires, etag, ...headers } = Object.fromEntries(response.headers);
    assert.deepEqual(headers, {
      'cache-control': 'public, s-maxage=60, max-age=60, no-transform',
      'content-disposition': 'inline',
      'content-length': '9',
      'content-type': 'image/echo',
      'x-request-id': 'r1',
    });
    assert.ok(Date.parse(expires ?? '') > Date.now());
    assert.match(etag ?? '', /^"[0-9a-f]+"$/);
  });

  it('parses the target as it came, not as URLs are cleaned', async () => {
    for (const path of ['9x9/../a.jpg', '9x9/%2e%2e/a.jpg', './/a.jpg']) {
      assert.equal(await (await ask(`/unsafe/${path}`)).text(), path);
    }
  });

  it('goes by the URL of the request where there is no target', async () => {
    const handler = createHandler(createApp(), PLAIN_HANDLER);
    const response = await handler(new Request('http://localhost/unsafe/9x9/a%20b.jpg?c=d'));
    assert.equal(await response.text(), '9x9/a%20b.jpg');
  });

  it('ignores the query', async () => {
    assert.equal(await (await ask('/unsafe/a.jpg?width=5')).text(), 'a.jpg');
  });

  it('lets nothing run inside of a source that is passed on', async () => {
    const raw = await ask('/unsafe/filters:raw()/a.jpg');
    assert.equal(raw.headers.get('content-security-policy'), "sandbox; script-src 'none'");
    assert.equal(raw.headers.get('x-content-type-options'), 'nosniff');
    assert.equal((await ask('/unsafe/a.jpg')).headers.get('content-security-policy'), null);
  });

  it('says that the answer varies', async () => {
    const app = { auto: { avif: false, webp: true, jpeg: false } };
    assert.equal((await ask('/unsafe/a.jpg', { app })).headers.get('vary'), 'Accept');
    assert.equal((await ask('/unsafe/a.jpg')).headers.get('vary'), null);
  });

  it('lets the origin’s headers win', async () => {
    const headers = new Map([
      ['cache-control', 'max-age=1'],
      ['x-origin', 'yes'],
      ['content-length', '99'],
      ['etag', '"of other bytes"'],
    ]);
    const loader: Loader = { name: 'origin', get: async () => ({ body: Buffer.from('a'), headers }) };
    const response = await ask('/unsafe/a.jpg', { app: { loaders: [loader] } });
    const names = ['cache-control', 'x-origin', 'expires', 'content-length'];
    assert.deepEqual(
      names.map((name) => response.headers.get(name)),
      ['max-age=1', 'yes', null, '5'],
    );
    assert.notEqual(response.headers.get('etag'), '"of other bytes"');
  });

  it('takes filters of the answer from the URL alone', async () => {
    const app = { baseParams: 'filters:attachment(base.jpg):max_age(5)/' };
    const plain = await ask('/unsafe/a.jpg', { app });
    assert.equal(plain.headers.get('content-disposition'), 'inline');
    assert.match(plain.headers.get('cache-control') ?? '', /max-age=60/);
  });
});

describe('handler: methods', () => {
  it('refuses all but GET and HEAD, and says so', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const response = await ask('/unsafe/a.jpg', { init: { method } });
      assert.deepEqual([response.status, response.headers.get('allow')], [405, 'GET, HEAD'], method);
    }
  });

  it('answers HEAD with the headers of GET and no body', async () => {
    for (const target of ['/unsafe/9x9/a.jpg', '/', '/params/9x9/a.jpg', '/a.jpg', '/healthcheck', '/readyz']) {
      const [get, head] = [await ask(target), await ask(target, { init: { method: 'HEAD' } })];
      const length = (await get.arrayBuffer()).byteLength;
      assert.equal(head.body, null);
      assert.equal(head.status, get.status);
      assert.equal(Number(head.headers.get('content-length') ?? 0), length, target);
      const [{ expires: _, ...got }, { expires: __, ...gotten }] = [get, head].map(({ headers }) =>
        Object.fromEntries(headers),
      ) as [Record<string, string>, Record<string, string>];
      assert.deepEqual({ ...gotten, 'content-length': '' }, { ...got, 'content-length': '' }, target);
    }
  });

  it('answers preflight requests where CORS is on, and marks every answer', async () => {
    const preflight = await ask('/unsafe/a.jpg', { cors: true, init: { method: 'OPTIONS' } });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-methods'), 'GET, HEAD, OPTIONS');
    assert.match(preflight.headers.get('access-control-expose-headers') ?? '', /ETag/);
    const uploads = { maxBytes: 0, accept: '', formFieldName: 'image', timeoutMs: 0 };
    const put = await ask('/unsafe/a.jpg', { cors: true, uploads, init: { method: 'PUT' } });
    assert.equal(put.headers.get('allow'), 'GET, HEAD, POST, OPTIONS');
    assert.equal(put.headers.get('access-control-allow-methods'), 'GET, HEAD, POST, OPTIONS');
    for (const target of ['/unsafe/a.jpg', '/a.jpg', '/healthcheck', '/params/a.jpg']) {
      assert.equal((await ask(target, { cors: true })).headers.get('access-control-allow-origin'), '*');
      assert.equal((await ask(target)).headers.get('access-control-allow-origin'), null);
    }
  });
});

describe('handler: routes', () => {
  it('answers health checks and those who look for an icon', async () => {
    for (const target of ['/healthcheck', '/healthcheck?now', '/favicon.ico'])
      assert.equal(await statusOf(target), 200);
    assert.equal(await statusOf('/healthcheck/'), 403);
  });

  it('says whether it is ready, which is no error to be told of', async () => {
    const onError = (): void => assert.fail('no request failed');
    const readiness: HandlerOptions['readiness'] = () => 'draining';
    assert.equal(await statusOf('/readyz'), 200);
    for (const method of ['GET', 'HEAD']) {
      assert.equal(await statusOf('/readyz', { readiness, onError, init: { method } }), 503);
    }
    assert.equal(await statusOf('/healthcheck', { readiness }), 200);
    assert.equal(await statusOf('/images/readyz', { pathPrefix: '/images' }), 200);
    assert.equal(await statusOf('/readyz', { pathPrefix: '/images' }), 404);
  });

  it('shows a page at /, or redirects', async () => {
    const page = await ask('/');
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
    assert.match(await page.text(), /imagor/);
    for (const basePathRedirect of ['https://www.example.com/a', '/docs', '//cdn.example.com']) {
      assert.equal(await statusOf('/', { basePathRedirect }), 307);
      assert.equal(await locationOf('/', { basePathRedirect }), basePathRedirect);
    }
    assert.equal(await locationOf('/', { basePathRedirect: '/über' }), '/%C3%BCber');
  });

  it('explains a URL at /params/, signed or not', async () => {
    const response = await ask('/params/unsafe/fit-in/9x9/filters:blur(1)/a%20b.jpg', { app: { unsafe: false } });
    assert.equal(response.headers.get('content-type'), 'application/json');
    assert.deepEqual(await response.json(), {
      path: 'fit-in/9x9/filters:blur(1)/a%20b.jpg',
      image: 'a b.jpg',
      unsafe: true,
      fit_in: true,
      width: 9,
      height: 9,
      filters: [{ name: 'blur', args: '1' }],
    });
    assert.equal(await statusOf('/params/a.jpg', { disableParamsEndpoint: true }), 404);
  });

  it('serves below a prefix of whole segments, and nothing beside it', async () => {
    for (const pathPrefix of ['/images', 'images/', '/images/']) {
      const at = (target: string): Promise<number> => statusOf(target, { pathPrefix });
      assert.deepEqual(await Promise.all(['/images', '/images/', '/images/healthcheck'].map(at)), [200, 200, 200]);
      assert.deepEqual(
        await Promise.all(['/', '/healthcheck', '/images2/', '/imagesunsafe/a.jpg'].map(at)),
        [404, 404, 404, 404],
      );
      assert.equal(await (await ask('/images/unsafe/a.jpg', { pathPrefix })).text(), 'a.jpg');
    }
    const deep = { pathPrefix: '/a/b' };
    assert.deepEqual([await statusOf('/a/b/unsafe/c.jpg', deep), await statusOf('/a/unsafe/c.jpg', deep)], [200, 404]);
  });

  it('redirects to URLs without a query where it is told to', async () => {
    const strip = { stripQueryString: true };
    assert.equal(await statusOf('/unsafe/a.jpg?b=c', strip), 307);
    assert.equal(await locationOf('/unsafe/a.jpg?b=c', strip), '/unsafe/a.jpg');
    assert.equal(
      await locationOf('/images/unsafe/a.jpg?b', { ...strip, pathPrefix: '/images' }),
      '/images/unsafe/a.jpg',
    );
    assert.equal(await statusOf('/unsafe/a.jpg', strip), 200);
    assert.equal(await statusOf('/unsafe/a.jpg?', strip), 200);
  });

  it('redirects to no other host', async () => {
    const targets = ['//evil.com/?a', '///evil.com?a', '/\\evil.com?a', '/\\/evil.com?a', 'http://x//evil.com?a'];
    for (const target of targets) {
      const location = (await locationOf(target, { stripQueryString: true })) ?? '';
      assert.equal(new URL(location, 'https://own.example').origin, 'https://own.example', target);
    }
  });

  it('redirects paths beyond ASCII, escaped', async () => {
    const location = await locationOf('/unsafe/日本 é.png?a', { stripQueryString: true });
    assert.equal(location, '/unsafe/%E6%97%A5%E6%9C%AC%20%C3%A9.png');
  });
});

describe('handler: errors', () => {
  it('answers in JSON, without what is for the log', async () => {
    const error = new AppError('unsupported-format', { detail: '/srv/pictures/a.jpg', cause: new Error('libvips') });
    const response = await ask('/unsafe/a.jpg', { app: { loaders: [failing(error)] } });
    assert.equal(response.status, 406);
    assert.equal(await response.text(), '{"message":"unsupported format","status":406}');
  });

  it('tells nothing of an error that nobody expected', async () => {
    for (const thrown of [new Error('ENOENT /srv'), 'text', new TypeError('x is not a function')]) {
      const response = await ask('/unsafe/a.jpg', { app: { loaders: [failing(thrown)] } });
      assert.equal(await response.text(), '{"message":"internal error","status":500}');
    }
  });

  it('sends no body where it is told not to', async () => {
    const response = await ask('/a.jpg', { disableErrorBody: true });
    assert.deepEqual([response.status, await response.text()], [403, '']);
  });

  it('tells the log', async () => {
    const told: AppError[] = [];
    const onError = (error: AppError): void => void told.push(error);
    const cause = new Error('disk on fire');
    await ask('/unsafe/a.jpg', { onError, app: { loaders: [failing(cause)] } });
    await ask('/a.jpg', { onError });
    await ask('/unsafe/a.jpg', { onError });
    assert.deepEqual(
      told.map(({ code }) => code),
      ['internal', 'signature-mismatch'],
    );
    assert.equal(told[0]?.cause, cause);
  });

  it('calls a client that has left gone, not an error of ours', async () => {
    const { loader, call } = never();
    const codes: string[] = [];
    const client = new AbortController();
    const answer = ask('/unsafe/a.jpg', {
      onError: ({ code }) => codes.push(code),
      app: { loaders: [loader] },
      init: { signal: client.signal },
    });
    await call;
    client.abort('the connection was closed');
    assert.equal((await answer).status, 499);
    assert.deepEqual(codes, ['client-gone']);
  });
});
