import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createGate } from '../../test/support/gate.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import { type LoadFirstOptions, type LookupFailure, loadFirst } from './load.ts';
import type { Portion } from './memory-budget.ts';
import type { IoContext, Loader } from './ports.ts';

const CONTEXT: IoContext = { signal: new AbortController().signal, headers: new Headers() };

const UNBOUNDED: Portion = { async reserve() {}, take: () => undefined, drop() {} };
const PATIENT: LoadFirstOptions = { stallTimeoutMs: 0, account: { open: () => UNBOUNDED }, onLookupFailure() {} };

const asked: string[] = [];

/** A loader that has everything, nothing to say (`undefined`), or fails. */
function loader(name: string, outcome: 'found' | undefined | ErrorCode | Error): Loader {
  return {
    name,
    async get() {
      asked.push(name);
      if (outcome === undefined) return undefined;
      if (outcome === 'found') return { body: Buffer.from(name) };
      throw outcome instanceof Error ? outcome : new AppError(outcome);
    },
  };
}

/** What comes of loaders with these outcomes: the text that was found, or the code of the error. */
async function outcomeOf(...outcomes: Parameters<typeof loader>[1][]): Promise<string> {
  const loaders = outcomes.map((outcome, index) => loader(`loader ${index}`, outcome));
  try {
    const candidates = loaders.map((from) => ({ from, role: 'loader' as const, key: 'key' }));
    return String((await loadFirst(candidates, CONTEXT, PATIENT)).bytes);
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe('loadFirst', () => {
  it('asks loaders in order and stops at the first that has the image', async () => {
    asked.length = 0;
    assert.equal(await outcomeOf('not-found', undefined, 'found', 'found'), 'loader 2');
    assert.deepEqual(asked, ['loader 0', 'loader 1', 'loader 2']);
  });

  it('goes on after any failure', async () => {
    assert.equal(await outcomeOf('internal', 'source-not-allowed', new Error('bug'), 'found'), 'loader 3');
  });

  it('answers `not-found` when none has it, or there is none', async () => {
    assert.equal(await outcomeOf(), 'not-found');
    assert.equal(await outcomeOf(undefined, undefined), 'not-found');
    assert.equal(await outcomeOf('not-found', undefined), 'not-found');
  });

  it('prefers the error that says more than that the image is not there', async () => {
    assert.equal(await outcomeOf('internal', 'not-found'), 'internal');
    assert.equal(await outcomeOf('not-found', 'source-failed', 'internal', 'invalid'), 'source-failed');
    assert.equal(await outcomeOf(new Error('disk on fire'), 'not-found'), 'Error: disk on fire');
  });

  it('says `invalid` where the last loader could make nothing of the key', async () => {
    assert.equal(await outcomeOf('not-found', 'invalid'), 'invalid');
  });

  it('goes on after one that does not answer, or stops in the middle, and tells of it', async () => {
    const silent: Loader = { name: 'silent', get: () => new Promise(() => {}) };
    const stalling: Loader = {
      name: 'stalling',
      get: async () => ({
        body: new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('half')) }),
      }),
    };
    const candidates = [silent, stalling, loader('last', 'found')].map((from) => ({
      from,
      role: 'storage' as const,
      key: 'key',
    }));
    const told: LookupFailure[] = [];
    let taken = 0;
    const { bytes } = await loadFirst(candidates, CONTEXT, {
      stallTimeoutMs: 5,
      account: {
        open() {
          let mine = 0;
          return {
            ...UNBOUNDED,
            take(more) {
              mine += more;
              taken += more;
              return undefined;
            },
            drop() {
              taken -= mine;
            },
          };
        },
      },
      onLookupFailure: (failure) => told.push(failure),
    });
    assert.equal(String(bytes), 'last');
    assert.equal(taken, bytes.length, 'what is of no use is given back');
    assert.deepEqual(
      told.map(({ role, storage, error }) => [role, storage, error.detail]),
      [
        ['storage', 'silent', 'waiting for key from silent took over 5 ms'],
        ['storage', 'stalling', 'waiting for key from stalling took over 5 ms'],
      ],
    );
  });

  it('calls no one a staller while room is waited for, before a read at once or between two pieces', async () => {
    const rooms = [createGate(), createGate()];
    const asking = [createGate(), createGate()];
    let waits = 0;
    const wait = async (): Promise<void> => {
      const at = waits;
      waits += 1;
      asking[at]?.open();
      await rooms[at]?.opened;
    };
    const account = { open: () => ({ ...UNBOUNDED, reserve: wait, take: wait }) };
    let piecesRead = 0;
    const pieces = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          piecesRead += 1;
          if (piecesRead > 2) controller.close();
          else controller.enqueue(Buffer.from('ab'));
        },
      },
      { highWaterMark: 0 },
    );
    const first: Loader = {
      name: 'first',
      async get(_key, { makeRoom }) {
        await makeRoom?.(4);
        return { body: pieces };
      },
    };
    const candidates = [first, loader('last', 'found')].map((from) => ({ from, role: 'storage' as const, key: 'key' }));
    const loading = loadFirst(candidates, CONTEXT, { stallTimeoutMs: 20, account, onLookupFailure() {} });
    for (const [at, room] of rooms.entries()) {
      await asking[at]?.opened;
      await delay(60); // thrice the time for a storage that stalls
      assert.equal(piecesRead, at, 'nothing is read meanwhile');
      room.open();
    }
    assert.equal(String((await loading).bytes), 'abab');
  });

  it('tells of what failed, the last one only where it is the operator’s own', async () => {
    const told: string[] = [];
    const onLookupFailure = ({ storage, error }: LookupFailure): void => void told.push(`${storage} ${error.code}`);
    const ask = (loaders: readonly Loader[]): Promise<unknown> => {
      const candidates = loaders.map((from) => ({ from, role: 'loader' as const, key: 'key' }));
      return assert.rejects(loadFirst(candidates, CONTEXT, { ...PATIENT, onLookupFailure }));
    };
    const own = { ...loader('own', 'source-not-allowed'), isOwn: true };
    await ask([loader('absent', 'not-found'), own, loader('stranger', 'source-failed')]);
    await ask([own]);
    assert.deepEqual(told, ['own source-not-allowed', 'own source-not-allowed']);
  });

  it('lets the last one take the time that the request has', async () => {
    let found: (bytes: Uint8Array) => void = () => {};
    const slow: Loader = {
      name: 'slow',
      get: async () => ({ body: await new Promise<Uint8Array>((resolve) => (found = resolve)) }),
    };
    const candidates = [{ from: slow, role: 'loader' as const, key: 'key' }];
    const loading = loadFirst(candidates, CONTEXT, { ...PATIENT, stallTimeoutMs: 1 });
    await new Promise((resolve) => setTimeout(resolve, 5)); // a limit of 1 ms would have passed before this timer
    found(Buffer.from('late'));
    assert.equal(String((await loading).bytes), 'late');
  });

  it('does not take an empty object for an image', async () => {
    const empty: Loader = { name: 'empty', get: async () => ({ body: new Uint8Array() }) };
    const candidates = [empty, loader('next', 'found')].map((from) => ({ from, role: 'loader' as const, key: 'key' }));
    assert.equal(String((await loadFirst(candidates, CONTEXT, PATIENT)).bytes), 'next');
  });

  it('asks nobody else once the request is aborted', async () => {
    const client = new AbortController();
    const leaving: Loader = {
      name: 'leaving',
      async get() {
        client.abort(new Error('gone'));
        throw new Error('something under way broke');
      },
    };
    asked.length = 0;
    const context = { ...CONTEXT, signal: client.signal };
    const candidates = [leaving, loader('next', 'found')].map((from) => ({
      from,
      role: 'loader' as const,
      key: 'key',
    }));
    await assert.rejects(loadFirst(candidates, context, PATIENT), /gone/);
    assert.deepEqual(asked, []);
  });
});
