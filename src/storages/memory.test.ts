import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { etagOf } from '../core/etag.ts';
import type { IoContext, Storage } from '../core/ports.ts';
import { createMemoryStorage } from './memory.ts';

const context: IoContext = { signal: new AbortController().signal, headers: new Headers() };

/** What an object costs beside its body, at most, with the keys used here. */
const OVERHEAD = 1_100;

test('is a cache, and gives back the very bytes with type, size, date and etag', async () => {
  const storage = createMemoryStorage({ maxBytes: 10_000, now: () => 1_700_000_000_000 });
  assert.ok(storage.isCache);
  const body = new Uint8Array([1, 2, 3]);
  await storage.put('a', { body, contentType: 'image/webp' }, context);
  const stat = { size: 3, modifiedAt: new Date(1_700_000_000_000), etag: etagOf(body) };
  const blob = await storage.get('a', context);
  assert.deepEqual(blob, { body, contentType: 'image/webp', stat });
  assert.equal(blob?.body, body);
  assert.deepEqual(await storage.stat('a', context), stat);
});

test('keeps the etag and the date that came with an object from a slower storage', async () => {
  const storage = createMemoryStorage({ maxBytes: 10_000 });
  const stat = { size: 99, modifiedAt: new Date(1_600_000_000_000), etag: '"of the bucket"' };
  await storage.put('a', { body: new Uint8Array(3), stat }, context);
  assert.deepEqual(await storage.stat('a', context), { ...stat, size: 3 });
});

test('counts older objects as absent, by the date that they came with, and forgets them', async () => {
  let time = 1_700_000_000_000;
  const storage = createMemoryStorage({ maxBytes: 10_000, expirationMs: 60_000, now: () => time });
  await storage.put('made here', { body: new Uint8Array(1) }, context);
  await storage.put('older', { body: new Uint8Array(1), stat: { modifiedAt: new Date(time - 30_000) } }, context);
  time += 30_001;
  await assert.rejects(storage.get('older', context), { code: 'not-found' });
  assert.ok(await storage.get('made here', context));
  time += 29_999;
  assert.ok(await storage.stat('made here', context));
  time += 1;
  for (const ask of [storage.stat, storage.get]) {
    await assert.rejects(async () => ask('made here', context), { code: 'not-found' });
  }
  assert.equal(storage.usedBytes, 0);
});

test('forgets what was read longest ago when it is full; a look at the stat is no reading', async () => {
  const storage = createMemoryStorage({ maxBytes: 3 * (1_000 + OVERHEAD) });
  for (const key of ['a', 'b', 'c']) await storage.put(key, { body: new Uint8Array(1_000) }, context);
  await storage.get('a', context);
  await storage.getIfChanged('b', { modifiedAt: new Date() }, context);
  await storage.stat('c', context);
  await storage.put('d', { body: new Uint8Array(1_000) }, context);
  assert.deepEqual(await present(storage, ['a', 'b', 'c', 'd']), ['a', 'b', 'd']);
});

test('does not keep what is larger than all of its room, nor the object that this replaces', async () => {
  const storage = createMemoryStorage({ maxBytes: 20_000 });
  for (const key of ['a', 'b']) await storage.put(key, { body: new Uint8Array(1_000) }, context);
  await storage.put('a', { body: new Uint8Array(19_999) }, context);
  assert.deepEqual(await present(storage, ['a', 'b']), ['b']);
});

test('copies a small part of a large buffer, and counts all that others keep in memory', async () => {
  const storage = createMemoryStorage({ maxBytes: 10_000_000 });
  const large = Buffer.alloc(5_000_000, 'a');
  await storage.put('part', { body: large.subarray(10, 110) }, context);
  const part = (await storage.get('part', context))?.body;
  assert.ok(part instanceof Uint8Array);
  assert.equal(part.buffer.byteLength, 100);
  assert.equal(Buffer.from(part).toString(), 'a'.repeat(100));
  assert.ok(storage.usedBytes < 100 + OVERHEAD);
  await storage.put('most', { body: large.subarray(500_000) }, context);
  assert.ok(storage.usedBytes > 5_000_000);
});

test('counts keys and bookkeeping', async () => {
  const storage = createMemoryStorage({ maxBytes: 1_000_000 });
  for (let index = 0; index < 2_000; index++) await storage.put(`${index}`, { body: new Uint8Array(0) }, context);
  const keys = Array.from({ length: 2_000 }, (_, index) => `${index}`);
  assert.ok((await present(storage, keys)).length < 1_000);
  await storage.put('k'.repeat(600_000), { body: new Uint8Array(0) }, context);
  assert.ok(storage.usedBytes <= 1_000_000);
});

test('lets go of everything when it is closed', async () => {
  const storage = createMemoryStorage({ maxBytes: 10_000 });
  await storage.put('a', { body: new Uint8Array(1) }, context);
  await storage.close?.();
  assert.equal(storage.usedBytes, 0);
});

test('never holds more than its budget, and always the object that was put last under a key, if any', async () => {
  const key = fc.constantFrom('a', 'b', 'ü', 'a/b');
  const step = fc.oneof(
    fc.record({ what: fc.constant('put' as const), key, size: fc.nat(6_000), spare: fc.constantFrom(0, 10, 20_000) }),
    fc.record({ what: fc.constantFrom('get' as const, 'delete' as const), key, size: fc.constant(0) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(16_000), fc.array(step, { maxLength: 40 }), async (maxBytes, steps) => {
      const storage = createMemoryStorage({ maxBytes });
      const last = new Map<string, Uint8Array>();
      for (const [index, { what, key: name, size, ...rest }] of steps.entries()) {
        if (what === 'put') {
          const body = new Uint8Array(size + ('spare' in rest ? rest.spare : 0)).subarray(0, size).fill(index);
          await storage.put(name, { body }, context);
          last.set(name, body);
          const fits = size * 1.25 + OVERHEAD <= maxBytes;
          if (fits) assert.deepEqual(await present(storage, [name]), [name]);
        } else if (what === 'delete') {
          await storage.delete(name, context);
          last.delete(name);
        }
        let held = 0;
        for (const one of await present(storage, ['a', 'b', 'ü', 'a/b'])) {
          const blob = await storage.get(one, context);
          assert.ok(blob?.body instanceof Uint8Array);
          assert.ok(Buffer.from(last.get(one) ?? 'none').equals(blob.body), one);
          held += blob.body.buffer.byteLength;
        }
        assert.ok(held <= storage.usedBytes && storage.usedBytes <= maxBytes);
      }
    }),
    { numRuns: 200 },
  );
});

/** Which of these objects it has. */
async function present(storage: Storage, keys: readonly string[]): Promise<string[]> {
  const found = await Promise.allSettled(keys.map((key) => storage.stat(key, context)));
  return keys.filter((_, index) => found[index]?.status === 'fulfilled');
}
