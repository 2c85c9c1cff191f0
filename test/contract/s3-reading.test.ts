import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { readBlob } from '../../src/core/blob.ts';
import { createApp, echo, everything, gif } from '../support/hand-made-app.ts';
import { makeBucket, makeStorage, startOwnTarget, startTargets } from '../support/s3-server/s3-target.ts';
import { until } from '../support/s3-server/until.ts';
import { ioContext, load } from './loader-contract.ts';

for (const target of await startTargets({ after })) {
  describe(`${target.name}: reading`, () => {
    test('S22 an object that is too old counts as absent, and is not deleted', async () => {
      const bucket = await makeBucket(target);
      await bucket.put('a.jpg', 'a');
      const young = await makeStorage(target, { bucket: bucket.name, expirationMs: 3_600_000 });
      assert.equal(String(await load(young, 'a.jpg')), 'a');
      const { etag = '' } = (await young.stat('a.jpg', ioContext())) ?? {};
      const old = await makeStorage(target, { bucket: bucket.name, expirationMs: 1 });
      const { LastModified } = await bucket.head('a.jpg');
      await until(() => Date.now() > Number(LastModified) + 1);
      await assert.rejects(load(old, 'a.jpg'), { code: 'not-found' });
      await assert.rejects(old.stat('a.jpg', ioContext()), { code: 'not-found' });
      await assert.rejects(old.getIfChanged('a.jpg', { etag }, ioContext()), { code: 'not-found' });
      assert.equal(String(await bucket.get('a.jpg')), 'a');
    });

    test('S22 an old source is fetched again, an old result made again', async () => {
      const bucket = await makeBucket(target);
      const [sources, results] = [
        await makeStorage(target, { bucket: bucket.name, baseDir: 'sources', expirationMs: 1 }),
        await makeStorage(target, { bucket: bucket.name, baseDir: 'results', expirationMs: 1 }),
      ];
      const [loader, processor] = [everything(), echo()];
      const app = createApp({ loaders: [loader], storages: [sources], resultStorages: [results], processor });
      for (let round = 1; round <= 2; round++) {
        await app.answerPath('unsafe/9x9/a.gif', ioContext());
        await until(async () => (await bucket.keys()).length === 2);
        assert.deepEqual([loader.keys.length, processor.inputs.length], [round, round]);
        const { LastModified } = await bucket.head('results/9x9/a.gif');
        await until(() => Date.now() > Number(LastModified) + 1);
      }
      await app.close();
    });

    test('S26 length, date and ETag are told, with and without the body', async () => {
      const bucket = await makeBucket(target);
      await bucket.put('a.jpg', 'picture', { ContentType: 'image/jpeg' });
      const { ETag, LastModified } = await bucket.head('a.jpg');
      const expected = { size: 7, modifiedAt: LastModified, etag: ETag, contentType: 'image/jpeg' };
      const storage = await makeStorage(target, { bucket: bucket.name });
      assert.deepEqual(await storage.stat('a.jpg', ioContext()), expected);
      const blob = await storage.get('a.jpg', ioContext());
      assert.deepEqual([blob?.stat, blob?.contentType], [expected, 'image/jpeg']);
    });

    test('S26 what is unchanged is not read', async () => {
      const bucket = await makeBucket(target);
      await bucket.put('a.jpg', 'picture');
      const storage = await makeStorage(target, { bucket: bucket.name });
      const stat = await storage.stat('a.jpg', ioContext());
      const before = target.server?.requests.length ?? 0;
      assert.ok(stat?.etag && stat.modifiedAt);
      const { etag, modifiedAt } = stat;
      for (const known of [{ etag }, { etag: `W/${etag}` }, { modifiedAt }]) {
        const found = await storage.getIfChanged('a.jpg', known, ioContext());
        assert.ok(found && !found.body, JSON.stringify(known));
        assert.deepEqual([found.stat.etag, found.stat.modifiedAt], [etag, modifiedAt]);
      }
      const asked = target.server?.requests.slice(before) ?? [];
      assert.ok(asked.every(({ method, status }) => method === 'HEAD' || status === 304));
      const changed = await storage.getIfChanged('a.jpg', { etag: '"other"' }, ioContext());
      assert.ok(changed?.body);
      assert.equal(String(Buffer.from(await readBlob(changed))), 'picture');
    });

    test('S27 a result that is older than its source is made again', async () => {
      const bucket = await makeBucket(target);
      const [loader, results] = [
        await makeStorage(target, { bucket: bucket.name, baseDir: 'sources' }),
        await makeStorage(target, { bucket: bucket.name, baseDir: 'results' }),
      ];
      await bucket.put('sources/a.gif', gif('first'));
      const processor = echo();
      const app = createApp({ loaders: [loader], resultStorages: [results], processor, modifiedTimeCheck: true });
      const ask = () => app.answerPath('unsafe/9x9/a.gif', ioContext());
      await ask();
      await until(async () => (await bucket.keys('results/')).length === 1);
      await ask();
      assert.equal(processor.inputs.length, 1);
      const madeAt = (await bucket.head('results/9x9/a.gif')).LastModified ?? 0;
      // dates are whole seconds: the source has changed since once the next one has begun
      await until(() => Date.now() > Number(madeAt) + 1_000);
      await bucket.put('sources/a.gif', gif('second'));
      await ask();
      assert.equal(processor.inputs.length, 2);
      assert.deepEqual(Buffer.from(processor.inputs[1]?.source ?? []), Buffer.from(gif('second')));
      await app.close();
    });
  });
}

describe('S3 reading: ages', () => {
  test('S22 the age is that of the last change', async (t) => {
    const target = await startOwnTarget(t);
    const bucket = await makeBucket(target);
    await bucket.put('a.jpg', 'a');
    const object = target.server.buckets.get(bucket.name)?.objects.get('a.jpg');
    assert.ok(object);
    const storage = await makeStorage(target, { bucket: bucket.name, expirationMs: 60_000 });
    object.modifiedAt = new Date(Date.now() - 50_000);
    await load(storage, 'a.jpg');
    object.modifiedAt = new Date(Date.now() - 62_000);
    await assert.rejects(load(storage, 'a.jpg'), { code: 'not-found' });
    await storage.put('a.jpg', { body: Buffer.from('b') }, ioContext());
    assert.equal(String(await load(storage, 'a.jpg')), 'b');
  });
});
