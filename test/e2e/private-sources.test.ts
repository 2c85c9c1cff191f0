import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { after, describe, it } from 'node:test';
import { blackPng } from '../fixtures/black-png.ts';
import { makeDir, startImagor } from '../support/imagor-process.ts';
import { startOrigin } from '../support/origin.ts';

const PNG = blackPng(8, 6);

/** Pictures for those who have the token; those below `/public/` may be kept once somebody has them. */
const origin = await startOrigin({ after }, ({ url = '', headers }, response) => {
  const isAllowed = headers.authorization === 'Bearer token' || headers.cookie === 'session=1';
  if (!isAllowed && !url.startsWith('/open/')) return void response.writeHead(401).end();
  const cacheControl = url.startsWith('/public/') ? 'public, max-age=60' : 'private, max-age=5';
  response.writeHead(200, { 'content-type': 'image/png', 'cache-control': cacheControl }).end(PNG);
});

const start = async (...flags: readonly string[]) => {
  const [sources, results] = [await makeDir({ after }), await makeDir({ after })];
  return startImagor({ after }, [
    '-imagor-unsafe',
    '-imagor-workers=1',
    `-http-loader-base-url=${origin.url}`,
    `-file-storage-base-dir=${sources}`,
    `-file-result-storage-base-dir=${results}`,
    '-memory-result-storage-size=1000000',
    ...flags,
  ]);
};

const [obedient, own] = await Promise.all([
  start('-http-loader-forward-headers=authorization', '-http-loader-override-response-headers=cache-control'),
  start('-http-loader-forward-client-headers'),
]);

interface Answer {
  readonly status: number | undefined;
  readonly cacheControl: string | undefined;
  readonly vary: string | undefined;
}

/** By node:http: fetch adds headers of its own. */
async function ask(server: { readonly url: string }, path: string, headers: Record<string, string> = {}) {
  const [response] = (await once(get(`${server.url}/unsafe/4x3/${path}`, { headers }), 'response')) as [
    IncomingMessage,
  ];
  response.resume();
  const { 'cache-control': cacheControl, vary } = response.headers;
  return { status: response.statusCode, cacheControl, vary } satisfies Answer;
}

const TOKEN = { authorization: 'Bearer token' };

describe('a source for those who may have it', () => {
  it('stays that, whoever had it before', async () => {
    for (let round = 0; round < 2; round++) {
      assert.equal((await ask(obedient, 'a.png')).status, 401);
      const answer = { status: 200, cacheControl: 'private, max-age=5', vary: 'authorization' };
      assert.deepEqual(await ask(obedient, 'a.png', TOKEN), answer);
    }
    assert.equal((await ask(obedient, 'a.png')).status, 401);
    assert.equal((await ask(obedient, 'a.png')).vary, 'authorization');
  });

  it('stays that for cookies, too, and in the caches between', async () => {
    const answer = await ask(own, 'a.png', { cookie: 'session=1' });
    assert.deepEqual([answer.status, answer.vary], [200, 'authorization, cookie']);
    assert.match(answer.cacheControl ?? '', /^private, max-age=/);
    assert.equal((await ask(own, 'a.png')).status, 401);
  });

  it('is for all when its server says so', async () => {
    assert.equal((await ask(obedient, 'public/a.png')).status, 401);
    assert.equal((await ask(obedient, 'public/a.png', TOKEN)).status, 200);
    await stored(obedient, 'public/a.png');
  });

  it('is kept as before where nobody passes credentials on and the operator decides about caching', async () => {
    assert.match((await ask(own, 'open/a.png')).cacheControl ?? '', /^public, s-maxage=/);
  });

  /** A save may end after the answer. */
  async function stored(server: { readonly url: string }, path: string): Promise<void> {
    while ((await ask(server, path)).status !== 200) await new Promise((resolve) => setTimeout(resolve, 10));
  }
});
