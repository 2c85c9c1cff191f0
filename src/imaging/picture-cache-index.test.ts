import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PictureIndex } from './picture-cache-index.ts';

/** What the index is to be like, in the plainest terms. */
class Model {
  entries: { key: string; value: number; bytes: number; expiresAt: number }[] = [];
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  use(key: string, now: number): number | undefined {
    const found = this.entries.find((entry) => entry.key === key);
    this.entries = this.entries.filter((entry) => entry !== found);
    if (!found || found.expiresAt <= now) return undefined;
    this.entries.push(found);
    return found.value;
  }

  put(key: string, value: number, bytes: number, expiresAt: number, now: number): void {
    if (bytes > this.maxBytes) return;
    this.entries = this.entries.filter((entry) => entry.key !== key && entry.expiresAt > now);
    this.entries.push({ key, value, bytes, expiresAt });
    while (this.bytes > this.maxBytes) this.entries.shift();
  }

  get bytes(): number {
    return this.entries.reduce((sum, { bytes }) => sum + bytes, 0);
  }
}

/** Numbers below `limit` that look like chance and are the same each time (Numerical Recipes' generator). */
function chance(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

describe('PictureIndex', () => {
  it('does as a model does, whatever is asked of it', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const pick = chance(seed);
      let now = 0;
      const alive = new Set<number>();
      const model = new Model(100);
      const index = new PictureIndex<number>({
        maxBytes: 100,
        now: () => now,
        onDrop: (value) => assert.ok(alive.delete(value), 'dropped once only'),
      });
      for (let step = 0; step < 500; step += 1) {
        const key = `k${pick(8)}`;
        now += pick(3);
        switch (pick(4)) {
          case 0:
          case 1: {
            const [bytes, lifeMs] = [pick(120), pick(2) === 0 ? Number.POSITIVE_INFINITY : pick(40)];
            if (index.put(key, step, bytes, lifeMs)) alive.add(step);
            if (lifeMs === 0 && bytes <= 100) assert.equal(index.peek(key), undefined);
            model.put(key, step, bytes, now + lifeMs, now);
            break;
          }
          case 2:
            assert.equal(index.use(key), model.use(key, now));
            break;
          default:
            index.delete(key);
            model.entries = model.entries.filter((entry) => entry.key !== key);
        }
        assert.equal(index.bytes, model.bytes);
        assert.ok(index.bytes <= 100);
        assert.deepEqual([...alive].sort(), model.entries.map(({ value }) => value).sort());
        assert.equal(index.size, alive.size);
      }
    }
  });

  it('looks without counting it as a use', () => {
    const dropped: string[] = [];
    const index = new PictureIndex<string>({ maxBytes: 2, onDrop: (value) => dropped.push(value) });
    index.put('a', 'A', 1, Number.POSITIVE_INFINITY);
    index.put('b', 'B', 1, Number.POSITIVE_INFINITY);
    assert.equal(index.peek('a'), 'A');
    index.put('c', 'C', 1, Number.POSITIVE_INFINITY);
    assert.deepEqual(dropped, ['A']);
    assert.equal(index.use('b'), 'B');
    index.put('d', 'D', 1, Number.POSITIVE_INFINITY);
    assert.deepEqual(dropped, ['A', 'C']);
  });
});
