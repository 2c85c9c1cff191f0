import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { Storage as OfficialClient } from '@google-cloud/storage';
import { etagOf } from '../../src/core/etag.ts';
import { createGcsStorage } from '../../src/storages/gcs.ts';
import { connectGcs } from '../../src/storages/gcs-client.ts';
import { startGcsServer } from '../support/gcs-server.ts';
import type { Lifetime } from '../support/lifetime.ts';
import { describeLoader, ioContext, type LoaderFixture, load, SECRET } from './loader-contract.ts';
import { describeStorage, type StorageFixture } from './storage-contract.ts';

/** What stands in for Google: its address, and the buckets there. */
interface Emulator {
  readonly host: string;
  readonly bucket: string;
  readonly official: OfficialClient;
}

/** The tests' own server, and a real emulator where CI has started one. */
const EMULATORS: Record<string, (test: Lifetime) => Promise<Emulator>> = { 'GCS of the tests': startOwn };
const url = process.env['IMAGOR_TEST_GCS_EMULATOR'];
if (url) EMULATORS['a GCS emulator'] = () => makeBucket(url);

for (const [name, start] of Object.entries(EMULATORS)) {
  const makeFixture = async (): Promise<LoaderFixture & StorageFixture> => {
    const closers: (() => Promise<unknown>)[] = [];
    const { host, bucket, official } = await start({ after: (close) => closers.push(close) });
    const storage = createGcsStorage(await connectGcs({ emulatorHost: host }), { bucket, baseDir: 'base' });
    const names = async (prefix: string): Promise<string[]> => {
      const [files] = await official.bucket(bucket).getFiles({ prefix });
      return files.map((file) => file.name).filter((file) => !file.startsWith('base/'));
    };
    const secrets = ['secret.txt', 'base-sibling/secret.txt'];
    for (const secret of secrets)
      await official.bucket(bucket).file(secret).save(Buffer.from(SECRET), { resumable: false });
    return {
      storage,
      loader: storage,
      seed: (key, bytes) => storage.put(key, { body: bytes }, ioContext()),
      close: async () => {
        await storage.close?.();
        for (const close of closers) await close();
      },
      assertOutsideUntouched: async () => {
        assert.deepEqual((await names('')).sort(), secrets.sort());
        for (const secret of secrets) {
          const [bytes] = await official.bucket(bucket).file(secret).download();
          assert.ok(bytes.equals(SECRET));
        }
      },
      assertNoLeftovers: async () => {
        assert.deepEqual(
          (await names('base/')).filter((file) => file.includes('tmp')),
          [],
        );
      },
    };
  };
  describeLoader(name, makeFixture);
  describeStorage(name, makeFixture);

  describe(`${name} and its official client`, () => {
    test('see the same objects, types included', async (t) => {
      const { host, bucket, official } = await start(t);
      const storage = createGcsStorage(await connectGcs({ emulatorHost: host }), { bucket, safeChars: '--' });
      t.after(() => storage.close?.());
      const key = 'ünïcode/a b+c%20(1)[2]{3}#?&=.jpg';
      const file = official.bucket(bucket).file(key);
      await storage.put(key, { body: Buffer.from('ours'), contentType: 'image/jpeg' }, ioContext());
      assert.equal(String((await file.download())[0]), 'ours');
      const [metadata] = await file.getMetadata();
      assert.equal(metadata.contentType, 'image/jpeg');
      assert.equal((await storage.stat(key, ioContext()))?.etag, etagOf(Buffer.from('ours')));
      await file.save('theirs', { resumable: false, contentType: 'image/png' });
      assert.equal(String(await load(storage, key)), 'theirs');
      const blob = await storage.get(key, ioContext());
      assert.ok(blob?.body instanceof ReadableStream);
      assert.equal(blob.contentType, 'image/png');
      await blob.body.cancel();
    });
  });
}

async function startOwn(test: Lifetime): Promise<Emulator> {
  const server = await startGcsServer(test, ['pictures']);
  return { host: server.url, bucket: 'pictures', official: officialClient(server.url) };
}

async function makeBucket(host: string): Promise<Emulator> {
  const official = officialClient(host);
  const bucket = `test-${randomUUID()}`;
  await official.createBucket(bucket);
  return { host, bucket, official };
}

function officialClient(apiEndpoint: string): OfficialClient {
  return new OfficialClient({ apiEndpoint, projectId: 'test' });
}
