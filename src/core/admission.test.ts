import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError } from '../errors.ts';
import { Admission } from './admission.ts';

const STAYS = new AbortController().signal;

/** Work that ends when the test says so, and tells when it has begun. */
function job(admission: Admission, signal: AbortSignal = STAYS) {
  let begun = false;
  let end: () => void = () => {};
  const done = admission.run(signal, () => {
    begun = true;
    return new Promise<void>((resolve) => {
      end = resolve;
    });
  });
  return { done, hasBegun: () => begun, end: () => end() };
}

/** Lets everything happen that can happen by itself. */
const settle = (): Promise<void> => new Promise(setImmediate);

const isTooMany = (error: unknown): boolean => error instanceof AppError && error.code === 'too-many-requests';

describe('Admission', () => {
  it('lets so many work and so many wait, and turns the rest away at once', async () => {
    const admission = new Admission({ concurrency: 2, queueSize: 3 });
    const jobs = Array.from({ length: 5 }, () => job(admission));
    assert.ok(admission.isFull);
    await assert.rejects(job(admission).done, isTooMany);
    await settle();
    assert.deepEqual(admission.load, { working: 2, waiting: 3 });
    assert.deepEqual(
      jobs.map(({ hasBegun }) => hasBegun()),
      [true, true, false, false, false],
    );
    for (const { end, done } of jobs) {
      end();
      await done;
      await settle();
      assert.ok(!admission.isFull);
    }
    assert.deepEqual(admission.load, { working: 0, waiting: 0 });
  });

  it('serves the queue in order', async () => {
    const admission = new Admission({ concurrency: 1, queueSize: 10 });
    const order: number[] = [];
    await Promise.all([1, 2, 3, 4].map((n) => admission.run(STAYS, async () => void order.push(n))));
    assert.deepEqual(order, [1, 2, 3, 4]);
  });

  it('gives a place back when the work fails', async () => {
    const admission = new Admission({ concurrency: 1, queueSize: 0 });
    await assert.rejects(
      admission.run(STAYS, () => Promise.reject(new Error('broken'))),
      /broken/,
    );
    assert.equal(await admission.run(STAYS, async () => 'works'), 'works');
  });

  it('lets go of a place in the queue when its request is aborted', async () => {
    const admission = new Admission({ concurrency: 1, queueSize: 1 });
    const client = new AbortController();
    const working = job(admission);
    const leaving = job(admission, client.signal);
    client.abort(new Error('gone'));
    await assert.rejects(leaving.done, /gone/);
    const next = job(admission);
    working.end();
    await working.done;
    await settle();
    assert.deepEqual([leaving.hasBegun(), next.hasBegun()], [false, true]);
    next.end();
    await next.done;
    assert.deepEqual(admission.load, { working: 0, waiting: 0 });
  });

  it('does not begin work for a request that is already aborted', async () => {
    const admission = new Admission({ concurrency: 1, queueSize: 1 });
    const gone = job(admission, AbortSignal.abort(new Error('gone')));
    await assert.rejects(gone.done, /gone/);
    assert.equal(gone.hasBegun(), false);
    const working = job(admission);
    await assert.rejects(job(admission, AbortSignal.abort(new Error('gone'))).done, /gone/);
    assert.deepEqual(admission.load, { working: 1, waiting: 0 });
    working.end();
    await working.done;
  });

  it('turns nobody away without bounds', async () => {
    const admission = new Admission({ concurrency: Number.POSITIVE_INFINITY, queueSize: 0 });
    const jobs = Array.from({ length: 500 }, () => job(admission));
    assert.equal(admission.load.working, 500);
    await settle();
    for (const { end } of jobs) end();
    await Promise.all(jobs.map(({ done }) => done));
  });
});
