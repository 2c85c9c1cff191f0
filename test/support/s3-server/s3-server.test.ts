import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { after, describe, test } from 'node:test';
import { GetObjectCommand, HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { startOwnTarget } from './s3-target.ts';
import { createSdkClient, makeSdkBucket, type SdkBucket } from './sdk-client.ts';

for (const forcePathStyle of [true, false]) {
  describe(`Amazon's own client, ${forcePathStyle ? 'by paths' : 'by virtual hosts'}`, async () => {
    const target = await startOwnTarget({ after }, forcePathStyle);
    const { server, alice, bob } = target;

    /** As somebody, in a bucket of their own. */
    async function be(keys = alice): Promise<{ client: S3Client; bucket: SdkBucket }> {
      const client = createSdkClient({ ...target, keys });
      after(() => client.destroy());
      return { client, bucket: await makeSdkBucket(client, `b-${randomUUID()}`) };
    }

    test('puts, gets, asks about and deletes objects', async () => {
      const { bucket } = await be();
      const key = 'a b+c%20(1)[2]{3}#?&=/ü//名.jpg';
      await bucket.put(key, 'bytes', { ContentType: 'image/jpeg' });
      assert.equal(String(await bucket.get(key)), 'bytes');
      const { ContentLength, ContentType, LastModified, ETag } = await bucket.head(key);
      assert.deepEqual([ContentLength, ContentType], [5, 'image/jpeg']);
      assert.ok(LastModified && Math.abs(Date.now() - LastModified.getTime()) < 5_000);
      assert.match(String(ETag), /^"[0-9a-f]{32}"$/);
      assert.deepEqual(await bucket.keys(), [key]);
      await bucket.delete(key);
      await assert.rejects(bucket.get(key), { name: 'NoSuchKey' });
      await assert.rejects(bucket.head(key), { name: 'NotFound' });
      assert.deepEqual(await bucket.keys(), []);
    });

    test('gets back class, tags and ACL', async () => {
      const { bucket } = await be();
      await bucket.put('x', 'y', { StorageClass: 'GLACIER', ACL: 'public-read', Tagging: 'a=b&c=d%20e' });
      assert.equal((await bucket.head('x')).StorageClass, 'GLACIER');
      assert.deepEqual(await bucket.tags('x'), { a: 'b', c: 'd e' });
      assert.deepEqual(await bucket.grants('x'), ['AllUsers READ']);
    });

    test('is refused nonsense', async () => {
      const { bucket } = await be();
      const put = (more: object): Promise<void> => bucket.put('x', 'y', more);
      await assert.rejects(put({ StorageClass: 'FROZEN' }), { name: 'InvalidStorageClass' });
      await assert.rejects(put({ ACL: 'everybody' }), { name: 'InvalidArgument' });
      await assert.rejects(put({ Tagging: 'a=1&a=2' }), { name: 'InvalidTag' });
      await assert.rejects(put({ ChecksumCRC32: 'AAAAAA==' }), { name: 'BadDigest' });
      const rules = server.buckets.get(bucket.name);
      assert.ok(rules);
      rules.takesAcls = false;
      await assert.rejects(put({ ACL: 'private' }), { name: 'AccessControlListNotSupported' });
      assert.deepEqual(await bucket.keys(), []);
    });

    test('gets ranges, and answers to conditions', async () => {
      const { client, bucket } = await be();
      await bucket.put('x', '0123456789');
      const get = async (more: object): Promise<string> => {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket.name, Key: 'x', ...more }));
        return String(await Body?.transformToString());
      };
      assert.equal(await get({ Range: 'bytes=2-4' }), '234');
      assert.equal(await get({ Range: 'bytes=-3' }), '789');
      await assert.rejects(get({ Range: 'bytes=10-' }), { name: 'InvalidRange' });
      const { ETag, LastModified } = await bucket.head('x');
      assert.equal(await get({ IfMatch: ETag }), '0123456789');
      assert.equal(await get({ IfNoneMatch: '"other"' }), '0123456789');
      const unchanged = { $metadata: { httpStatusCode: 304 } };
      const isStatus = (status: number) => (error: { $metadata: object }) =>
        'httpStatusCode' in error.$metadata && error.$metadata.httpStatusCode === status;
      await assert.rejects(get({ IfNoneMatch: ETag }), isStatus(unchanged.$metadata.httpStatusCode));
      await assert.rejects(get({ IfModifiedSince: LastModified }), isStatus(304));
      await assert.rejects(get({ IfMatch: '"other"' }), { name: 'PreconditionFailed' });
    });

    test('is denied the buckets of others, and told nothing of what it may not list', async () => {
      const { bucket } = await be();
      await bucket.put('x', 'y');
      const other = createSdkClient({ ...target, keys: bob });
      after(() => other.destroy());
      const get = (Key: string) => other.send(new GetObjectCommand({ Bucket: bucket.name, Key }));
      await assert.rejects(get('x'), { name: 'AccessDenied' });
      const rules = server.buckets.get(bucket.name);
      assert.ok(rules);
      rules.isListable = false;
      await assert.rejects(bucket.get('missing'), { name: 'AccessDenied' });
      assert.equal(String(await bucket.get('x')), 'y');
    });

    test('needs the token of temporary keys', async () => {
      const temporary = { ...alice, accessKeyId: `TEMP${forcePathStyle}`, sessionToken: 'token/+=' };
      server.keys.push(temporary);
      await (await be(temporary)).bucket.put('x', 'y');
      await assert.rejects(be({ ...temporary, sessionToken: 'other' }), { name: 'InvalidToken' });
      await assert.rejects(be({ account: 'nobody', accessKeyId: 'NONE', secretAccessKey: 'x' }), {
        name: 'InvalidAccessKeyId',
      });
      await assert.rejects(be({ ...bob, secretAccessKey: 'guess' }), { name: 'SignatureDoesNotMatch' });
    });

    test('cannot send trailing checksums', async () => {
      const { bucket } = await be();
      const stream = Readable.from([Buffer.from('y')]);
      await assert.rejects(bucket.put('x', stream as never, { ContentLength: 1 }), { name: 'MissingContentLength' });
    });

    test('meets the faults that it is told to', async () => {
      const { bucket } = await be();
      await bucket.put('x', 'y'.repeat(1_000));
      server.faults.push('SlowDown', 'InternalError', 'reset', 'cut-short', 'reset-half-way', 'slow-body');
      await assert.rejects(bucket.get('x'), { name: 'SlowDown' });
      await assert.rejects(bucket.get('x'), { name: 'InternalError' });
      for (let round = 0; round < 3; round++) await assert.rejects(bucket.get('x'), { code: 'ECONNRESET' });
      assert.equal((await bucket.get('x')).length, 1_000);
      server.faults.push('reset-upload');
      await assert.rejects(bucket.put('x', Buffer.alloc(10_000_000)), ({ code }) =>
        ['ECONNRESET', 'EPIPE'].includes(code),
      );
      assert.equal((await bucket.get('x')).length, 1_000);
    });

    test('is told the region of a bucket that is elsewhere', async () => {
      const { client, bucket } = await be();
      const rules = server.buckets.get(bucket.name);
      assert.ok(rules);
      rules.region = 'eu-west-1';
      const head = new HeadBucketCommand({ Bucket: bucket.name });
      await assert.rejects(client.send(head), ({ $response }) => {
        return $response.headers['x-amz-bucket-region'] === 'eu-west-1' && $response.statusCode === 400;
      });
    });
  });
}
