import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createGate, type Gate } from '../../test/support/gate.ts';
import { type Account, MemoryBudget } from './memory-budget.ts';

const { signal } = new AbortController();

/** Work of 400 bytes and more may fill one half of it, of 100 all but 800 bytes. */
const MAX = 6_400;

/** Lets what can go on go on. */
const settle = (): Promise<void> => new Promise(setImmediate);

/** Work that takes bytes at once and lasts until it is told to end. */
function hold(budget: MemoryBudget, bytes: number, until?: Promise<void>): { end: Gate['open']; done: Promise<void> } {
  const gate = createGate();
  const done = budget.run(async (account) => {
    await account.open().reserve(bytes, signal);
    if (until) account.keepUntil(until);
    await gate.opened;
  });
  return { end: gate.open, done };
}

/** Whether work that wants so many bytes gets them now; it gives them back. */
async function fits(budget: MemoryBudget, bytes: number): Promise<boolean> {
  const client = new AbortController();
  const wanted = budget.run((account) => account.open().reserve(bytes, client.signal));
  const outcome = wanted.then(
    () => true,
    () => false,
  );
  await settle();
  client.abort(new Error('too long'));
  return outcome;
}

describe('MemoryBudget', () => {
  it('lets work have what there is room for, and the rest wait', async () => {
    const budget = new MemoryBudget(MAX);
    const oldest = hold(budget, 9_000); // apart from the others
    const [first, second, third] = [hold(budget, 1_600), hold(budget, 1_600), hold(budget, 500)];
    await settle();
    assert.equal(budget.used, 9_000 + 3_200);
    second.end();
    await second.done;
    await settle();
    assert.equal(budget.used, 9_000 + 2_100);
    for (const { end } of [oldest, first, third]) end();
    await Promise.all([oldest.done, first.done, third.done]);
    assert.equal(budget.used, 0);
  });

  it('leaves room for small work, which large sources that come slowly cannot fill', async () => {
    const budget = new MemoryBudget(MAX);
    const client = new AbortController();
    const first = hold(budget, 10); // who may have all that it wants
    // byte by byte, as far as they get
    const slow = Array.from({ length: 60 }, () =>
      budget.run(async (account) => {
        const portion = account.open();
        for (;;) await portion.take(10, client.signal);
      }),
    );
    for (let round = 0; round < 100; round++) await settle();
    assert.equal(await fits(budget, 500), false);
    assert.equal(await fits(budget, 30), true);
    client.abort(new Error('enough'));
    for (const one of slow) await assert.rejects(one, /enough/);
    first.end();
    await first.done;
    assert.equal(budget.used, 0);
  });

  it('gives who came first all that it needs, and then the next', async () => {
    const budget = new MemoryBudget(MAX);
    const [first, second] = [createGate(), createGate()];
    const older = budget.run(async (account) => {
      const portion = account.open();
      assert.equal(portion.take(6_000, signal), undefined);
      await first.opened;
      assert.equal(portion.take(40_000, signal), undefined);
    });
    const younger = budget.run(async (account) => {
      const portion = account.open();
      portion.take(40, signal);
      const waiting = portion.take(4_000, signal); // it holds something, and waits all the same
      assert.ok(waiting);
      first.open();
      await waiting;
      assert.equal(portion.take(50_000, signal), undefined, 'the first now');
      await second.opened;
    });
    await older;
    second.open();
    await younger;
    assert.equal(budget.used, 0);
  });

  it('lets large work have its turn, however much small work keeps coming', async () => {
    const budget = new MemoryBudget(MAX);
    const early = Array.from({ length: 40 }, () => hold(budget, 100));
    await settle();
    const large = hold(budget, 6_000);
    for (const { end, done } of early) {
      const late = hold(budget, 100);
      await settle();
      end();
      await done;
      late.end();
      await late.done;
    }
    await settle();
    assert.equal(budget.used, 6_000);
    large.end();
    await large.done;
  });

  it('counts sources apart that are loaded for one picture at the same time', async () => {
    const budget = new MemoryBudget(MAX);
    await budget.run(async (account) => {
      const [source, overlay] = [account.open(), account.open()];
      await Promise.all([source.reserve(300, signal), overlay.reserve(300, signal)]);
      assert.equal(budget.used, 600);
      source.take(300, signal);
      assert.equal(budget.used, 600, 'what was set aside is there');
      source.take(5, signal);
      assert.equal(budget.used, 605);
      overlay.drop(); // it broke off
      assert.equal(budget.used, 305);
      await overlay.reserve(100, signal);
      await overlay.reserve(100, signal); // of the same body
      assert.equal(budget.used, 405);
    });
    assert.equal(budget.used, 0);
  });

  it('counts what is still being saved', async () => {
    const budget = new MemoryBudget(MAX);
    const saving = createGate();
    const work = hold(budget, 4_800, saving.opened);
    work.end();
    await work.done;
    assert.equal(budget.used, 4_800);
    const other = hold(budget, 10);
    await settle();
    saving.open();
    await settle();
    assert.equal(budget.used, 10);
    other.end();
    await other.done;
  });

  it('counts nothing of work that is over, whatever still arrives of it', async () => {
    const budget = new MemoryBudget(MAX);
    let late: ReturnType<Account['open']> | undefined;
    await assert.rejects(
      budget.run(async (account) => {
        late = account.open();
        late.take(1_000, signal);
        throw new Error('broken');
      }),
      /broken/,
    );
    assert.equal(budget.used, 0);
    late?.take(1_000, signal);
    await late?.reserve(1_000, signal);
    late?.drop();
    assert.equal(budget.used, 0);
  });

  it('lets nobody wait who has left, nor others behind them', async () => {
    const budget = new MemoryBudget(MAX);
    const first = hold(budget, 4_800);
    await settle();
    const client = new AbortController();
    const gone = budget.run((account) => account.open().reserve(4_800, client.signal));
    const next = hold(budget, 4_800);
    await settle();
    client.abort(new Error('gone'));
    await assert.rejects(gone, /gone/);
    await assert.rejects(
      budget.run((account) => account.open().reserve(1, client.signal)),
      /gone/,
    );
    first.end();
    await first.done;
    await settle();
    assert.equal(budget.used, 4_800);
    next.end();
    await next.done;
    assert.equal(budget.used, 0);
  });

  it('has no limit at 0', async () => {
    const budget = new MemoryBudget(0);
    const many = Array.from({ length: 100 }, () => hold(budget, 1e9));
    await settle();
    assert.equal(budget.used, 1e11);
    for (const { end } of many) end();
    await Promise.all(many.map(({ done }) => done));
  });
});
