import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { ResultPathStyle } from '../../src/endpoint/storage-key.ts';
import { createS3Client } from '../../src/storages/s3/client.ts';
import { createS3Storage } from '../../src/storages/s3/storage.ts';
import { createApp, echo, everything, gif, textOf } from '../support/hand-made-app.ts';
import type { Bucket } from '../support/s3-server/s3-bucket.ts';
import {
  clientOptions,
  makeBucket,
  makeStorage,
  startOwnTarget,
  startTargets,
} from '../support/s3-server/s3-target.ts';
import { until } from '../support/s3-server/until.ts';
import { ioContext, load } from './loader-contract.ts';

/** No names of buckets: Amazon S3 User Guide, "General purpose bucket naming rules". */
const NO_NAMES = [
  'ab',
  'a'.repeat(64),
  'Upper',
  'under_score',
  'dots..dots',
  '.dot',
  'dot.',
  '-hyphen',
  'hyphen-',
  'dot.-hyphen',
  '192.168.5.4',
  '..',
  '.',
  'bücket',
  'evil.example.com#',
  'evil.example.com?',
  'user@evil',
  'port:80',
  '%2e%2e',
  'a\\b',
  'a b',
  'a\0b',
  '*',
];

for (const target of await startTargets({ after })) {
  describe(`${target.name}: wildcard buckets`, () => {
    test('S30 the first segment is the bucket, the rest the key, in reading and in writing', async () => {
      const [one, two] = [await makeBucket(target), await makeBucket(target)];
      await one.put('images/photo.jpg', 'of one');
      await two.put('images/photo.jpg', 'of two');
      const storage = await makeStorage(target, { bucket: '*' });
      assert.equal(String(await load(storage, `${one.name}/images/photo.jpg`)), 'of one');
      assert.equal(String(await load(storage, `/${two.name}/images/photo.jpg`)), 'of two');
      await storage.put(`${two.name}/b c.jpg`, { body: Buffer.from('b') }, ioContext());
      assert.deepEqual(await two.keys(), ['b+c.jpg', 'images/photo.jpg']);
      assert.equal((await storage.stat(`${two.name}/b c.jpg`, ioContext()))?.size, 1);
      await storage.delete(`${two.name}/b c.jpg`, ioContext());
      assert.deepEqual(await two.keys(), ['images/photo.jpg']);
    });

    test('S30 base dir and prefix hold inside of each bucket', async () => {
      const bucket = await makeBucket(target);
      await bucket.put('base/a.jpg', 'a');
      const storage = await makeStorage(target, { bucket: '*', baseDir: 'base', pathPrefix: 'public' });
      assert.equal(String(await load(storage, `${bucket.name}/public/a.jpg`)), 'a');
      assert.equal(await storage.get(`${bucket.name}/private/a.jpg`, ioContext()), undefined);
      await assert.rejects(async () => storage.get(`${bucket.name}/public/../../x/a.jpg`, ioContext()), {
        code: 'invalid',
      });
    });

    test('S30 without a slash, a bucket or a key it is invalid: 400', async () => {
      const storage = await makeStorage(target, { bucket: '*' });
      for (const key of ['photo.jpg', 'bucket-only', 'bucket-only/', '/', '', '//a.jpg', '/photo.jpg']) {
        await assert.rejects(async () => storage.get(key, ioContext()), { code: 'invalid', status: 400 }, key);
      }
    });

    for (const style of ['original', 'digest', 'suffix', 'size'] as const satisfies readonly ResultPathStyle[]) {
      test(`S31 results go to the bucket of their source, in the style ${style}, by one client`, async (t) => {
        const buckets = [await makeBucket(target), await makeBucket(target)];
        const client = await createS3Client(clientOptions(target));
        t.after(() => client.close());
        const [loader, storage, results] = [
          createS3Storage({ client, bucket: '*' }),
          createS3Storage({ client, bucket: '*', baseDir: 'kept' }),
          createS3Storage({ client, bucket: '*', baseDir: 'results' }),
        ];
        const processor = echo();
        const app = createApp({
          loaders: [loader],
          storages: [storage],
          resultStorages: [results],
          resultStoragePathStyle: style,
          processor,
        });
        for (const bucket of buckets) {
          await bucket.put('dir/a.gif', gif(bucket.name));
          const ask = async () => textOf(await app.answerPath(`unsafe/9x9/${bucket.name}/dir/a.gif`, ioContext()));
          const made = await ask();
          await until(async () => (await bucket.keys()).length === 3);
          const [source, kept, result = ''] = await bucket.keys();
          assert.deepEqual([source, kept], ['dir/a.gif', 'kept/dir/a.gif']);
          assert.match(result, /^results\/./);
          assert.equal(String(await bucket.get(result)), made);
          assert.equal(await ask(), made);
        }
        assert.equal(processor.inputs.length, 2, 'each was made once');
        await app.close();
      });
    }
  });
}

describe('S3: wildcard buckets beside another loader', () => {
  test('S31 images of other hosts cost one look for their bucket in a while, and are kept nowhere', async (t) => {
    const target = await startOwnTarget(t);
    const bucket = await makeBucket(target);
    const results = await makeStorage(target, { bucket: '*', baseDir: 'results', missingBucketTtlMs: 60_000 });
    const storage = await makeStorage(target, { bucket: '*', baseDir: 'kept', missingBucketTtlMs: 60_000 });
    const failures: unknown[] = [];
    const app = createApp({
      loaders: [everything()],
      storages: [storage],
      resultStorages: [results],
      onSaveFailure: (failure) => failures.push(failure),
      onLookupFailure: (failure) => failures.push(failure),
    });
    target.server.requests.length = 0;
    for (const size of ['8x8', '9x9']) {
      for (const image of ['images.example.com/a.gif', 'https%3A%2F%2Fimages.example.com%2Fa.gif', 'a.gif']) {
        const made = textOf(await app.answerPath(`unsafe/${size}/${image}`, ioContext()));
        assert.ok(made.startsWith(size), made);
      }
    }
    await app.answerPath(`unsafe/9x9/${bucket.name}/a.gif`, ioContext());
    await until(async () => (await bucket.keys()).length === 2);
    await app.close();
    assert.deepEqual(failures, []);
    const asked = target.server.requests.filter(({ target: path }) => path.includes('images.example.com'));
    assert.deepEqual(
      asked.map(({ method }) => method),
      ['GET', 'GET'],
      'by each of the two storages, once',
    );
  });

  test('S31 a bucket that was missing is found again', async (t) => {
    const target = await startOwnTarget(t);
    const storage = await makeStorage(target, { bucket: '*', missingBucketTtlMs: 1 });
    const bucket = await makeBucket(target);
    const rules = target.server.buckets.get(bucket.name) as Bucket;
    target.server.buckets.delete(bucket.name);
    await storage.put(`${bucket.name}/a.gif`, { body: gif('a') }, ioContext());
    target.server.buckets.set(bucket.name, rules);
    await until(async () => {
      await storage.put(`${bucket.name}/a.gif`, { body: gif('a') }, ioContext());
      return (await bucket.keys()).length === 1;
    });
  });
});

describe('S3: names of wildcard buckets', async () => {
  for (const forcePathStyle of [true, false]) {
    const target = await startOwnTarget({ after }, forcePathStyle);
    test(`S32 what is no name is refused before any call goes out, ${forcePathStyle ? 'by paths' : 'by hosts'}`, async () => {
      const storage = await makeStorage(target, { bucket: '*' });
      for (const name of NO_NAMES) {
        const key = `${name}/a.jpg`;
        const refused = { code: 'invalid', status: 400 };
        await assert.rejects(async () => storage.get(key, ioContext()), refused, name);
        await assert.rejects(async () => storage.stat(key, ioContext()), refused, name);
        const resultOf = { ...ioContext(), resultOf: key };
        await assert.rejects(async () => storage.get('9x9/a.jpg', resultOf), refused, name);
        // it came from another loader: there is nothing to keep here, and nothing to tell of
        await storage.put(key, { body: Buffer.from('x') }, ioContext());
        await storage.put('9x9/a.jpg', { body: Buffer.from('x') }, resultOf);
      }
      assert.deepEqual(target.server.requests, []);
    });

    test(`S32 every name that S3 allows is asked for, ${forcePathStyle ? 'by paths' : 'by hosts'}`, async () => {
      const storage = await makeStorage(target, { bucket: '*' });
      for (const name of ['abc', '0-9', 'my.bucket.name', 'a'.repeat(63), 'mysite-test']) {
        await assert.rejects(load(storage, `${name}/a.jpg`), { code: 'not-found' }, name);
      }
      assert.equal(target.server.requests.length, 5);
    });
  }
});
