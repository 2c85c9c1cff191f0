import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { composeS3 } from '../../src/config/compose-s3.ts';
import { parseConfig } from '../../src/config/parse.ts';
import type { S3Server } from '../support/s3-server/s3-server.ts';
import { makeBucket, makeSeparateStorage, startOwnTarget } from '../support/s3-server/s3-target.ts';
import { until } from '../support/s3-server/until.ts';
import { ioContext, load } from './loader-contract.ts';

const openOf = ({ sockets }: S3Server): number => sockets.filter((socket) => !socket.destroyed).length;

describe('S3: connections', () => {
  test('S05 connections serve one request after another, of every kind', async (t) => {
    const target = await startOwnTarget(t);
    const bucket = await makeBucket(target);
    const storage = await makeSeparateStorage(t, target, { bucket: bucket.name });
    const before = target.server.sockets.length;
    for (let round = 0; round < 5; round++) {
      await storage.put('a.jpg', { body: Buffer.from('a') }, ioContext());
      const { stat } = (await storage.get('a.jpg', ioContext())) ?? {};
      await storage.stat('a.jpg', ioContext());
      assert.ok(stat?.etag);
      assert.ok(!(await storage.getIfChanged('a.jpg', { etag: stat.etag }, ioContext()))?.body);
      await assert.rejects(load(storage, 'missing.jpg'), { code: 'not-found' });
      await storage.delete('a.jpg', ioContext());
    }
    // two: an answer may be read a moment before its connection is free again
    assert.ok(target.server.sockets.length - before <= 2);
  });

  test('S05 no more connections are kept unused than asked for', async (t) => {
    const target = await startOwnTarget(t);
    const { server } = target;
    const bucket = await makeBucket(target);
    await bucket.put('a.jpg', Buffer.alloc(100_000));
    const seeding = server.sockets.length;
    const storage = await makeSeparateStorage(t, target, { bucket: bucket.name }, { maxIdleConnections: 3 });
    server.faults.push(...Array.from({ length: 12 }, () => 'slow-body' as const));
    await Promise.all(Array.from({ length: 12 }, () => load(storage, 'a.jpg')));
    const ours = server.sockets.slice(seeding);
    assert.equal(ours.length, 12, 'all at the same time');
    await until(() => ours.filter((socket) => !socket.destroyed).length <= 3);
    await load(storage, 'a.jpg');
    assert.equal(server.sockets.length - seeding, 12, 'one of the three was used');
  });

  test('S05 made-up buckets by virtual host pin no connections either', async (t) => {
    const target = await startOwnTarget(t, false);
    const { server } = target;
    const storage = await makeSeparateStorage(t, target, { bucket: '*' }, { maxIdleConnections: 5 });
    for (let round = 0; round < 6; round++) {
      const names = Array.from({ length: 50 }, (_, at) => `made-up-${round}-${at}`);
      await Promise.all(names.map((name) => assert.rejects(load(storage, `${name}/a.jpg`), { code: 'not-found' })));
    }
    assert.equal(server.sockets.length, 300, 'one a host');
    await until(() => openOf(server) <= 100);
  });

  test('S05 all roles together keep no more than that, whatever their accounts', async (t) => {
    const target = await startOwnTarget(t);
    const { server } = target;
    const [mine, others] = [await makeBucket(target), await makeBucket(target, target.bob)];
    await mine.put('a.gif', Buffer.alloc(100_000));
    await others.put('a.gif', Buffer.alloc(100_000));
    const seeding = server.sockets.length;
    const env = {
      S3_ENDPOINT: target.endpoint,
      S3_FORCE_PATH_STYLE: '1',
      S3_HTTP_MAX_IDLE_CONNS_PER_HOST: '3',
      AWS_ACCESS_KEY_ID: target.alice.accessKeyId,
      AWS_SECRET_ACCESS_KEY: target.alice.secretAccessKey,
      AWS_STORAGE_ACCESS_KEY_ID: target.bob.accessKeyId,
      AWS_STORAGE_SECRET_ACCESS_KEY: target.bob.secretAccessKey,
      S3_LOADER_BUCKET: mine.name,
      S3_STORAGE_BUCKET: others.name,
    };
    const parsed = parseConfig([], env, () => '');
    assert.ok(parsed.command === 'serve');
    const { loaders, storages } = await composeS3(parsed.config, {});
    t.after(async () => loaders[0]?.close?.());
    server.faults.push(...Array.from({ length: 12 }, () => 'slow-body' as const));
    await Promise.all(
      [...loaders, ...storages].flatMap((role) => Array.from({ length: 6 }, () => load(role, 'a.gif'))),
    );
    const ours = server.sockets.slice(seeding);
    assert.equal(ours.length, 12);
    await until(() => ours.filter((socket) => !socket.destroyed).length <= 3);
  });

  test('S05 bodies that nobody reads pin no connection', async (t) => {
    const target = await startOwnTarget(t);
    const { server } = target;
    const bucket = await makeBucket(target);
    const storage = await makeSeparateStorage(t, target, { bucket: bucket.name });
    await storage.put('big.jpg', { body: Buffer.alloc(17_000_000) }, ioContext());
    const seeding = server.sockets.length;
    for (let round = 0; round < 4; round++) {
      const blob = await storage.get('big.jpg', ioContext());
      assert.ok(blob?.body instanceof ReadableStream);
      await blob.body.cancel();
    }
    const small = await makeSeparateStorage(t, target, { bucket: bucket.name, maxBytes: 1_000 });
    await assert.rejects(load(small, 'big.jpg'), { code: 'max-size-exceeded' });
    const strict = await makeSeparateStorage(t, target, { bucket: bucket.name, expirationMs: 1 });
    await assert.rejects(load(strict, 'big.jpg'), { code: 'not-found' });
    // undici may connect anew for a request that has just been given up; such a connection waits for the next one
    await until(() => server.sockets.slice(seeding).every((socket) => socket.destroyed || socket.bytesRead === 0));
  });

  for (const fault of ['hang', 'hang-half-way'] as const) {
    test(`S05 a deadline hangs up on a server that stops: ${fault}`, async (t) => {
      const target = await startOwnTarget(t);
      const { server } = target;
      const bucket = await makeBucket(target);
      await bucket.put('a.jpg', Buffer.alloc(100_000));
      const seeding = server.sockets.length;
      const storage = await makeSeparateStorage(t, target, { bucket: bucket.name });
      const controller = new AbortController();
      const reason = new Error('enough');
      server.onFault = () => setImmediate(() => controller.abort(reason));
      for (const ask of [() => load(storage, 'a.jpg', ioContext(controller.signal))]) {
        server.faults.push(fault);
        await assert.rejects(ask(), reason);
      }
      await until(() => server.sockets.slice(seeding).every((socket) => socket.destroyed));
      assert.equal(server.requests.filter(({ method }) => method === 'GET').length, 1, 'not tried again');
    });
  }

  test('S05 everything is hung up when the storage is closed', async (t) => {
    const target = await startOwnTarget(t);
    const bucket = await makeBucket(target);
    await bucket.put('a.jpg', 'a');
    const seeding = target.server.sockets.length;
    const storage = await makeSeparateStorage(t, target, { bucket: bucket.name });
    await load(storage, 'a.jpg');
    await storage.close?.();
    await until(() => target.server.sockets.slice(seeding).every((socket) => socket.destroyed));
    await storage.close?.();
  });
});
