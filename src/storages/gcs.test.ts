import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { closed } from '../../test/support/closed.ts';
import { type GcsFault, type GcsServer, startGcsServer } from '../../test/support/gcs-server.ts';
import { type Blob, readBlob } from '../core/blob.ts';
import { etagOf } from '../core/etag.ts';
import type { IoContext, Storage } from '../core/ports.ts';
import { AppError } from '../errors.ts';
import { createGcsStorage, type GcsStorageOptions } from './gcs.ts';
import { connectGcs } from './gcs-client.ts';

test('keeps type and ACL, under the base directory and without the prefix', async (t) => {
  const { server, storage } = await start(t, {
    baseDir: '/source/',
    pathPrefix: 'avatars',
    safeChars: '()',
    acl: 'publicRead',
  });
  await storage.put('avatars/user (1).jpg', { body: Buffer.from('one'), contentType: 'image/jpeg' }, context());
  const { contentType, acl, bytes } = stored(server, 'pictures/source/user+(1).jpg');
  assert.deepEqual([contentType, acl, String(bytes)], ['image/jpeg', 'publicRead', 'one']);
  assert.equal(await text(storage, 'avatars/user (1).jpg'), 'one');
});

test('asks for no ACL unless told to', async (t) => {
  const { server, storage } = await start(t);
  await put(storage, 'a.jpg', 'one');
  assert.equal(stored(server, 'pictures/a.jpg').acl, '');
  assert.equal(server.requests.length, 1);
});

test('has nothing to say about keys outside of its prefix, and stores none', async (t) => {
  const { server, storage } = await start(t, { pathPrefix: 'avatars' });
  assert.equal(await storage.get('avatars2/a.jpg', context()), undefined);
  assert.equal(await storage.stat('avatars2/a.jpg', context()), undefined);
  assert.equal(await storage.getIfChanged('avatars2/a.jpg', {}, context()), undefined);
  await assert.rejects(put(storage, 'avatars2/a.jpg', 'two'), { code: 'invalid' });
  await assert.rejects(storage.delete('avatars2/a.jpg', context()), { code: 'invalid' });
  assert.equal(server.requests.length, 0);
});

test('takes the bucket from the key, or from the source of a result', async (t) => {
  const { server, storage } = await start(t, { bucket: '*', baseDir: 'base' }, ['first', 'second']);
  await put(storage, 'first/folder/a.jpg', 'one');
  await put(storage, '/second/a.jpg', 'two');
  const result = { ...context(), resultOf: 'second/folder/a.jpg' };
  await storage.put('12/ab34', { body: Buffer.from('made') }, result);
  assert.deepEqual(storage.locate?.('second/a.jpg'), ['gs://second/base/a.jpg']);
  assert.deepEqual(storage.locate?.('12/ab34', 'second/folder/a.jpg'), ['gs://second/base/12/ab34']);
  const names = ['first/base/folder/a.jpg', 'second/base/a.jpg', 'second/base/12/ab34'];
  assert.deepEqual([...server.objects.keys()], names);
  assert.equal(String(await readBlob((await storage.get('12/ab34', result)) as Blob)), 'made');
  assert.equal((await storage.stat('12/ab34', result))?.size, 4);
  for (const key of [
    'a.jpg',
    '/a.jpg',
    '',
    'UP/a.jpg',
    'a_/x',
    '../first/a.jpg',
    'first/../a.jpg',
    'a b c/x',
    'first/',
  ]) {
    await assert.rejects(storage.get(key, context()), { code: 'invalid' }, key);
  }
  await assert.rejects(storage.get('12/ab34', { ...result, resultOf: 'https://host/a.jpg' }), { code: 'invalid' });
  await assert.rejects(text(storage, 'third/a.jpg'), { code: 'not-found' });
});

test('takes what is too old for absent, and deletes nothing', async (t) => {
  const { server, storage } = await start(t, { expirationMs: 60_000 });
  await put(storage, 'a.jpg', 'one');
  assert.equal(await text(storage, 'a.jpg'), 'one');
  stored(server, 'pictures/a.jpg').updated = new Date(Date.now() - 62_000);
  await assert.rejects(text(storage, 'a.jpg'), { code: 'not-found' });
  await assert.rejects(storage.stat('a.jpg', context()), { code: 'not-found' });
  await assert.rejects(storage.getIfChanged('a.jpg', {}, context()), { code: 'not-found' });
  assert.ok(server.objects.has('pictures/a.jpg'));
  await put(storage, 'a.jpg', 'new');
  assert.equal(await text(storage, 'a.jpg'), 'new');
});

test('sends no bytes of what is known', async (t) => {
  const { server, storage } = await start(t);
  await put(storage, 'a.jpg', 'one');
  const stat = await storage.stat('a.jpg', context());
  const modifiedAt = stat?.modifiedAt as Date;
  server.requests.length = 0;
  for (const known of [{ etag: stat?.etag }, { etag: `"x", W/${stat?.etag}` }, { modifiedAt }]) {
    const unchanged = await storage.getIfChanged('a.jpg', known as { etag: string }, context());
    assert.deepEqual(unchanged, { stat });
  }
  assert.ok(server.requests.every(({ line }) => !line.includes('alt=media')));
  const older = new Date(modifiedAt.getTime() - 1_000);
  for (const known of [{ etag: '"1"' }, { etag: '"1"', modifiedAt }, { modifiedAt: older }, {}]) {
    const changed = await storage.getIfChanged('a.jpg', known, context());
    assert.ok(changed?.body);
    assert.equal(String(await readBlob(changed)), 'one');
  }
  await put(storage, 'a.jpg', 'two');
  assert.ok((await storage.getIfChanged('a.jpg', { etag: stat?.etag ?? '' }, context()))?.body);
});

test('has the etag that the bytes had when they were made, of their generation where there is no MD5', async (t) => {
  const { server, storage } = await start(t);
  await put(storage, 'a.jpg', 'one');
  const etags = async (): Promise<(string | undefined)[]> => {
    const blob = (await storage.get('a.jpg', context())) as Blob;
    await readBlob(blob);
    return [blob.stat?.etag, (await storage.stat('a.jpg', context()))?.etag];
  };
  assert.deepEqual(await etags(), Array(2).fill(etagOf(Buffer.from('one'))));
  const object = stored(server, 'pictures/a.jpg');
  delete object.md5;
  assert.deepEqual(await etags(), Array(2).fill(`"${object.generation}"`));
});

test('reads in one request, and asks for the date before where it does not come along', async (t) => {
  const { server, storage } = await start(t, { expirationMs: 60_000 });
  await put(storage, 'a.jpg', 'one');
  server.requests.length = 0;
  assert.equal(await text(storage, 'a.jpg'), 'one');
  assert.equal(server.requests.length, 1);
  server.faults.push('no-date');
  assert.equal(await text(storage, 'a.jpg'), 'one');
  assert.equal(server.requests.length, 4);
  const blob = await storage.get('a.jpg', context());
  assert.deepEqual(blob?.stat, await storage.stat('a.jpg', context()));
  assert.equal(String(await readBlob(blob as Blob)), 'one');
});

test('unpacks what is stored compressed, and claims no size of it', async (t) => {
  const { server, storage } = await start(t);
  await put(storage, 'a.svg', 'x');
  const bytes = gzipSync('<svg/>');
  server.objects.set('pictures/a.svg', { ...stored(server, 'pictures/a.svg'), bytes, contentEncoding: 'gzip' });
  const blob = (await storage.get('a.svg', context())) as Blob;
  assert.equal(String(await readBlob(blob)), '<svg/>');
  assert.equal(blob.stat?.size, undefined);
  assert.equal((await storage.stat('a.svg', context()))?.size, undefined);
});

test('asks again where that may help, whatever it does', async (t) => {
  const { server, storage } = await start(t);
  const passing: GcsFault[] = [503, 429, 'reset'];
  server.faults.push(...passing);
  await put(storage, 'a.jpg', 'one');
  server.faults.push(...passing);
  assert.equal(await text(storage, 'a.jpg'), 'one');
  server.faults.push(...passing);
  assert.equal((await storage.stat('a.jpg', context()))?.size, 3);
  server.faults.push(...passing);
  await storage.delete('a.jpg', context());
  assert.equal(server.objects.size, 0);
  assert.equal(server.requests.length, 16);
});

test('says what failed to the log, and little to clients', async (t) => {
  const { server, storage } = await start(t);
  await put(storage, 'secret/a.jpg', 'one');
  const cases = [
    [404, 1, 'not-found', 404],
    [401, 1, 'source-not-allowed', 403],
    [403, 1, 'source-not-allowed', 403],
    [400, 1, 'source-failed', 502],
    [429, 4, 'unavailable', 503],
    [500, 4, 'unavailable', 503],
    [503, 4, 'unavailable', 503],
    ['reset', 4, 'source-failed', 502],
  ] as const;
  for (const [fault, times, code, status] of cases) {
    for (const attempt of [() => text(storage, 'secret/a.jpg'), () => put(storage, 'secret/a.jpg', 'two')]) {
      server.requests.length = 0;
      server.faults.push(...Array<GcsFault>(times).fill(fault));
      const error = await failure(attempt());
      assert.ok(error instanceof AppError);
      assert.deepEqual([error.code, error.status, server.requests.length], [code, status, times]);
      assert.match(error.detail ?? '', /^gs:\/\/pictures\/secret\/a\.jpg: (status \d+ .*robot@|\w*Error)/);
      assert.doesNotMatch(error.publicMessage, /pictures|secret|robot|127\.0\.0\.1|gs:/);
    }
  }
  assert.equal(await text(storage, 'secret/a.jpg'), 'one');
});

test('tells a body that breaks off from a whole one', async (t) => {
  const { server, storage } = await start(t);
  await put(storage, 'a.jpg', 'x'.repeat(500_000));
  for (const fault of ['reset-half-way', 'cut-short'] as const) {
    server.faults.push(fault);
    await assert.rejects(text(storage, 'a.jpg'), { code: 'source-failed' });
  }
  assert.equal((await text(storage, 'a.jpg')).length, 500_000);
});

test('lets go of the connection when nobody waits any more', async (t) => {
  const { server, storage } = await start(t);
  const attempts = [
    (signal: AbortSignal) => storage.get('a.jpg', context(signal)),
    (signal: AbortSignal) => storage.stat('a.jpg', context(signal)),
    (signal: AbortSignal) => storage.put('a.jpg', { body: Buffer.from('new') }, context(signal)),
    (signal: AbortSignal) => storage.delete('a.jpg', context(signal)),
  ];
  for (const attempt of attempts) {
    const controller = new AbortController();
    const reason = new Error('enough');
    server.faults.push('hang');
    server.onFault = () => controller.abort(reason);
    await assert.rejects(attempt(controller.signal), reason);
    await closed(lastSocket(server));
  }
});

test('lets go of the connection of a body that nobody reads to its end', async (t) => {
  const { server, storage } = await start(t);
  await put(storage, 'a.jpg', '');
  // more than the system keeps on the way
  server.objects.set('pictures/a.jpg', { ...stored(server, 'pictures/a.jpg'), bytes: Buffer.alloc(20_000_000) });
  const cancelled = await storage.get('a.jpg', context());
  assert.ok(cancelled?.body instanceof ReadableStream);
  await cancelled.body.cancel();
  await closed(lastSocket(server));
  const controller = new AbortController();
  const blob = (await storage.get('a.jpg', context(controller.signal))) as Blob;
  const reason = new Error('enough');
  controller.abort(reason);
  await assert.rejects(readBlob(blob), reason);
  await closed(lastSocket(server));
});

test('does not wait to ask again once it is aborted', async (t) => {
  const { server, storage } = await start(t, {}, ['pictures'], 3_600_000);
  const controller = new AbortController();
  const reason = new Error('enough');
  server.faults.push(503);
  server.onFault = () => setImmediate(() => controller.abort(reason));
  await assert.rejects(storage.get('a.jpg', context(controller.signal)), reason);
  assert.equal(server.requests.length, 1);
});

test('keeps its connections', async (t) => {
  const { server, storage } = await start(t);
  for (let round = 0; round < 5; round++) {
    await put(storage, 'a.jpg', 'one');
    await text(storage, 'a.jpg');
    await storage.stat('a.jpg', context());
    await assert.rejects(text(storage, 'b.jpg'), { code: 'not-found' });
    await storage.delete('a.jpg', context());
  }
  // a body's last byte may be read a moment before its connection is free
  assert.ok(server.sockets.length <= 2, `${server.sockets.length} connections`);
});

test('refuses what is no bucket', async () => {
  const client = await connectGcs({ emulatorHost: 'localhost:1' });
  for (const bucket of ['', 'name/dir', 'a b', 'gs://name']) {
    assert.throws(() => createGcsStorage(client, { bucket }), { code: 'invalid', message: /no name of a .*bucket/ });
  }
  await client.close();
});

interface Started {
  readonly server: GcsServer;
  readonly storage: Storage;
}

async function start(
  t: TestContext,
  options: Partial<GcsStorageOptions> = {},
  buckets: readonly string[] = ['pictures'],
  retryDelayMs = 1,
): Promise<Started> {
  const server = await startGcsServer(t, buckets);
  const client = await connectGcs({ emulatorHost: server.url, retryDelayMs });
  const storage = createGcsStorage(client, { bucket: 'pictures', ...options });
  t.after(async () => storage.close?.());
  return { server, storage };
}

function context(signal: AbortSignal = new AbortController().signal): IoContext {
  return { signal, headers: new Headers() };
}

async function put(storage: Storage, key: string, body: string): Promise<void> {
  await storage.put(key, { body: Buffer.from(body) }, context());
}

async function text(storage: Storage, key: string): Promise<string> {
  const blob = await storage.get(key, context());
  assert.ok(blob);
  return Buffer.from(await readBlob(blob)).toString();
}

function stored(server: GcsServer, name: string): NonNullable<ReturnType<GcsServer['objects']['get']>> {
  const object = server.objects.get(name);
  assert.ok(object, `no ${name} among ${[...server.objects.keys()]}`);
  return object;
}

/** Of the last request. undici opens a spare connection for each that it had to close. */
function lastSocket({ requests }: GcsServer): Socket {
  const socket = requests.at(-1)?.socket;
  assert.ok(socket);
  return socket;
}

function failure(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => assert.fail('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
}
