import assert from 'node:assert/strict';
import { createMemoryStorage } from '../../src/storages/memory.ts';
import { describeLoader, ioContext, type LoaderFixture } from './loader-contract.ts';
import { describeStorage, type StorageFixture } from './storage-contract.ts';

const MAX_BYTES = 100_000_000;

async function makeFixture(): Promise<LoaderFixture & StorageFixture> {
  const storage = createMemoryStorage({ maxBytes: MAX_BYTES });
  const assertWithinBudget = async (): Promise<void> => assert.ok(storage.usedBytes <= MAX_BYTES);
  return {
    storage,
    loader: storage,
    isInstant: true,
    keepsContentType: true,
    seed: (key, bytes) => storage.put(key, { body: bytes }, ioContext()),
    close: async () => storage.close?.(),
    // it has no place that anything could be outside of
    assertOutsideUntouched: assertWithinBudget,
    assertNoLeftovers: assertWithinBudget,
  };
}

describeLoader('memory storage', makeFixture);
describeStorage('memory storage', makeFixture);
