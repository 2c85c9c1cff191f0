import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createApp, gif } from '../../test/support/hand-made-app.ts';
import { PLAIN_HANDLER } from '../../test/support/plain-handler.ts';
import type { AppOptions } from '../core/app.ts';
import type { Known, Loader, Processor, Storage } from '../core/ports.ts';
import { AppError } from '../errors.ts';
import { createHandler, type HandlerOptions } from './handler.ts';
import { MIN_RANGE_BYTES } from './range.ts';

const AT = new Date('2020-02-02T20:20:20.900Z');
const LAST_MODIFIED = 'Sun, 02 Feb 2020 20:20:20 GMT';
const BIG = Buffer.alloc(MIN_RANGE_BYTES, 'abcdefghij');

/** Makes this of every source. */
const making = (bytes: Uint8Array): Processor => ({
  process: async () => ({ bytes, contentType: 'image/made' }),
  async close() {},
});

const failing = (error: AppError): Processor => ({ process: () => Promise.reject(error), async close() {} });

/** Keeps one result, and what it was told of those who have it; `isKnown` for a store that compares by itself. */
function storing(bytes: Uint8Array, isKnown = false): Storage & { readonly asked: (Known | undefined)[] } {
  const stat = { etag: '"stored"', modifiedAt: AT };
  const asked: (Known | undefined)[] = [];
  return {
    name: 'storing',
    asked,
    async get() {
      asked.push(undefined);
      return { body: bytes, contentType: 'image/gif', stat };
    },
    async getIfChanged(_key, known) {
      asked.push(known);
      return isKnown ? { stat } : { body: bytes, contentType: 'image/gif', stat };
    },
    stat: async () => stat,
    async put() {},
    async delete() {},
  };
}

type Options = Partial<HandlerOptions> & { readonly app?: Partial<AppOptions> };

/** Answers a request with these headers, the method first where it is not GET. */
async function ask(
  target: string,
  headers: Record<string, string> = {},
  { app, ...options }: Options = {},
  method = 'GET',
) {
  const handler = createHandler(createApp(app), { ...PLAIN_HANDLER, ...options });
  return handler(new Request('http://localhost/', { headers, method }), target);
}

describe('imageResponse: conditional requests', () => {
  const resultStorages = [storing(gif('a'))];

  it('names the version of what is made and of what was stored', async () => {
    const made = await ask('/unsafe/a.jpg');
    assert.match(made.headers.get('etag') ?? '', /^"[0-9a-f]{32,}"$/);
    assert.equal(made.headers.get('last-modified'), null);
    const stored = await ask('/unsafe/a.jpg', {}, { app: { resultStorages } });
    assert.deepEqual([stored.headers.get('etag'), stored.headers.get('last-modified')], ['"stored"', LAST_MODIFIED]);
  });

  it('sends no picture that the client has, and all that keeps it fresh', async () => {
    const auto = { avif: false, webp: true, jpeg: false };
    const { headers } = await ask('/unsafe/filters:attachment()/a.jpg', {}, { app: { auto } });
    const again = await ask(
      '/unsafe/filters:attachment()/a.jpg',
      { 'if-none-match': headers.get('etag') ?? '' },
      { app: { auto } },
    );
    assert.equal(again.status, 304);
    assert.equal(again.body, null);
    const { expires, ...kept } = Object.fromEntries(again.headers);
    assert.ok(expires);
    assert.deepEqual(kept, {
      'cache-control': 'public, s-maxage=60, max-age=60, no-transform',
      etag: headers.get('etag'),
      vary: 'Accept',
      'x-request-id': 'r1',
    });
  });

  it('lets a storage judge by itself', async () => {
    const storage = storing(gif('a'), true);
    const response = await ask(
      '/unsafe/a.jpg',
      { 'if-none-match': 'W/"stored"' },
      { app: { resultStorages: [storage] } },
    );
    assert.deepEqual(
      [response.status, response.headers.get('etag'), response.headers.get('last-modified')],
      [304, '"stored"', LAST_MODIFIED],
    );
    assert.deepEqual(storage.asked, [{ etag: '"stored"' }]);
  });

  it('judges a stored result by its date', async () => {
    const statusOf = async (since: string): Promise<number> =>
      (await ask('/unsafe/a.jpg', { 'if-modified-since': since }, { app: { resultStorages } })).status;
    assert.equal(await statusOf(LAST_MODIFIED), 304);
    assert.equal(await statusOf('Sun, 02 Feb 2020 20:20:19 GMT'), 200);
  });

  it('refuses where the version has changed', async () => {
    const response = await ask('/unsafe/a.jpg', { 'if-match': '"other"' });
    assert.equal(response.status, 412);
    assert.deepEqual(await response.json(), { message: 'precondition failed', status: 412 });
  });

  it('judges HEAD like GET, and metadata like pictures', async () => {
    const { headers } = await ask('/unsafe/meta/a.jpg');
    const known = { 'if-none-match': headers.get('etag') ?? '' };
    assert.equal((await ask('/unsafe/meta/a.jpg', known, {}, 'HEAD')).status, 304);
  });

  it('asks no conditions of errors', async () => {
    assert.equal((await ask('/a.jpg', { 'if-none-match': '*', 'if-match': '"x"' })).status, 403);
  });

  it('never tells of a change in the future', async () => {
    const storage = storing(gif('a'));
    storage.get = async () => ({ body: gif('a'), stat: { modifiedAt: new Date(Date.now() + 3_600_000) } });
    const { headers } = await ask('/unsafe/a.jpg', {}, { app: { resultStorages: [storage] } });
    assert.ok(Date.parse(headers.get('last-modified') ?? '') <= Date.now());
  });
});

describe('imageResponse: ranges', () => {
  const app = { processor: making(BIG) };

  it('sends a part of a large answer', async () => {
    const whole = await ask('/unsafe/a.jpg', {}, { app });
    assert.deepEqual([whole.status, whole.headers.get('accept-ranges')], [200, 'bytes']);
    const part = await ask('/unsafe/a.jpg', { range: 'bytes=3-6' }, { app });
    assert.equal(part.status, 206);
    assert.equal(await part.text(), 'defg');
    assert.equal(part.headers.get('content-range'), `bytes 3-6/${BIG.length}`);
    assert.equal(part.headers.get('content-length'), '4');
    for (const name of ['etag', 'cache-control', 'content-type']) {
      assert.equal(part.headers.get(name), whole.headers.get(name), name);
    }
  });

  it('says how much there is to those who ask for more', async () => {
    const response = await ask('/unsafe/a.jpg', { range: `bytes=${BIG.length}-` }, { app });
    assert.deepEqual([response.status, response.headers.get('content-range')], [416, `bytes */${BIG.length}`]);
    assert.deepEqual(await response.json(), { message: 'no such range', status: 416 });
  });

  it('sends the whole to HEAD, of another version, and of what is small', async () => {
    const range = 'bytes=3-6';
    const head = await ask('/unsafe/a.jpg', { range }, { app }, 'HEAD');
    assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(BIG.length)]);
    assert.equal((await ask('/unsafe/a.jpg', { range, 'if-range': '"other"' }, { app })).status, 200);
    const small = await ask('/unsafe/a.jpg', { range });
    assert.deepEqual([small.status, small.headers.get('accept-ranges')], [200, null]);
  });

  it('judges conditions before ranges', async () => {
    const etag = (await ask('/unsafe/a.jpg', {}, { app })).headers.get('etag') ?? '';
    const of = async (headers: Record<string, string>): Promise<number> =>
      (await ask('/unsafe/a.jpg', { range: 'bytes=3-6', ...headers }, { app })).status;
    assert.deepEqual(
      [await of({ 'if-none-match': etag }), await of({ 'if-match': '"x"' }), await of({ 'if-range': etag })],
      [304, 412, 206],
    );
  });
});

describe('imageResponse: the source in place of an error', () => {
  const failure = new AppError('unsupported-format', { detail: 'libvips says no' });
  const raw: Options = { app: { rawOnError: true, processor: failing(failure) } };

  it('keeps the status, the type and what lets nothing run', async () => {
    const response = await ask('/unsafe/a.gif', {}, raw);
    assert.equal(response.status, 406);
    assert.equal(await response.text(), 'GIF89a a.gif');
    const names = ['content-type', 'content-security-policy', 'x-content-type-options', 'etag', 'cache-control'];
    assert.deepEqual(
      names.map((name) => response.headers.get(name)),
      ['image/gif', "sandbox; script-src 'none'", 'nosniff', null, null],
    );
  });

  it('lets no cache keep it where the failure may pass', async () => {
    const headers = new Map([['cache-control', 'public, max-age=9']]);
    const loader: Loader = { name: 'origin', get: async () => ({ body: gif('a'), headers }) };
    const passing = { rawOnError: true, loaders: [loader], processor: failing(new AppError('timeout')) };
    const response = await ask('/unsafe/a.gif', {}, { app: passing });
    assert.deepEqual([response.status, response.headers.get('cache-control')], [408, 'no-store']);
  });

  it('asks no conditions, has no parts and answers HEAD', async () => {
    const headers = { 'if-none-match': '*', range: 'bytes=0-1' };
    assert.equal((await ask('/unsafe/a.gif', headers, raw)).status, 406);
    const head = await ask('/unsafe/a.gif', {}, raw, 'HEAD');
    assert.deepEqual([head.status, head.body, head.headers.get('content-length')], [406, null, '12']);
  });

  it('tells the log why', async () => {
    const told: AppError[] = [];
    await ask('/unsafe/a.gif', {}, { ...raw, onError: (error) => void told.push(error) });
    assert.deepEqual(told, [failure]);
  });
});

describe('imageResponse: the origin’s headers', () => {
  it('lets them be judged by the date that is sent, and varies by both', async () => {
    const headers = new Map([
      ['last-modified', LAST_MODIFIED],
      ['vary', 'Origin'],
    ]);
    const loader: Loader = { name: 'origin', get: async () => ({ body: gif('a'), headers }) };
    const app = { loaders: [loader], auto: { avif: false, webp: true, jpeg: false } };
    const response = await ask('/unsafe/a.gif', {}, { app });
    assert.deepEqual(
      [response.headers.get('last-modified'), response.headers.get('vary')],
      [LAST_MODIFIED, 'Accept, Origin'],
    );
    assert.equal((await ask('/unsafe/a.gif', { 'if-modified-since': LAST_MODIFIED }, { app })).status, 304);
  });
});
