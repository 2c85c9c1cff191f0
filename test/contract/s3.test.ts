import assert from 'node:assert/strict';
import { after } from 'node:test';
import { makeBucket, makeStorage, type S3Target, startTargets } from '../support/s3-server/s3-target.ts';
import { describeLoader, ioContext, type LoaderFixture, SECRET } from './loader-contract.ts';
import { describeStorage, type StorageFixture } from './storage-contract.ts';

const SECRETS = ['base-sibling/secret.txt', 'secret.txt'];

async function makeFixture(target: S3Target): Promise<LoaderFixture & StorageFixture> {
  const closers: (() => Promise<unknown>)[] = [];
  const _lifetime = { after: (close: () => Promise<unknown>) => void closers.push(close) };
  const bucket = await makeBucket(target);
  for (const secret of SECRETS) await bucket.put(secret, SECRET);
  const storage = await makeStorage(target, { bucket: bucket.name, baseDir: 'base' });
  return {
    storage,
    loader: storage,
    seed: (key, bytes) => storage.put(key, { body: bytes }, ioContext()),
    assertOutsideUntouched: async () => {
      assert.deepEqual(
        (await bucket.keys()).filter((key) => !key.startsWith('base/')),
        SECRETS,
      );
      for (const secret of SECRETS) assert.ok((await bucket.get(secret)).equals(SECRET));
    },
    assertNoLeftovers: async () => {
      const keys = await bucket.keys('base/');
      assert.deepEqual(
        keys.filter((key) => key.includes('tmp')),
        [],
      );
    },
    close: async () => {
      for (const close of closers) await close();
    },
  };
}

for (const target of await startTargets({ after })) {
  describeLoader(target.name, () => makeFixture(target));
  describeStorage(target.name, () => makeFixture(target));
}
