import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Storage } from '../../src/core/ports.ts';
import { AppError } from '../../src/errors.ts';
import { HOSTILE_KEYS, ioContext, load } from './loader-contract.ts';

/** A storage over something real. */
export interface StorageFixture {
  readonly storage: Storage;
  /** Throws when something outside of the storage's place has been changed or made. */
  assertOutsideUntouched(): Promise<void>;
  /** Throws when anything but whole objects is in its place. */
  assertNoLeftovers(): Promise<void>;
  close(): Promise<void>;
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
        const body = await load(storage, 'shared.jpg');
        assert.equal(body.length, SIZE);
        assert.ok(body.every((byte) => byte === body[0]));
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
      await assert.rejects(onTheWay, reason);
      assert.equal((await load(storage, 'kept.jpg')).toString(), 'old');
      await fixture.assertNoLeftovers();
    });

    test('writes and deletes nothing outside of its place', async () => {
      for (const key of HOSTILE_KEYS) {
        await refusedOrDone(put(key, 'intruder'), key);
        await refusedOrDone(storage.delete(key, ioContext()), key);
      }
      await fixture.assertOutsideUntouched();
    });
  });
}

/** A hostile key may be refused, or mean an object inside; nothing else. */
async function refusedOrDone(attempt: Promise<void>, key: string): Promise<void> {
  try {
    await attempt;
  } catch (error) {
    assert.ok(error instanceof AppError, `${JSON.stringify(key)}: ${String(error)}`);
  }
}
