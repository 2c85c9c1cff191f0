import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BufferPool } from './buffer-pool.ts';

const MB = 1_048_576;

describe('BufferPool', () => {
  it('lends the same memory again, at the size asked for', () => {
    const pool = new BufferPool(8 * MB);
    const first = pool.take(3 * MB - 5);
    assert.equal(first.bytes.length, 3 * MB - 5);
    first.release();
    const second = pool.take(2 * MB);
    assert.equal(second.bytes.length, 2 * MB);
    assert.equal(second.bytes.buffer, first.bytes.buffer);
  });

  it('never lends memory to two, even when it is handed back twice', () => {
    const pool = new BufferPool(8 * MB);
    const lease = pool.take(MB);
    lease.release();
    lease.release();
    assert.equal(pool.idleBytes, MB);
    assert.notEqual(pool.take(MB).bytes.buffer, pool.take(MB).bytes.buffer);
  });

  it('keeps no more than it may', () => {
    const pool = new BufferPool(4 * MB);
    const leases = [pool.take(3 * MB), pool.take(2 * MB), pool.take(MB)];
    for (const lease of leases) lease.release();
    assert.equal(pool.idleBytes, 4 * MB);
  });

  it('does not spend a large buffer on a small file', () => {
    const pool = new BufferPool(64 * MB);
    pool.take(32 * MB).release();
    assert.equal(pool.take(MB).bytes.buffer.byteLength, MB);
    assert.equal(pool.take(100).bytes.buffer.byteLength, 100);
    assert.equal(pool.idleBytes, 32 * MB);
  });
});
