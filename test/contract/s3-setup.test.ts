import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { s3RoleOptions } from '../../src/storages/s3/role-options.ts';
import { createApp, echo, gif, textOf } from '../support/hand-made-app.ts';
import { mapStorage } from '../support/memory-store.ts';
import {
  clientOptions,
  makeBucket,
  makeSeparateStorage,
  makeStorage,
  startOwnTarget,
  startTargets,
} from '../support/s3-server/s3-target.ts';
import { until } from '../support/s3-server/until.ts';
import { ioContext, load } from './loader-contract.ts';

const NO_SETTINGS = { endpoint: '', region: '', accessKeyId: '', secretAccessKey: '', sessionToken: '' };

for (const target of await startTargets({ after })) {
  describe(`${target.name}: setup`, () => {
    test('S01 a directory that stands after the bucket is its base dir, unless there is one', async () => {
      const bucket = await makeBucket(target);
      const behind = await makeStorage(target, { bucket: `${bucket.name}/some/dir` });
      const both = await makeStorage(target, { bucket: `${bucket.name}/some/dir`, baseDir: 'other' });
      await behind.put('a.jpg', { body: Buffer.from('behind') }, ioContext());
      await both.put('a.jpg', { body: Buffer.from('both') }, ioContext());
      assert.deepEqual(await bucket.keys(), ['other/a.jpg', 'some/dir/a.jpg']);
      assert.equal(String(await load(behind, 'a.jpg')), 'behind');
    });

    test('S01 the three roles work together, and each beside other stores', async () => {
      const [sources, kept, results] = [await makeBucket(target), await makeBucket(target), await makeBucket(target)];
      const [loader, storage, resultStorage] = [
        await makeStorage(target, { bucket: sources.name }),
        await makeStorage(target, { bucket: kept.name }),
        await makeStorage(target, { bucket: results.name }),
      ];
      await sources.put('dir/a.gif', gif('a'));
      const [map, mapOfResults, processor] = [mapStorage(), mapStorage(), echo()];
      const app = createApp({
        loaders: [mapStorage(), loader],
        storages: [storage, map],
        resultStorages: [mapOfResults, resultStorage],
        processor,
      });
      assert.equal(textOf(await app.answerPath('unsafe/9x9/dir/a.gif', ioContext())), '9x9/dir/a.gif');
      await until(async () => (await kept.keys()).length + (await results.keys()).length === 2);
      assert.deepEqual(await kept.get('dir/a.gif'), Buffer.from(gif('a')));
      assert.equal(String(await results.get('9x9/dir/a.gif')), '9x9/dir/a.gif');
      assert.ok(map.objects.has('dir/a.gif') && mapOfResults.objects.has('9x9/dir/a.gif'));
      await sources.delete('dir/a.gif');
      mapOfResults.objects.clear();
      await app.answerPath('unsafe/9x9/dir/a.gif', ioContext());
      assert.equal(processor.inputs.length, 1, 'the result was there');
      await app.answerPath('unsafe/8x8/dir/a.gif', ioContext());
      assert.equal(processor.inputs.length, 2, 'the source was there');
      await app.close();
    });

    test('S02 a role’s endpoint wins over that of all roles', async (t) => {
      const bucket = await makeBucket(target);
      const shared = { ...clientOptions(target), endpoint: 'http://localhost:9' };
      const own = s3RoleOptions(shared, { ...NO_SETTINGS, endpoint: target.endpoint });
      const storage = await makeSeparateStorage(t, target, { bucket: bucket.name }, own);
      await storage.put('a.jpg', { body: Buffer.from('a') }, ioContext());
      assert.deepEqual(await bucket.keys(), ['a.jpg']);
    });

    test('S03 S3 is found by this style of addressing', async () => {
      const bucket = await makeBucket(target);
      const storage = await makeStorage(target, { bucket: bucket.name });
      await storage.put('dir/a.jpg', { body: Buffer.from('a') }, ioContext());
      assert.equal(String(await load(storage, 'dir/a.jpg')), 'a');
      const { server } = target;
      if (!server) return; // what went over the wire, only our own server tells
      const { target: path, headers } = server.requests.findLast(({ method }) => method === 'PUT') ?? {};
      const host = new URL(target.endpoint).host;
      assert.deepEqual(
        [headers?.host, path],
        target.forcePathStyle ? [host, `/${bucket.name}/dir/a.jpg`] : [`${bucket.name}.${host}`, '/dir/a.jpg'],
      );
    });

    test('S06 uploads of every size arrive, with their length and no trailer', async () => {
      const bucket = await makeBucket(target);
      const storage = await makeStorage(target, { bucket: bucket.name });
      for (const size of [0, 1, 70_000, 20_000_000]) {
        const body = Buffer.alloc(size, 'x');
        await storage.put('a.bin', { body }, ioContext());
        assert.ok((await bucket.get('a.bin')).equals(body), String(size));
        const { headers } = target.server?.requests.findLast(({ method }) => method === 'PUT') ?? {};
        if (!headers) continue; // Ceph has taken it, which proves as much
        assert.equal(headers['content-length'], String(size));
        assert.match(String(headers['x-amz-content-sha256']), /^[0-9a-f]{64}$/);
        for (const name of ['transfer-encoding', 'content-encoding', 'x-amz-trailer']) assert.ok(!(name in headers));
      }
    });
  });
}

describe('S3 setup: regions and settings', () => {
  test('S02 an endpoint without a region means us-east-1, and a region is kept', async (t) => {
    const target = await startOwnTarget(t);
    const bucket = await makeBucket(target);
    const regionSigned = (): string | undefined => target.server.requests.at(-1)?.headers.authorization?.split('/')[2];
    const plain = await makeStorage(target, { bucket: bucket.name });
    await plain.put('a.jpg', { body: Buffer.from('a') }, ioContext());
    assert.equal(regionSigned(), 'us-east-1');
    const rules = target.server.buckets.get(bucket.name);
    assert.ok(rules);
    rules.region = 'eu-central-1';
    const there = await makeSeparateStorage(t, target, { bucket: bucket.name }, { region: 'eu-central-1' });
    assert.equal(String(await load(there, 'a.jpg')), 'a');
    assert.equal(regionSigned(), 'eu-central-1');
  });

  test('S04 a role overrides field by field, and brings no foreign token to keys of its own', () => {
    const shared = {
      ...NO_SETTINGS,
      ...{ endpoint: 'http://a', region: 'r', accessKeyId: 'k', secretAccessKey: 's', sessionToken: 't' },
      ...{ forcePathStyle: true, maxIdleConnections: 7 },
    };
    const merged = (role: Partial<typeof NO_SETTINGS>): object => s3RoleOptions(shared, { ...NO_SETTINGS, ...role });
    assert.deepEqual(merged({}), shared);
    assert.deepEqual(merged({ region: 'q' }), { ...shared, region: 'q' });
    assert.deepEqual(merged({ endpoint: 'http://b' }), { ...shared, endpoint: 'http://b' });
    const keys = { accessKeyId: 'k2', secretAccessKey: 's2' };
    assert.deepEqual(merged(keys), { ...shared, ...keys, sessionToken: '' });
    assert.deepEqual(merged({ ...keys, sessionToken: 't2' }), { ...shared, ...keys, sessionToken: 't2' });
  });
});
