import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError, type ErrorCode } from '../errors.ts';
import { loadFirst } from './load.ts';
import type { IoContext, Loader } from './ports.ts';

const CONTEXT: IoContext = { signal: new AbortController().signal, headers: new Headers() };

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
    return String((await loadFirst(candidates, CONTEXT)).blob.body);
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
    await assert.rejects(loadFirst(candidates, context), /gone/);
    assert.deepEqual(asked, []);
  });
});
