import assert from 'node:assert/strict';
import type { LookupFunction } from 'node:net';
import { test } from 'node:test';
import { startOrigin, startTlsOrigin } from '../../test/support/origin.ts';
import { readBlob } from '../core/blob.ts';
import { AppError } from '../errors.ts';
import { parseNetwork } from './blocked-address.ts';
import { createHttpLoader, type HttpLoaderOptions } from './http.ts';

/** Fetches with a loader of its own. */
async function fetchBy(options: HttpLoaderOptions, key: string): Promise<string> {
  const loader = createHttpLoader({ insecureSkipVerify: true, ...options });
  try {
    const blob = await loader.get(key, { signal: new AbortController().signal, headers: new Headers() });
    assert.ok(blob);
    return Buffer.from(await readBlob(blob)).toString();
  } finally {
    await loader.close?.();
  }
}

/** Resolves every name to the next answer each time it is asked, and to the last one from then on. */
function scriptedLookup(...answers: readonly (readonly string[])[]): LookupFunction & { readonly asked: string[] } {
  const asked: string[] = [];
  const lookup: LookupFunction = (hostname, _options, callback) => {
    const answer = answers[Math.min(asked.push(hostname), answers.length) - 1] ?? [];
    callback(
      null,
      answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return Object.assign(lookup, { asked });
}

const BLOCKED = { code: 'source-not-allowed', status: 403, publicMessage: 'http source not allowed' };

test('refuses loopback in all spellings of URLs, before it is connected to', async (t) => {
  const { port, sockets } = await startOrigin(t, (_request, response) => response.end('secret'));
  for (const host of [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0x7f000001',
    '017700000001',
    '0177.0.0.1',
    '127.0.0.1.',
    '%31%32%37.0.0.1',
    '①②⑦.⓪.⓪.①',
    '0',
    '0.0.0.0',
    'localhost',
    'LOCALHOST.',
    'any.localhost',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[2002:7f00:1::]',
    '[2001:0:4136:e378:8000:63bf:80ff:fffe]',
    'user:pass@127.0.0.1',
  ]) {
    for (const scheme of ['http', 'https']) {
      await assert.rejects(fetchBy({ blockLoopback: true }, `${scheme}://${host}:${port}/`), BLOCKED, host);
    }
  }
  assert.equal(sockets.length, 0);
});

test('blocks cloud metadata unless told otherwise, and nothing else by default', async (t) => {
  const { url } = await startOrigin(t, (_request, response) => response.end('body'));
  assert.equal(await fetchBy({}, url), 'body');
  for (const host of ['169.254.169.254', '[fd00:ec2::254]', '[fe80::1]', '[::ffff:169.254.169.254]']) {
    await assert.rejects(fetchBy({}, `http://${host}/latest/meta-data/`), BLOCKED, host);
  }
  await assert.rejects(fetchBy({ blockNetworks: [parseNetwork('127.0.0.0/8')] }, url), BLOCKED);
});

test('dials only addresses that have passed, when a name changes its mind', async (t) => {
  const { port, sockets } = await startOrigin(t, (_request, response) => response.end('body'));
  const blocked = scriptedLookup(['127.0.0.1'], ['8.8.8.8']);
  await assert.rejects(fetchBy({ blockLoopback: true, lookup: blocked }, `http://rebind.test:${port}/`), BLOCKED);
  assert.equal(sockets.length, 0);
  const allowed = scriptedLookup(['127.0.0.1'], ['10.0.0.1']);
  assert.equal(await fetchBy({ blockPrivate: true, lookup: allowed }, `http://rebind.test:${port}/`), 'body');
  // one answer for the check and the connection leaves no window between them
  for (const { asked } of [blocked, allowed]) assert.deepEqual(asked, ['rebind.test']);
});

test('checks again for every connection', async (t) => {
  const { port, sockets } = await startOrigin(t, (_request, response) => {
    response.writeHead(200, { connection: 'close' }).end('body');
  });
  const lookup = scriptedLookup(['127.0.0.1'], ['10.0.0.1']);
  const loader = createHttpLoader({ blockPrivate: true, lookup });
  t.after(() => loader.close?.());
  const context = { signal: new AbortController().signal, headers: new Headers() };
  const blob = await loader.get(`http://rebind.test:${port}/`, context);
  assert.ok(blob);
  await readBlob(blob);
  await assert.rejects(loader.get(`http://rebind.test:${port}/`, context), BLOCKED);
  assert.equal(sockets.length, 1);
});

test('dials the allowed addresses of a name that has others too', async (t) => {
  const { port } = await startOrigin(t, (_request, response) => response.end('body'));
  const lookup = scriptedLookup(['10.0.0.1', 'fd00::1', '127.0.0.1']);
  assert.equal(await fetchBy({ blockPrivate: true, lookup }, `http://mixed.test:${port}/`), 'body');
  await assert.rejects(
    fetchBy({ blockPrivate: true, blockLoopback: true, lookup }, `http://mixed.test:${port}/`),
    BLOCKED,
  );
});

test('tells addresses to the log, not to the client', async () => {
  const lookup = scriptedLookup(['10.1.2.3']);
  await assert.rejects(fetchBy({ blockPrivate: true, lookup }, 'http://inside.test/'), (error) => {
    assert.ok(error instanceof AppError);
    assert.match(error.detail ?? '', /10\.1\.2\.3/);
    return !error.publicMessage.includes('10.1.2.3');
  });
});

test('compares certificates with the name, not with the address dialled', async (t) => {
  const { port } = await startTlsOrigin(t, (request, response) => response.end(request.headers.host));
  const lookup = scriptedLookup(['127.0.0.1']);
  assert.equal(await fetchBy({ lookup }, `https://images.test:${port}/`), `images.test:${port}`);
});
