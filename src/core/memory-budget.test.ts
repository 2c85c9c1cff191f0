import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createGate } from '../../test/support/gate.ts';
import { MemoryBudget } from './memory-budget.ts';

const { signal } = new AbortController();

/** Work that takes bytes and lasts until it is told to end. */
function work(bytes: number) {
  const gate = createGate();
  const state = { begun: false };
  return {
    state,
    end: gate.open,
    run: (budget: MemoryBudget, until?: Promise<void>): Promise<void> =>
      budget.run(signal, async (account) => {
        state.begun = true;
        account.take(bytes);
        if (until) account.keepUntil(until);
        await gate.opened;
      }),
  };
}

describe('MemoryBudget', () => {
  it('lets work begin while there is room, and the rest wait', async () => {
    const budget = new MemoryBudget(100);
    const [first, second, third] = [work(60), work(60), work(10)];
    const runs = [first.run(budget), second.run(budget), third.run(budget)];
    await new Promise(setImmediate);
    assert.deepEqual(
      [first, second, third].map(({ state }) => state.begun),
      [true, true, false],
    );
    assert.equal(budget.used, 120);
    first.end();
    await runs[0];
    third.end();
    await runs[2];
    second.end();
    await runs[1];
    assert.equal(budget.used, 0);
  });

  it('gives a source larger than everything its turn', async () => {
    const budget = new MemoryBudget(10);
    const large = work(1000);
    large.end();
    await large.run(budget);
    assert.equal(budget.used, 0);
  });

  it('counts what is still being saved', async () => {
    const budget = new MemoryBudget(10);
    const saving = createGate();
    const [first, second] = [work(10), work(1)];
    first.end();
    second.end();
    await first.run(budget, saving.opened);
    const waiting = second.run(budget);
    await new Promise(setImmediate);
    assert.equal(second.state.begun, false);
    saving.open();
    await waiting;
    assert.equal(budget.used, 0);
  });

  it('gives bytes back when work fails', async () => {
    const budget = new MemoryBudget(10);
    await assert.rejects(
      budget.run(signal, async (account) => {
        account.take(10);
        throw new Error('broken');
      }),
      /broken/,
    );
    assert.equal(budget.used, 0);
  });

  it('lets nobody wait who has left', async () => {
    const budget = new MemoryBudget(10);
    const first = work(10);
    const running = first.run(budget);
    const client = new AbortController();
    const waiting = budget.run(client.signal, () => assert.fail('nobody waits for this'));
    client.abort(new Error('gone'));
    await assert.rejects(waiting, /gone/);
    first.end();
    await running;
  });

  it('has no limit at 0', async () => {
    const budget = new MemoryBudget(0);
    const many = Array.from({ length: 100 }, () => work(1e9));
    const runs = many.map((one) => one.run(budget));
    await Promise.resolve();
    assert.ok(many.every(({ state }) => state.begun));
    for (const { end } of many) end();
    await Promise.all(runs);
  });
});
