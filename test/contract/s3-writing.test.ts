import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { ObjectCannedACL, StorageClass } from '@aws-sdk/client-s3';
import type { ConfigError } from '../../src/config/config-error.ts';
import { OPTIONS } from '../../src/config/option.ts';
import { parseConfig } from '../../src/config/parse.ts';
import type { SaveFailure } from '../../src/core/saver.ts';
import { AppError } from '../../src/errors.ts';
import { createApp, everything, textOf } from '../support/hand-made-app.ts';
import { makeBucket, makeStorage, startOwnTarget, startTargets } from '../support/s3-server/s3-target.ts';
import { until } from '../support/s3-server/until.ts';
import { ioContext, load } from './loader-contract.ts';

/** Of the gateway that CI starts: the other classes would have to be made there, and this ACL is for EC2 alone. */
const UNKNOWN_TO_CEPH: ReadonlySet<string> = new Set(['ONEZONE_IA', 'DEEP_ARCHIVE', 'aws-exec-read']);

/** Whom each canned ACL lets in beside the owner. */
const GRANTS: Readonly<Record<string, readonly string[]>> = {
  'public-read': ['AllUsers READ'],
  'public-read-write': ['AllUsers READ', 'AllUsers WRITE'],
  'authenticated-read': ['AuthenticatedUsers READ'],
};

/** What an option can be. */
function choicesOf<Choice extends string>(variable: string): readonly Choice[] {
  const row = OPTIONS.find(({ env }) => env === variable)?.row;
  assert.ok(row?.type === 'choice', variable);
  return row.choices as readonly string[] as readonly Choice[];
}

const PICTURE = { body: Buffer.from('picture'), contentType: 'image/webp' };

for (const target of await startTargets({ after })) {
  describe(`${target.name}: writing`, () => {
    test('S20 the content type is kept, and is one of bytes where there is none', async () => {
      const bucket = await makeBucket(target);
      const storage = await makeStorage(target, { bucket: bucket.name });
      await storage.put('a.webp', PICTURE, ioContext());
      await storage.put('b', { body: PICTURE.body }, ioContext());
      assert.equal((await bucket.head('a.webp')).ContentType, 'image/webp');
      assert.equal((await bucket.head('b')).ContentType, 'application/octet-stream');
      assert.equal((await storage.get('a.webp', ioContext()))?.contentType, 'image/webp');
    });

    test('S20 every storage class', async () => {
      const bucket = await makeBucket(target);
      for (const storageClass of choicesOf<StorageClass>('S3_STORAGE_CLASS')) {
        const storage = await makeStorage(target, { bucket: bucket.name, storageClass });
        const putting = storage.put(storageClass, PICTURE, ioContext());
        if (target.isCeph && UNKNOWN_TO_CEPH.has(storageClass)) {
          await assert.rejects(putting, { code: 'source-failed' });
          continue;
        }
        await putting;
        // Amazon does not name the ordinary one, Ceph does
        assert.equal((await bucket.head(storageClass)).StorageClass ?? 'STANDARD', storageClass);
        // Amazon's archives have to be restored first; Ceph's are ordinary pools
        const isArchived = !target.isCeph && ['GLACIER', 'DEEP_ARCHIVE'].includes(storageClass);
        if (isArchived)
          await assert.rejects(load(storage, storageClass), { status: 403, detail: /InvalidObjectState/ });
        else assert.equal(String(await load(storage, storageClass)), 'picture');
      }
    });

    test('S20 every canned ACL, and none unless set', async () => {
      const bucket = await makeBucket(target);
      for (const acl of choicesOf<ObjectCannedACL>('S3_STORAGE_ACL')) {
        const storage = await makeStorage(target, { bucket: bucket.name, acl });
        const putting = storage.put(acl, PICTURE, ioContext());
        if (target.isCeph && UNKNOWN_TO_CEPH.has(acl)) {
          await assert.rejects(putting, { code: 'source-failed' });
          continue;
        }
        await putting;
        assert.deepEqual(await bucket.grants(acl), GRANTS[acl] ?? []);
        // three of them say nothing to a bucket of one's own
        if (target.server) assert.equal(target.server.buckets.get(bucket.name)?.objects.get(acl)?.acl, acl);
      }
      const plain = await makeStorage(target, { bucket: bucket.name });
      await plain.put('plain', PICTURE, ioContext());
      assert.deepEqual(await bucket.grants('plain'), []);
      const headers = target.server?.requests.findLast(({ method }) => method === 'PUT')?.headers ?? {};
      assert.ok(!('x-amz-acl' in headers));
    });

    test('S20 tags', async () => {
      const bucket = await makeBucket(target);
      const tagging = 'source=imagor&lifecycle=derived&a%26b=c%3Dd%20%C3%BC&empty=';
      const storage = await makeStorage(target, { bucket: bucket.name, tagging });
      await storage.put('a.jpg', PICTURE, ioContext());
      assert.deepEqual(await bucket.tags('a.jpg'), {
        source: 'imagor',
        lifecycle: 'derived',
        'a&b': 'c=d ü',
        empty: '',
      });
      const plain = await makeStorage(target, { bucket: bucket.name });
      await plain.put('plain', PICTURE, ioContext());
      assert.deepEqual(await bucket.tags('plain'), {});
    });

    test('S23 an upload that is aborted leaves the old object, or none', async () => {
      const bucket = await makeBucket(target);
      const storage = await makeStorage(target, { bucket: bucket.name });
      await storage.put('old', PICTURE, ioContext());
      const reason = new Error('enough');
      for (const key of ['old', 'new']) {
        const controller = new AbortController();
        const putting = storage.put(key, { body: Buffer.alloc(30_000_000) }, ioContext(controller.signal));
        setTimeout(() => controller.abort(reason), 5);
        await assert.rejects(putting, reason);
      }
      assert.deepEqual(await bucket.keys(), ['old']);
      assert.equal(String(await bucket.get('old')), 'picture');
    });

    test('S24 a source that is no image is not kept', async () => {
      const bucket = await makeBucket(target);
      const storage = await makeStorage(target, { bucket: bucket.name });
      const app = createApp({
        loaders: [{ name: 'texts', get: async () => ({ body: Buffer.from('no image'), contentType: 'image/png' }) }],
        storages: [storage],
        resultStorages: [storage],
        processor: { process: () => Promise.reject(new AppError('unsupported-format')), close: async () => {} },
      });
      await assert.rejects(app.answerPath('unsafe/9x9/a.png', ioContext()), { code: 'unsupported-format' });
      await app.close();
      assert.deepEqual(await bucket.keys(), []);
    });
  });
}

describe('S3 writing: refusals and faults', () => {
  test('S20 a bucket that takes no ACLs takes what we write', async (t) => {
    const target = await startOwnTarget(t);
    const bucket = await makeBucket(target);
    const rules = target.server.buckets.get(bucket.name);
    assert.ok(rules);
    rules.takesAcls = false;
    await (await makeStorage(target, { bucket: bucket.name })).put('a', PICTURE, ioContext());
    const withAcl = await makeStorage(target, { bucket: bucket.name, acl: 'private' });
    await assert.rejects(withAcl.put('b', PICTURE, ioContext()), ({ code, detail }) => {
      return code === 'source-failed' && String(detail).includes('AccessControlListNotSupported');
    });
    assert.deepEqual(await bucket.keys(), ['a']);
  });

  const BAD_SETTINGS: readonly [name: string, value: string, told: string][] = [
    ['S3_STORAGE_CLASS', 'FROZEN', 'INTELLIGENT_TIERING'],
    ['S3_STORAGE_ACL', 'everybody', 'bucket-owner-full-control'],
    ['S3_RESULT_STORAGE_ACL', 'everybody', 'bucket-owner-full-control'],
    ['S3_STORAGE_TAGGING', 'a=1&a=2', 'team=web&origin=imagor'],
    ['S3_STORAGE_TAGGING', 'a=%zz', 'team=web&origin=imagor'],
    ['S3_RESULT_STORAGE_TAGGING', 'a b=c', 'team=web&origin=imagor'],
    ['S3_STORAGE_EXPIRATION', 'soon', '24h'],
    ['S3_RESULT_STORAGE_EXPIRATION', '1 week', '24h'],
    ['S3_HTTP_MAX_IDLE_CONNS_PER_HOST', 'many', 'number'],
    ['S3_ENDPOINT', 'not a url', 'URL'],
    ['S3_LOADER_ENDPOINT', 'https://a b', 'URL'],
    ['S3_STORAGE_ENDPOINT', 'https://user:password@a', 'without user'],
    ['S3_RESULT_STORAGE_ENDPOINT', 's3.example.com', 'URL'],
    ['S3_LOADER_BUCKET', 'my bucket', 'name of an S3 bucket'],
    ['S3_STORAGE_BUCKET', 's3://mine', 'name of an S3 bucket'],
    ['S3_RESULT_STORAGE_BUCKET', '/dir', 'name of an S3 bucket'],
    ['AWS_REGION', 'eu west 1', 'name of a region'],
    ['AWS_LOADER_REGION', 'eu-west-1.evil.example', 'name of a region'],
    ['AWS_STORAGE_REGION', 'a/b', 'name of a region'],
    ['AWS_RESULT_STORAGE_REGION', '-', 'name of a region'],
    ['S3_FORCE_PATH_STYLE', 'maybe', 'on or off'],
    ['S3_FORBIDDEN_AS_NOT_FOUND', 'maybe', 'on or off'],
  ];
  for (const [name, value, told] of BAD_SETTINGS) {
    test(`S21 ${name}=${value} stops the start with one line that says what it accepts`, () => {
      const noFile = () => {
        throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      };
      const start = () => parseConfig([], { [name]: value }, noFile);
      assert.throws(start, ({ problems: [problem = '', ...more] }: ConfigError) => {
        assert.deepEqual(more, []);
        assert.ok(problem.startsWith(name) && !problem.includes('\n'), problem);
        assert.ok(problem.includes(told), problem);
        return true;
      });
    });
  }

  test('S23 an upload that is lost half-way is made again, and leaves nothing half', async (t) => {
    const target = await startOwnTarget(t);
    const { faults, requests } = target.server;
    const bucket = await makeBucket(target);
    const storage = await makeStorage(target, { bucket: bucket.name });
    await storage.put('a', PICTURE, ioContext());
    const body = Buffer.alloc(9_000_000, 'n');
    faults.push('reset-upload', 'SlowDown', 'reset');
    await storage.put('a', { body }, ioContext());
    assert.ok((await bucket.get('a')).equals(body));
    faults.push('reset-upload', 'reset-upload', 'reset-upload', 'reset-upload');
    const before = requests.length;
    await assert.rejects(storage.put('a', { body: Buffer.alloc(9_000_000, 'x') }, ioContext()), {
      code: 'source-failed',
    });
    assert.equal(requests.length - before, 4);
    assert.ok((await bucket.get('a')).equals(body));
  });

  test('S23 a save that fails is told of, and fails no answer', async (t) => {
    const target = await startOwnTarget(t);
    const bucket = await makeBucket(target);
    // the results' bucket is somebody else's
    const storage = await makeStorage(target, { bucket: (await makeBucket(target, target.bob)).name });
    const failures: SaveFailure[] = [];
    const app = createApp({
      loaders: [everything()],
      storages: [await makeStorage(target, { bucket: bucket.name })],
      resultStorages: [storage],
      onSaveFailure: (failure) => failures.push(failure),
      onLookupFailure: () => {},
    });
    assert.equal(textOf(await app.answerPath('unsafe/9x9/a.gif', ioContext())), '9x9/a.gif');
    await until(() => failures.length > 0);
    await app.close();
    assert.deepEqual(
      failures.map(({ storage: name, key, error }) => [name, key, error.code]),
      [['s3', '9x9/a.gif', 'source-not-allowed']],
    );
    assert.deepEqual(await bucket.keys(), ['a.gif'], 'the other storage has its part');
  });
});
