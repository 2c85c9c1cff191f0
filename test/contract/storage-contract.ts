import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Storage } from '../../src/core/ports.ts';
import { AppError } from '../../src/errors.ts';
import { describeConditionalReads } from './conditional-contract.ts';
import { HOSTILE_KEYS, ioContext, load, outcome, SECRET, shown } from './loader-contract.ts';

/** A storage over something real. */
export interface StorageFixture {
  readonly storage: Storage;
  /** Throws when something outside of the storage's place has been changed or made. */
  assertOutsideUntouched(): Promise<void>;
  /** Throws when anything but whole objects is in its place. */
  assertNoLeftovers(): Promise<void>;
  close(): Promise<void>;
  /** Gives objects back with the type that they were put with; others give none, or that one. */
  readonly keepsContentType?: boolean;
  /** Has dates alone to tell versions apart. */
  readonly hasNoEtags?: boolean;
  /** Whatever is begun is done before anybody could abort it: there is nothing to wait for. */
  readonly isInstant?: boolean;
}

const SIZE = 300_000;

/**
 * Registers the tests that every storage passes, beside those of loaders.
 *
 * @param makeFixture called once for the suite.
 */
export function describeStorage(name: string, makeFixture: () => Promise<StorageFixture>): void {
  describe(`${name} as a storage`, () => {
    let fixture: StorageFixture;
    let storage: Storage;
    before(async () => {
      fixture = await makeFixture();
      storage = fixture.storage;
    });
    after(() => fixture.close());

    const put = (key: string, text: string): Promise<void> =>
      storage.put(key, { body: Buffer.from(text) }, ioContext());

    test('gives back what was put', async () => {
      await put('made/on demand/ü.jpg', 'first');
      assert.equal((await load(storage, 'made/on demand/ü.jpg')).toString(), 'first');
      assert.equal((await storage.stat('made/on demand/ü.jpg', ioContext()))?.size, 5);
    });

    test('overwrites', async () => {
      await put('over.jpg', 'a longer first text');
      await put('over.jpg', 'second');
      assert.equal((await load(storage, 'over.jpg')).toString(), 'second');
      assert.equal((await storage.stat('over.jpg', ioContext()))?.size, 6);
    });

    test('keeps the type, or none', async () => {
      await storage.put('typed', { body: Buffer.from('x'), contentType: 'image/webp' }, ioContext());
      const blob = await storage.get('typed', ioContext());
      if (blob?.body instanceof ReadableStream) await blob.body.cancel();
      if (fixture.keepsContentType || blob?.contentType !== undefined) assert.equal(blob?.contentType, 'image/webp');
    });

    test('keeps 5 MB, and a part of a larger buffer, as they are', async () => {
      const bytes = randomBytes(5_000_000);
      await storage.put('large.bin', { body: bytes }, ioContext());
      assert.ok(bytes.equals(await load(storage, 'large.bin')));
      const part = bytes.subarray(1_000, 1_100);
      await storage.put('part.bin', { body: part }, ioContext());
      assert.ok(part.equals(await load(storage, 'part.bin')));
      assert.equal((await storage.stat('part.bin', ioContext()))?.size, 100);
    });

    test('deletes, and minds nothing that is not there', async () => {
      await put('gone/soon.jpg', 'x');
      await storage.delete('gone/soon.jpg', ioContext());
      await assert.rejects(load(storage, 'gone/soon.jpg'), { code: 'not-found' });
      await storage.delete('gone/soon.jpg', ioContext());
      await storage.delete('never/was/there.jpg', ioContext());
    });

    test('keeps result keys with filters, and an empty object', async () => {
      const key = 'fit-in/200x300/filters:format(jpeg):fill(white)/folder/a b.jpg';
      await put(key, 'result');
      assert.equal((await load(storage, key)).toString(), 'result');
      await put('nothing.jpg', '');
      assert.equal((await load(storage, 'nothing.jpg')).length, 0);
      assert.equal((await storage.stat('nothing.jpg', ioContext()))?.size, 0);
    });

    test('shows readers the old object or the new one, never a mixture', async () => {
      const letters = ['a', 'b', 'c', 'd', 'e', 'f'];
      await put('shared.jpg', 'z'.repeat(SIZE));
      const writing = Promise.all(letters.map((letter) => put('shared.jpg', letter.repeat(SIZE))));
      let isWriting = true;
      const finished = writing.finally(() => {
        isWriting = false;
      });
      do {
        for (const body of await Promise.all([load(storage, 'shared.jpg'), load(storage, 'shared.jpg')])) {
          assert.equal(body.length, SIZE);
          assert.ok(body.equals(Buffer.alloc(SIZE, body.subarray(0, 1))));
        }
      } while (isWriting);
      await finished;
      assert.ok(letters.includes((await load(storage, 'shared.jpg')).toString('latin1', 0, 1)));
      await fixture.assertNoLeftovers();
    });

    test('leaves the old object when a put is aborted', async () => {
      await put('kept.jpg', 'old');
      const reason = new Error('enough');
      const aborted = storage.put('kept.jpg', { body: Buffer.from('new') }, ioContext(AbortSignal.abort(reason)));
      await assert.rejects(aborted, reason);
      const controller = new AbortController();
      const body = Buffer.alloc(30_000_000, 'n');
      const onTheWay = storage.put('kept.jpg', { body }, ioContext(controller.signal));
      setImmediate(() => controller.abort(reason));
      if (fixture.isInstant) {
        await onTheWay;
        assert.ok(body.equals(await load(storage, 'kept.jpg')));
      } else {
        await assert.rejects(onTheWay, reason);
        assert.equal((await load(storage, 'kept.jpg')).toString(), 'old');
      }
      await fixture.assertNoLeftovers();
    });

    test('deletes nothing for who has gone', async () => {
      await put('kept.jpg', 'old');
      const reason = new Error('enough');
      await assert.rejects(storage.delete('kept.jpg', ioContext(AbortSignal.abort(reason))), reason);
      assert.equal((await load(storage, 'kept.jpg')).toString(), 'old');
    });

    test('writes, reads and deletes nothing outside of its place', async () => {
      for (const key of HOSTILE_KEYS) {
        await refusedOrDone(put(key, 'intruder'), key);
        const found = await outcome(storage.get(key, ioContext()));
        if (found instanceof Uint8Array) assert.ok(!SECRET.equals(found), `${shown(key)} was loaded`);
        await refusedOrDone(storage.delete(key, ioContext()), key);
      }
      await fixture.assertOutsideUntouched();
    });

    describeConditionalReads(() => fixture);
  });
}

/** A hostile key may be refused, or mean an object inside; nothing else. */
async function refusedOrDone(attempt: Promise<void>, key: string): Promise<void> {
  try {
    await attempt;
  } catch (error) {
    assert.ok(error instanceof AppError, `${shown(key)}: ${String(error)}`);
  }
}
