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
    const [first, second, third] = [work(60), work(40), work(10)];
    const runs = [first.run(budget), second.run(budget), third.run(budget)];
    await new Promise(setImmediate);
    assert.deepEqual(
      [first, second, third].map(({ state }) => state.begun),
      [true, true, false],
    );
    assert.equal(budget.used, 100);
    first.end();
    await runs[0];
    third.end();
    await runs[2];
    second.end();
    await runs[1];
    assert.equal(budget.used, 0);
  });

  it('gives what arrives unannounced to the oldest, and to others as far as there is room', async () => {
    const budget = new MemoryBudget(100);
    const [first, second] = [createGate(), createGate()];
    const refused = { code: 'unavailable', detail: /IMAGOR_SOURCE_MEMORY/ };
    const older = budget.run(signal, async ({ take }) => {
      take(60);
      await first.opened;
      take(60);
      assert.equal(budget.used, 150);
    });
    const younger = budget.run(signal, async ({ take }) => {
      take(30);
      assert.throws(() => take(11), refused);
      assert.equal(budget.used, 90, 'what was refused does not count');
      first.open();
      await older;
      take(1000); // the oldest now
      await second.opened;
    });
    await older;
    second.open();
    await younger;
    assert.equal(budget.used, 0);
  });

  it('lets those wait for room that have nothing yet, and no others', async () => {
    const budget = new MemoryBudget(100);
    const end = createGate();
    const older = budget.run(signal, async ({ reserve, take }) => {
      await reserve(70, signal);
      take(70);
      await end.opened;
    });
    const events: string[] = [];
    const large = budget.run(signal, async ({ reserve }) => {
      await reserve(40, signal);
      events.push('large');
    });
    const small = budget.run(signal, async ({ reserve, take }) => {
      await reserve(20, signal);
      take(20);
      await assert.rejects(reserve(20, signal), { code: 'unavailable' });
      events.push('small');
    });
    await small;
    end.open();
    await Promise.all([older, large]);
    assert.deepEqual(events, ['small', 'large']);
    assert.equal(budget.used, 0);
  });

  it('takes what is set aside out of that, once', async () => {
    const budget = new MemoryBudget(100);
    await budget.run(signal, async ({ reserve, take }) => {
      await reserve(50, signal);
      await reserve(50, signal); // of the same body
      take(30);
      take(-30); // it broke off, and another is asked
      assert.equal(budget.used, 20);
      await reserve(50, signal);
      take(50);
      assert.equal(budget.used, 50);
      take(5);
      assert.equal(budget.used, 55);
    });
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
