import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError } from '../errors.ts';
import { readBlob } from './blob.ts';

/** A stream of chunks of `a`, and whether it was cancelled. */
function streamOf(...sizes: readonly number[]) {
  const left = [...sizes];
  const state = { cancelled: false, delivered: 0 };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const size = left.shift();
        if (size === undefined) return controller.close();
        state.delivered += size;
        controller.enqueue(Buffer.alloc(size, 'a'));
      },
      cancel() {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, state };
}

const isTooLarge = (error: unknown): boolean => error instanceof AppError && error.code === 'max-size-exceeded';

describe('readBlob', () => {
  it('hands out bytes as they are, without a copy', async () => {
    const body = new Uint8Array([1, 2, 3]);
    assert.equal(await readBlob({ body }), body);
  });

  it('puts a stream together', async () => {
    assert.deepEqual(Buffer.from(await readBlob(streamOf(3, 0, 2))), Buffer.from('aaaaa'));
    assert.deepEqual(Buffer.from(await readBlob(streamOf(4))), Buffer.from('aaaa'));
    assert.equal((await readBlob(streamOf())).length, 0);
  });

  it('allows as many bytes as the limit says, and not one more', async () => {
    assert.equal((await readBlob({ body: new Uint8Array(10) }, 10)).length, 10);
    await assert.rejects(readBlob({ body: new Uint8Array(11) }, 10), isTooLarge);
    assert.equal((await readBlob(streamOf(5, 5), 10)).length, 10);
    await assert.rejects(readBlob(streamOf(5, 5, 1), 10), isTooLarge);
  });

  it('counts what arrives, not what was declared, and cancels the stream at once', async () => {
    const { body, state } = streamOf(6, 6, 1_000_000);
    await assert.rejects(readBlob({ body, stat: { size: 3 } }, 10), isTooLarge);
    assert.deepEqual(state, { cancelled: true, delivered: 12 });
  });

  it('fails as the stream fails', async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array(1));
        controller.error(new Error('connection reset'));
      },
    });
    await assert.rejects(readBlob({ body }), /connection reset/);
  });
});
