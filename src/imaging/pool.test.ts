import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { childrenOf } from '../../test/support/processes.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import { monotonicMs } from '../vips/monotonic-clock.ts';
import { type PoolOptions, WorkerPool } from './pool.ts';
import type { Echo, Order } from './test-worker.ts';
import type { WorkerExit } from './worker-process.ts';

const FAR_MS = 30_000;
const pools: WorkerPool[] = [];
const exits: WorkerExit[] = [];
const ends = new EventEmitter();

/** Waits for a worker to end in a way, unless one has. */
async function ended(isIt: (exit: WorkerExit) => boolean): Promise<void> {
  while (!exits.some(isIt)) await once(ends, 'exit');
}

after(() => Promise.all(pools.map((pool) => pool.close())));

async function startPool(options: Partial<PoolOptions> = {}): Promise<WorkerPool> {
  const pool = new WorkerPool({
    entry: fileURLToPath(new URL('./test-worker.js', import.meta.url)),
    env: {},
    size: 2,
    setup: { data: {}, blobs: [] },
    acceptSetup: (answer) => assert.deepEqual(answer.data, { ready: true }),
    maxMemoryBytes: 0,
    recycleMemoryBytes: 0,
    recycleJobs: 0,
    startTimeoutMs: FAR_MS,
    onExit(exit) {
      exits.push(exit);
      ends.emit('exit');
    },
    ...options,
  });
  pools.push(pool);
  await pool.start();
  return pool;
}

/** Has a worker follow an order, with some bytes that must come back. */
async function run(pool: WorkerPool, order: Order, timeoutMs = FAR_MS, signal = new AbortController().signal) {
  const blobs = [Buffer.alloc(100_000, 7), new Uint8Array()];
  const answer = await pool.run<Echo>({ data: order, blobs }, monotonicMs() + timeoutMs, signal);
  if (order.do === 'echo') assert.deepEqual(answer.blobs.map(Buffer.from), blobs.map(Buffer.from));
  return answer.data;
}

/** What {@link run} rejects with. */
function failsWith(code: ErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof AppError && error.code === code;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Runs a bad order amid good ones, all of which must be answered. */
async function amidLoad(pool: WorkerPool, bad: Order, code: ErrorCode, timeoutMs?: number): Promise<void> {
  const good = (): Promise<unknown>[] => Array.from({ length: 20 }, () => run(pool, { do: 'echo' }));
  const before = good();
  const outcome = assert.rejects(run(pool, bad, timeoutMs), failsWith(code));
  await Promise.all([...before, outcome, ...good()]);
}

describe('WorkerPool', () => {
  it('answers many messages at once, in several processes', async () => {
    const pool = await startPool();
    const answers = await Promise.all(Array.from({ length: 100 }, () => run(pool, { do: 'echo' })));
    assert.deepEqual(new Set(answers.map(({ pid }) => pid)), new Set(pool.pids));
    assert.deepEqual(pool.load, { busy: 0, waiting: 0 });
  });

  it('passes on large blobs whole', async () => {
    const pool = await startPool({ size: 1 });
    const photo = Buffer.alloc(20_000_000, 'photo');
    const { blobs } = await pool.run<Echo>(
      { data: { do: 'echo' }, blobs: [photo] },
      monotonicMs() + FAR_MS,
      new AbortController().signal,
    );
    assert.ok(photo.equals(blobs[0] ?? new Uint8Array()));
  });

  it('gives workers no environment but its own', async () => {
    process.env['A_CREDENTIAL'] = 'secret';
    const pool = await startPool({ size: 1, env: { LANG: 'C' } });
    const { env } = await run(pool, { do: 'echo' });
    assert.deepEqual(env, ['LANG']);
  });

  it('loses one request to a worker that crashes', async () => {
    const pool = await startPool();
    await amidLoad(pool, { do: 'segfault' }, 'internal');
    assert.ok(exits.some(({ signal, killed }) => signal === 'SIGSEGV' && killed === undefined));
    await amidLoad(pool, { do: 'exit', code: 3 }, 'internal');
    assert.ok(exits.some(({ exitCode, stderr }) => exitCode === 3 && stderr === 'a last word'));
  });

  it('loses one request to a worker that hangs, at its deadline', async () => {
    const pool = await startPool();
    const start = Date.now();
    await amidLoad(pool, { do: 'hang' }, 'timeout', 300);
    assert.ok(Date.now() - start >= 300);
    await ended(({ signal, killed }) => signal === 'SIGKILL' && killed === 'timeout');
  });

  it('loses one request to a worker that takes too much memory', { skip: process.platform !== 'linux' }, async () => {
    const pool = await startPool({ maxMemoryBytes: 300 << 20 });
    await amidLoad(pool, { do: 'grow' }, 'max-memory-exceeded');
    assert.ok(exits.some(({ killed }) => killed === 'memory'));
  });

  it('survives 30 crashes in a row and leaves no process behind', async () => {
    const others = new Set(await childrenOf(process.pid));
    const ours = async (): Promise<number[]> => (await childrenOf(process.pid)).filter((pid) => !others.has(pid));
    const pool = await startPool();
    assert.deepEqual((await ours()).sort(), pool.pids.sort());
    for (let round = 0; round < 30; round += 1) {
      await Promise.all([
        run(pool, { do: 'echo' }),
        assert.rejects(run(pool, { do: 'segfault' }), failsWith('internal')),
      ]);
      assert.ok((await ours()).length <= 2);
    }
    await pool.close();
    assert.deepEqual(await ours(), []);
  });

  it('replaces a worker after so many jobs, and one that has grown, without a pause', async () => {
    const pool = await startPool({ size: 1, recycleJobs: 100, recycleMemoryBytes: 1_000_000 });
    /** Asks until another process answers; the old one does meanwhile. */
    const successorOf = async (pid: number): Promise<number> => {
      for (;;) {
        const answer = await run(pool, { do: 'echo' });
        if (answer.pid !== pid) return answer.pid;
      }
    };
    const first = await run(pool, { do: 'echo' });
    const second = await successorOf(first.pid);
    await run(pool, { do: 'claim', residentBytes: 2_000_000 });
    const third = await successorOf(second);
    await pool.close();
    assert.deepEqual([first.pid, second, third].filter(isAlive), []);
  });

  it('lets a job go that nobody waits for, and its worker finish or die', async () => {
    const pool = await startPool({ size: 1 });
    const controller = new AbortController();
    const abandoned = run(pool, { do: 'hang' }, FAR_MS, controller.signal);
    const waiting = run(pool, { do: 'echo' }, FAR_MS, controller.signal);
    controller.abort(new AppError('client-gone'));
    await assert.rejects(abandoned, failsWith('client-gone'));
    await assert.rejects(waiting, failsWith('client-gone'));
    await run(pool, { do: 'echo' }); // by the worker that took the place of the one that hung
    assert.ok(exits.some(({ killed }) => killed === 'abandoned'));
  });

  it('sends away who has waited too long for a worker', async () => {
    const pool = await startPool({ size: 1 });
    const busy = assert.rejects(run(pool, { do: 'hang' }, 400), failsWith('timeout'));
    await assert.rejects(run(pool, { do: 'echo' }, 100), failsWith('timeout'));
    await busy;
  });

  it('says no after it was closed, to those in line, too', async () => {
    const pool = await startPool({ size: 1 });
    const [pid] = pool.pids;
    const running = assert.rejects(run(pool, { do: 'hang' }), failsWith('unavailable'));
    const inLine = assert.rejects(run(pool, { do: 'echo' }), failsWith('unavailable'));
    await pool.close();
    await Promise.all([running, inLine]);
    await assert.rejects(run(pool, { do: 'echo' }), failsWith('unavailable'));
    assert.equal(isAlive(pid ?? 0), false);
  });

  it('says so while no worker starts, instead of keeping jobs waiting, and recovers', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'imagor-pool-'));
    const entry = path.join(folder, 'worker.mjs');
    const real = fileURLToPath(new URL('./test-worker.js', import.meta.url));
    await symlink(real, entry);
    const failures: Error[] = [];
    const pool = await startPool({ entry, size: 1, onStartFailure: (error) => failures.push(error) });
    await rm(entry);
    const lost = assert.rejects(run(pool, { do: 'segfault' }), failsWith('internal'));
    const waiting = assert.rejects(run(pool, { do: 'echo' }), failsWith('unavailable'));
    await Promise.all([lost, waiting]);
    assert.match(failures[0]?.message ?? '', /a worker ended \(1\) .*Cannot find module/s);
    await assert.rejects(run(pool, { do: 'echo' }), /no worker is left, and none starts: a worker ended/);
    await symlink(real, entry);
    // it is tried again by and by
    const isBack = (): Promise<boolean> => run(pool, { do: 'echo' }).then(() => true, failsWith('unavailable'));
    while (pool.pids.length === 0) assert.ok(await isBack().finally(() => pause(5)));
    await run(pool, { do: 'echo' });
    await pool.close();
    await rm(folder, { recursive: true });
  });

  it('keeps a worn-out worker whose successor does not start', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'imagor-pool-'));
    const entry = path.join(folder, 'worker.mjs');
    await symlink(fileURLToPath(new URL('./test-worker.js', import.meta.url)), entry);
    const failures = new EventEmitter();
    const onStartFailure = (error: Error): void => void failures.emit('failure', error);
    const pool = await startPool({ entry, size: 1, recycleJobs: 1, onStartFailure });
    await rm(folder, { recursive: true });
    const failed = once(failures, 'failure');
    const { pid } = await run(pool, { do: 'echo' });
    await failed;
    assert.equal((await run(pool, { do: 'echo' })).pid, pid);
  });

  it('gives up on workers that do not get ready', async () => {
    const slow = startPool({ setup: { data: { hang: true }, blobs: [] }, startTimeoutMs: 300 });
    await assert.rejects(slow, /a worker was not ready after 0\.3 s: does a detector's module/);
  });

  it('does not start with workers that refuse their setup', async () => {
    const refuse = (): never => {
      throw new Error('no libvips');
    };
    await assert.rejects(startPool({ acceptSetup: refuse }), /no libvips/);
    await assert.rejects(startPool({ entry: '/no/such/worker.js' }), /a worker ended/);
  });

  it('ends though a worker is stopped and cannot end by itself', async () => {
    const pool = await startPool({ size: 1 });
    const [pid = 0] = pool.pids;
    process.kill(pid, 'SIGSTOP');
    await pool.close();
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  });
});
