import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createGate } from '../../test/support/gate.ts';
import { contextOf, createApp, echo, everything, gif, textOf } from '../../test/support/hand-made-app.ts';
import { mapStorage } from '../../test/support/memory-store.ts';
import type { AppOptions } from './app.ts';
import type { LookupFailure } from './load.ts';
import type { Loader, Storage } from './ports.ts';
import type { SaveFailure } from './saver.ts';

const PATH = 'unsafe/9x9/a.gif';
const RESULT = '9x9/a.gif';

const forever = (): Promise<never> => new Promise(() => {});

/** A storage that takes requests and answers none, as behind a firewall that drops. */
const hung = (overrides: Partial<Storage> = {}) =>
  mapStorage({ name: 'hung', get: forever, getIfChanged: forever, stat: forever, ...overrides });

/** An app that loses patience soon, and what it told the operator. */
function impatient(options: Partial<AppOptions>) {
  const told: LookupFailure[] = [];
  const app = createApp({ stallTimeoutMs: 5, onLookupFailure: (failure) => told.push(failure), ...options });
  return { app, told: () => told.map(({ role, storage, error }) => `${role} ${storage}: ${error.code}`) };
}

describe('App: storages that hang', () => {
  it('asks the next result storage, and tells the operator', async () => {
    const good = mapStorage();
    good.objects.set(RESULT, { body: gif('stored') });
    const { app, told } = impatient({ resultStorages: [hung(), good] });
    assert.equal(textOf(await app.answerPath(PATH, contextOf())), 'GIF89a stored');
    assert.deepEqual(told(), ['result-storage hung: timeout']);
  });

  it('makes the picture where no result storage answers, for conditional requests too', async () => {
    const { app, told } = impatient({ resultStorages: [hung({ put: async () => {} })] });
    assert.equal(textOf(await app.answerPath(PATH, contextOf())), RESULT);
    await app.close();
    assert.equal(textOf(await app.answerPath(PATH, contextOf(), { etag: '"x"' })), RESULT);
    assert.deepEqual(told(), ['result-storage hung: timeout', 'result-storage hung: timeout']);
  });

  it('gives up a result that stops in the middle, not one that gets on slowly', async () => {
    const half = (controller: ReadableStreamDefaultController<Uint8Array>) => controller.enqueue(gif(''));
    const { app, told } = impatient({
      resultStorages: [mapStorage({ name: 'half', get: async () => ({ body: new ReadableStream({ start: half }) }) })],
    });
    assert.equal(textOf(await app.answerPath(PATH, contextOf())), RESULT);
    assert.deepEqual(told(), ['result-storage half: timeout']);
  });

  it('asks the loader where a storage of sources hangs, and goes on to the next loader', async () => {
    const silent: Loader = { name: 'silent', get: forever };
    const { app, told } = impatient({ storages: [hung({ put: async () => {} })], loaders: [silent, everything()] });
    assert.equal(textOf(await app.answerPath(PATH, contextOf())), RESULT);
    assert.deepEqual(told(), ['storage hung: timeout', 'loader silent: timeout']);
  });

  it('tells of a storage that fails though the loader has the source', async () => {
    const broken = mapStorage({ name: 'broken', get: () => Promise.reject(new Error('access denied')) });
    const { app, told } = impatient({ storages: [broken] });
    assert.equal(textOf(await app.answerPath(PATH, contextOf())), RESULT);
    assert.deepEqual(told(), ['storage broken: internal']);
  });

  it('serves a result whose source cannot be looked at', async () => {
    const results = mapStorage();
    results.objects.set(RESULT, { body: gif('stored'), stat: { modifiedAt: new Date(0) } });
    const { app, told } = impatient({ modifiedTimeCheck: true, resultStorages: [results], storages: [hung()] });
    assert.equal(textOf(await app.answerPath(PATH, contextOf())), 'GIF89a stored');
    assert.deepEqual(told(), ['storage hung: timeout']);
  });
});

describe('App: storages that save too slowly', () => {
  /** Saves begin, and end when the gate is opened. */
  const slow = () => {
    const gate = createGate();
    return { gate, storage: mapStorage({ name: 'slow', put: () => gate.opened }) };
  };

  it('leaves results unsaved rather than let them fill the memory, and serves them', async () => {
    const { gate, storage } = slow();
    const quick = mapStorage();
    const failures: SaveFailure[] = [];
    const app = createApp({
      resultStorages: [storage, quick],
      processor: { ...echo(), process: async () => ({ bytes: Buffer.alloc(40), contentType: 'image/gif' }) },
      maxSavingBytes: 100,
      onSaveFailure: (failure) => failures.push(failure),
    });
    for (let number = 1; number <= 5; number++) await app.answerPath(`unsafe/${number}.gif`, contextOf());
    assert.deepEqual(
      failures.map(({ storage, key, error }) => [storage, key, error.code]),
      ['3.gif', '4.gif', '5.gif'].map((key) => ['slow', key, 'unavailable']),
    );
    assert.match(failures[0]?.error.detail ?? '', /^80 bytes are on their way there already, of 100 that may be/);
    assert.equal(quick.objects.size, 5, 'the other storage gets them all');
    gate.open();
    await app.close();
    await app.answerPath('unsafe/6.gif', contextOf());
    assert.equal(failures.length, 3, 'there is room again');
  });

  it('saves an object larger than all that may be on the way, alone', async () => {
    const storage = mapStorage();
    const app = createApp({ resultStorages: [storage], maxSavingBytes: 1 });
    await app.answerPath(PATH, contextOf());
    await app.close();
    assert.deepEqual([...storage.objects.keys()], [RESULT]);
  });
});
