import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unlessAborted } from './unless-aborted.ts';

const NEVER = new Promise<never>(() => {});

describe('unlessAborted', () => {
  it('settles like the work', async () => {
    const { signal } = new AbortController();
    assert.equal(await unlessAborted(Promise.resolve(1), signal), 1);
    await assert.rejects(unlessAborted(Promise.reject(new Error('broken')), signal), /broken/);
  });

  it('waits no longer than the signal allows', async () => {
    const controller = new AbortController();
    const waiting = unlessAborted(NEVER, controller.signal);
    controller.abort(new Error('gone'));
    await assert.rejects(waiting, /gone/);
    await assert.rejects(unlessAborted(NEVER, controller.signal), /gone/);
  });

  it('minds no failure of work that was given up', async () => {
    const controller = new AbortController();
    let fail: (error: Error) => void = () => {};
    const work = new Promise<never>((_, reject) => {
      fail = reject;
    });
    const waiting = unlessAborted(work, controller.signal);
    controller.abort(new Error('gone'));
    fail(new Error('late'));
    await assert.rejects(waiting, /gone/);
  });
});
