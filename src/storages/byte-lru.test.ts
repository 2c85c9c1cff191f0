import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteLru } from './byte-lru.ts';

test('forgets what was used longest ago, and only as much as it must', () => {
  const lru = new ByteLru<string>(10);
  for (const key of ['a', 'b', 'c']) lru.set(key, key, 3);
  lru.get('a');
  lru.peek('b');
  lru.set('d', 'd', 4);
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((key) => lru.peek(key)),
    ['a', undefined, 'c', 'd'],
  );
  assert.equal(lru.usedBytes, 10);
});

test('does not keep what is larger than itself, nor what that replaces, and makes no room for it', () => {
  const lru = new ByteLru<string>(10);
  lru.set('a', 'old', 3);
  lru.set('b', 'b', 3);
  lru.set('a', 'new', 11);
  assert.equal(lru.get('a'), undefined);
  assert.equal(lru.get('b'), 'b');
  assert.equal(lru.usedBytes, 3);
  new ByteLru<string>(0).set('a', 'a', 1);
});

type Step = readonly ['set', key: string, bytes: number] | readonly ['get' | 'peek' | 'delete', key: string];

/** The same in the simplest way: a list, the one used longest ago first. */
class Model {
  readonly maxBytes: number;
  entries: { key: string; value: number; bytes: number }[] = [];

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get usedBytes(): number {
    return this.entries.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get(key: string, isUse: boolean): number | undefined {
    const found = this.entries.find((entry) => entry.key === key);
    if (found && isUse) this.entries = [...this.entries.filter((entry) => entry !== found), found];
    return found?.value;
  }

  set(key: string, value: number, bytes: number): void {
    this.delete(key);
    if (bytes > this.maxBytes) return;
    this.entries.push({ key, value, bytes });
    while (this.usedBytes > this.maxBytes) this.entries.shift();
  }

  delete(key: string): void {
    this.entries = this.entries.filter((entry) => entry.key !== key);
  }
}

test('does as a list does, and never holds more than its budget', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', '', '__proto__');
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 3, arbitrary: fc.tuple(fc.constant('set' as const), key, fc.nat(60)) },
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom('get' as const, 'peek' as const, 'delete' as const), key) },
  );
  fc.assert(
    fc.property(fc.nat(120), fc.array(step, { maxLength: 60 }), (maxBytes, steps) => {
      const lru = new ByteLru<number>(maxBytes);
      const model = new Model(maxBytes);
      for (const [index, [what, name, bytes]] of steps.entries()) {
        if (what === 'set') {
          lru.set(name, index, bytes);
          model.set(name, index, bytes);
        } else if (what === 'delete') {
          lru.delete(name);
          model.delete(name);
        } else {
          assert.equal(what === 'get' ? lru.get(name) : lru.peek(name), model.get(name, what === 'get'));
        }
        assert.equal(lru.usedBytes, model.usedBytes);
        assert.ok(lru.usedBytes <= maxBytes);
      }
      const expected = new Map(model.entries.map(({ key: kept, value }) => [kept, value]));
      for (const name of ['a', 'b', 'c', 'd', 'e', 'f', '', '__proto__']) {
        assert.equal(lru.peek(name), expected.get(name));
      }
    }),
    { numRuns: 1_000 },
  );
});
