import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, it } from 'node:test';
import { AppError } from '../errors.ts';
import { withTimeout } from './deadline.ts';

const STAYS = new AbortController().signal;
const forever = (): Promise<never> => new Promise(() => {});

describe('withTimeout', () => {
  it('returns what the work returns', async () => {
    assert.equal(await withTimeout(STAYS, 60_000, 'work', async () => 'done'), 'done');
    assert.equal(await withTimeout(STAYS, 0, 'work', async () => 'done'), 'done');
  });

  it('rejects with the error of the work, thrown at once or later', async () => {
    await assert.rejects(
      withTimeout(STAYS, 60_000, 'work', () => Promise.reject(new Error('later'))),
      /later/,
    );
    await assert.rejects(
      withTimeout(STAYS, 60_000, 'work', () => {
        throw new Error('at once');
      }),
      /at once/,
    );
  });

  it('rejects with `timeout` and aborts the signal, though the work takes no notice', async () => {
    const signals: AbortSignal[] = [];
    const late = withTimeout(STAYS, 1, 'the work', (signal) => {
      signals.push(signal);
      return forever();
    });
    await assert.rejects(late, (error) => {
      assert.ok(error instanceof AppError);
      assert.deepEqual([error.code, error.status, error.publicMessage], ['timeout', 408, 'timeout']);
      assert.equal(error.detail, 'the work took over 1 ms');
      return true;
    });
    assert.equal(signals[0]?.aborted, true);
  });

  it('begins anew when the work gets on', async () => {
    // timers of the same length go off in the order in which they were started
    const length = 20;
    const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, length));
    const first = pause();
    const work = withTimeout(STAYS, length, 'work', async (signal, goOn) => {
      await first;
      const next = pause();
      goOn();
      await next;
      assert.equal(signal.aborted, false);
      await forever();
    });
    await assert.rejects(work, { code: 'timeout' });
  });

  it('takes 0 for no limit', async () => {
    const parent = new AbortController();
    const unlimited = withTimeout(parent.signal, 0, 'work', forever);
    // a limit of 0 ms would have passed before this timer
    await new Promise((resolve) => setTimeout(resolve, 5));
    parent.abort(new Error('by the parent alone'));
    await assert.rejects(unlimited, /by the parent alone/);
  });

  it("ends with its parent, for the parent's reason", async () => {
    const parent = new AbortController();
    const reason = new AppError('client-gone');
    const aborted = withTimeout(parent.signal, 60_000, 'work', forever);
    parent.abort(reason);
    await assert.rejects(aborted, (error) => error === reason);
  });

  it('does not begin under a parent that is aborted', async () => {
    const begun: unknown[] = [];
    const late = withTimeout(AbortSignal.abort(new Error('gone')), 0, 'work', async () => begun.push('work'));
    await assert.rejects(late, /gone/);
    assert.deepEqual(begun, []);
  });

  it('leaves no listener on its parent', async () => {
    const { signal } = new AbortController();
    await withTimeout(signal, 60_000, 'work', async () => 'done');
    await assert.rejects(withTimeout(signal, 1, 'work', forever));
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });
});
