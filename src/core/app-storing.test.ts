import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createGate } from '../../test/support/gate.ts';
import { contextOf, createApp, echo, everything, failsWith, gif, textOf } from '../../test/support/hand-made-app.ts';
import { mapStorage } from '../../test/support/memory-store.ts';
import { AppError } from '../errors.ts';
import { etagOf } from './etag.ts';
import type { Loader, Processor } from './ports.ts';
import type { SaveFailure } from './saver.ts';

const PATH = 'unsafe/9x9/a.gif';
const RESULT = '9x9/a.gif';

/** Lets what has been begun in the background get on as far as it can. */
const background = (): Promise<void> => new Promise(setImmediate);

describe('App: result storages', () => {
  it('keeps a result in all of them, and makes it no second time', async () => {
    const [first, second, processor] = [mapStorage(), mapStorage(), echo()];
    const app = createApp({ resultStorages: [first, second], processor });
    assert.equal(textOf(await app.answerPath(PATH, contextOf())), RESULT);
    await background();
    assert.deepEqual([...first.objects.keys(), ...second.objects.keys()], [RESULT, RESULT]);
    const again = await app.answerPath(PATH, contextOf());
    assert.equal(textOf(again), RESULT);
    assert.ok(again.modifiedAt);
    assert.equal(processor.inputs.length, 1);
    assert.deepEqual(second.calls, ['get 9x9/a.gif', 'put 9x9/a.gif']);
  });

  it('tells result storages of the source, by which wildcard buckets are named', async () => {
    const results = mapStorage();
    await createApp({ resultStorages: [results], resultStoragePathStyle: 'digest' }).answerPath(PATH, contextOf());
    await background();
    assert.deepEqual(
      results.contexts.map(({ resultOf }) => resultOf),
      ['a.gif', 'a.gif'],
    );
  });

  it('uses one key for URLs that differ only in how to answer', async () => {
    const [results, processor] = [mapStorage(), echo()];
    const app = createApp({ resultStorages: [results], processor });
    for (const filters of ['', 'filters:max_age(9)/', 'filters:attachment(x)/', `filters:expire(${Date.now() * 2})/`]) {
      await app.answerPath(`unsafe/9x9/${filters}a.gif`, contextOf());
      await background();
    }
    assert.deepEqual([...results.objects.keys()], [RESULT]);
    assert.equal(processor.inputs.length, 1);
  });

  it('neither takes an original in the same folder for a result nor writes over it', async () => {
    const identify = (key: string): string[] => [`/folder/${key}`];
    const folder = mapStorage({ identify });
    folder.objects.set('a.gif', { body: gif('a.gif') });
    const elsewhere = mapStorage({ identify: (key) => [`/elsewhere/${key}`] });
    const app = createApp({ loaders: [folder], storages: [folder], resultStorages: [folder, elsewhere] });
    for (const path of ['unsafe/a.gif', 'unsafe/filters:max_age(9)/a.gif', 'unsafe/a.gif', PATH]) {
      assert.equal(textOf(await app.answerPath(path, contextOf())), path === PATH ? RESULT : 'a.gif');
      await background();
    }
    assert.deepEqual([...folder.objects.keys()], ['a.gif', RESULT]);
    assert.deepEqual([...elsewhere.objects.keys()], ['a.gif', RESULT]);
    assert.deepEqual(folder.objects.get('a.gif')?.body, gif('a.gif'));
  });

  it('keeps no preview and no raw source, and looks for none', async () => {
    const results = mapStorage();
    const app = createApp({ resultStorages: [results] });
    await app.answerPath('unsafe/9x9/filters:preview()/a.gif', contextOf());
    await app.answerPath('unsafe/filters:raw()/a.gif', contextOf());
    await background();
    assert.deepEqual(results.calls, []);
  });

  it('answers before a slow save has ended, and lets newcomers have what was made', async () => {
    const saving = createGate();
    const [results, processor] = [mapStorage({ put: () => saving.opened }), echo()];
    const app = createApp({ resultStorages: [results], processor });
    await app.answerPath(PATH, contextOf());
    await app.answerPath(PATH, contextOf());
    assert.equal(processor.inputs.length, 1);
    saving.open();
    await background();
    await app.answerPath(PATH, contextOf());
    assert.equal(processor.inputs.length, 2, 'this storage keeps nothing');
  });

  it('gives up saves that take too long once it is closed, and says so', async () => {
    const failures: SaveFailure[] = [];
    const stuck = mapStorage({ put: () => new Promise(() => {}) });
    const app = createApp({ resultStorages: [stuck], onSaveFailure: (failure) => failures.push(failure) });
    await app.answerPath(PATH, contextOf());
    const timeUp = new AbortController();
    const closing = app.close(timeUp.signal);
    await background();
    assert.equal(failures.length, 0);
    timeUp.abort();
    await closing;
    assert.deepEqual(
      failures.map(({ storage, key, error }) => [storage, key, error.code]),
      [['map', RESULT, 'unavailable']],
    );
  });

  it('waits for saves when it is closed', async () => {
    const saving = createGate();
    const app = createApp({ resultStorages: [mapStorage({ put: () => saving.opened })] });
    await app.answerPath(PATH, contextOf());
    let isClosed = false;
    const closing = app.close().then(() => {
      isClosed = true;
    });
    await background();
    assert.equal(isClosed, false);
    saving.open();
    await closing;
  });

  it('serves what it could not save, and tells the operator', async () => {
    const failures: SaveFailure[] = [];
    const broken = mapStorage({ put: () => Promise.reject(new Error('disk full')) });
    const good = mapStorage();
    const app = createApp({ resultStorages: [broken, good], onSaveFailure: (failure) => failures.push(failure) });
    assert.equal(textOf(await app.answerPath(PATH, contextOf())), RESULT);
    await background();
    assert.deepEqual(
      failures.map(({ storage, key, error }) => [storage, key, error.code]),
      [['map', RESULT, 'internal']],
    );
    assert.ok(good.objects.has(RESULT));
  });

  it('gives up a save that hangs', async () => {
    const failures: SaveFailure[] = [];
    const told = createGate();
    const hanging = mapStorage({
      put: (_key, _blob, { signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    const app = createApp({
      resultStorages: [hanging],
      saveTimeoutMs: 20,
      onSaveFailure(failure) {
        failures.push(failure);
        told.open();
      },
    });
    await app.answerPath(PATH, contextOf());
    await told.opened;
    assert.equal(failures[0]?.error.code, 'timeout');
  });

  it('makes a result again when the storage that should have it fails, and tells the operator', async () => {
    const told: string[] = [];
    const broken = mapStorage({ get: () => Promise.reject(new AppError('unavailable')) });
    const app = createApp({
      resultStorages: [broken],
      onLookupFailure: ({ storage, key, error }) => told.push(`${storage} ${key} ${error.code}`),
    });
    assert.equal(textOf(await app.answerPath(PATH, contextOf())), RESULT);
    assert.deepEqual(told, ['map 9x9/a.gif unavailable']);
  });

  it('does not take an empty object for a result', async () => {
    const [results, processor] = [mapStorage(), echo()];
    results.objects.set(RESULT, { body: new Uint8Array() });
    assert.equal(
      textOf(await createApp({ resultStorages: [results], processor }).answerPath(PATH, contextOf())),
      RESULT,
    );
    assert.equal(processor.inputs.length, 1);
  });

  it('keeps in a cache in front what was found behind it, validators included', async () => {
    const [cache, behind] = [mapStorage({ isCache: true }), mapStorage()];
    const modifiedAt = new Date(1e12);
    behind.objects.set(RESULT, { body: gif('stored'), stat: { etag: '"s3"', modifiedAt } });
    const app = createApp({ resultStorages: [cache, behind] });
    await app.answerPath(PATH, contextOf());
    await background();
    const answer = await app.answerPath(PATH, contextOf());
    assert.deepEqual([answer.etag, answer.modifiedAt, answer.contentType], ['"s3"', modifiedAt, 'image/gif']);
    assert.equal(behind.calls.filter((call) => call.startsWith('get')).length, 1);
  });

  it('knows stored metadata for JSON', async () => {
    const results = mapStorage();
    results.objects.set('meta/a.gif', { body: Buffer.from('{"format":"gif"}') });
    const answer = await createApp({ resultStorages: [results] }).answerPath('unsafe/meta/a.gif', contextOf());
    assert.equal(answer.contentType, 'application/json');
  });

  it('saves once what 200 clients want at once, and stays for the others when the first hangs up', async () => {
    const results = mapStorage();
    const [loader, processor] = [everything(), echo()];
    const app = createApp({ resultStorages: [results], loaders: [loader], processor });
    const first = new AbortController();
    const leaving = app.answerPath(PATH, contextOf({}, first.signal));
    const others = Array.from({ length: 199 }, () => app.answerPath(PATH, contextOf()));
    first.abort(new AppError('client-gone'));
    await assert.rejects(leaving, failsWith('client-gone'));
    assert.equal(new Set((await Promise.all(others)).map(textOf)).size, 1);
    await background();
    assert.deepEqual([loader.keys.length, processor.inputs.length], [1, 1]);
    assert.deepEqual(results.calls, ['get 9x9/a.gif', 'put 9x9/a.gif']);
  });
});

describe('App: conditional requests', () => {
  it('reads no bytes for a client that has them', async () => {
    const results = mapStorage();
    results.objects.set(RESULT, { body: gif('stored'), stat: { etag: '"x"', modifiedAt: new Date(0) } });
    const app = createApp({ resultStorages: [results] });
    const unchanged = await app.answerPath(PATH, contextOf(), { etag: '"x"' });
    assert.deepEqual([unchanged.bytes, unchanged.etag], [undefined, '"x"']);
    const changed = await app.answerPath(PATH, contextOf(), { etag: '"y"' });
    assert.equal(textOf(changed), 'GIF89a stored');
  });

  it('makes what no storage has, with an etag that stays the same once it is stored', async () => {
    const app = createApp({ resultStorages: [mapStorage()] });
    const made = await app.answerPath(PATH, contextOf(), { etag: '"y"' });
    assert.equal(made.etag, etagOf(Buffer.from(RESULT)));
    await background();
    assert.equal((await app.answerPath(PATH, contextOf())).etag, made.etag);
  });
});

describe('App: IMAGOR_MODIFIED_TIME_CHECK', () => {
  const resultOf = (madeAt: number) => {
    const results = mapStorage();
    results.objects.set(RESULT, { body: gif('stored'), stat: { modifiedAt: new Date(madeAt) } });
    return results;
  };
  const loaderOf = (changedAt: number | undefined): Loader => ({
    ...everything(),
    stat: async () => (changedAt === undefined ? undefined : { modifiedAt: new Date(changedAt) }),
  });
  const outcome = async (
    madeAt: number,
    changedAt: number | undefined,
    storages = [] as ReturnType<typeof mapStorage>[],
  ) =>
    textOf(
      await createApp({
        resultStorages: [resultOf(madeAt)],
        loaders: [loaderOf(changedAt)],
        storages,
        modifiedTimeCheck: true,
      }).answerPath(PATH, contextOf()),
    );

  it('makes a result again that is older than its source', async () => {
    assert.equal(await outcome(1000, 2000), RESULT);
    assert.equal(await outcome(2000, 2000), 'GIF89a stored');
    assert.equal(await outcome(3000, 2000), 'GIF89a stored');
  });

  it('serves the result where nobody can tell', async () => {
    assert.equal(await outcome(1000, undefined), 'GIF89a stored');
  });

  it('asks the storages where there are some', async () => {
    const storage = mapStorage();
    storage.objects.set('a.gif', { body: gif(''), stat: { modifiedAt: new Date(5000) } });
    assert.equal(await outcome(4000, 1000, [storage]), RESULT);
    assert.equal(await outcome(4000, 9000, [mapStorage()]), 'GIF89a stored');
  });
});

describe('App: storages of sources', () => {
  it('writes over no original that it has just loaded from the same folder', async () => {
    const identify = (key: string): string[] => [`/folder/${key}`];
    const expired = mapStorage({ identify, get: () => Promise.reject(new AppError('not-found')) });
    const other = mapStorage();
    const app = createApp({ loaders: [{ ...everything(), identify }], storages: [expired, other] });
    await app.answerPath(PATH, contextOf());
    await background();
    assert.deepEqual([...expired.objects.keys(), ...other.objects.keys()], ['a.gif']);
    assert.deepEqual(expired.calls, []);
  });

  it('asks storages before loaders, and keeps what loaders had', async () => {
    const [storage, loader] = [mapStorage(), everything()];
    const app = createApp({ storages: [storage], loaders: [loader] });
    await app.answerPath(PATH, contextOf());
    await background();
    assert.deepEqual(storage.calls, ['get a.gif', 'put a.gif']);
    await app.answerPath('unsafe/5x5/a.gif', contextOf());
    await background();
    assert.deepEqual(loader.keys, ['a.gif']);
    assert.deepEqual(storage.calls.slice(2), ['get a.gif']);
  });

  it('keeps sources under their digest where asked to, and asks loaders for the image', async () => {
    const [storage, loader] = [mapStorage(), everything()];
    await createApp({ storages: [storage], loaders: [loader], storagePathStyle: 'digest' }).answerPath(
      PATH,
      contextOf(),
    );
    await background();
    assert.match([...storage.objects.keys()].join(), /^[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f]{36}$/);
    assert.deepEqual(loader.keys, ['a.gif']);
  });

  it('keeps raw sources too', async () => {
    const storage = mapStorage();
    await createApp({ storages: [storage] }).answerPath('unsafe/filters:raw()/a.gif', contextOf());
    await background();
    assert.equal(Buffer.from(storage.objects.get('a.gif')?.body ?? '').toString(), 'GIF89a a.gif');
  });

  it('keeps nothing that is no picture, or that no picture could be made of', async () => {
    const storage = mapStorage();
    const text: Loader = { name: 'text', get: async () => ({ body: Buffer.from('hello'), contentType: 'image/png' }) };
    const failing: Processor = { process: () => Promise.reject(new AppError('unsupported-format')), async close() {} };
    await createApp({ storages: [storage], loaders: [text] }).answerPath('unsafe/filters:raw()/a.gif', contextOf());
    const app = createApp({ storages: [storage], processor: failing });
    await assert.rejects(app.answerPath(PATH, contextOf()), failsWith('unsupported-format'));
    await background();
    assert.equal(storage.objects.size, 0);
  });

  it('hands a source’s memory back when it was used, and not while anybody may read it', async () => {
    let released = 0;
    const loader: Loader = {
      name: 'lending',
      get: async (key) => ({ body: gif(key), release: () => (released += 1) }),
    };
    await createApp({ loaders: [loader] }).answerPath(PATH, contextOf());
    await background();
    assert.equal(released, 1);
    await createApp({ loaders: [loader] }).answerPath('unsafe/filters:raw()/a.gif', contextOf());
    await createApp({ loaders: [loader], storages: [mapStorage()] }).answerPath(PATH, contextOf());
    await background();
    assert.equal(released, 1);
  });
});

describe('App: IMAGOR_RESPONSE_RAW_ON_ERROR', () => {
  const failing: Processor = { process: () => Promise.reject(new AppError('unsupported-format')), async close() {} };

  it('answers with the source and the reason', async () => {
    const [storage, results] = [mapStorage(), mapStorage()];
    const app = createApp({ processor: failing, rawOnError: true, storages: [storage], resultStorages: [results] });
    const answer = await app.answerPath(PATH, contextOf());
    assert.deepEqual(
      [textOf(answer), answer.contentType, answer.failure?.code],
      ['GIF89a a.gif', 'image/gif', 'unsupported-format'],
    );
    await background();
    assert.equal(storage.objects.size + results.objects.size, 0);
  });

  it('has nothing to answer with where the source could not be loaded', async () => {
    const app = createApp({ loaders: [], rawOnError: true });
    await assert.rejects(app.answerPath(PATH, contextOf()), failsWith('not-found'));
  });
});

describe('App: uploads', () => {
  it('makes a picture of what is sent, and keeps nothing', async () => {
    const [storage, results, processor] = [mapStorage(), mapStorage(), echo()];
    const app = createApp({ storages: [storage], resultStorages: [results], processor });
    const answer = await app.answerUpload('unsafe/9x9/filters:quality(5)', { body: gif('sent') }, contextOf());
    assert.equal(answer.contentType, 'image/echo');
    assert.equal(Buffer.from(processor.inputs[0]?.source ?? '').toString(), 'GIF89a sent');
    assert.deepEqual([processor.inputs[0]?.params.width, processor.inputs[0]?.params.image], [9, '']);
    await background();
    assert.deepEqual([...storage.calls, ...results.calls], []);
  });

  it('takes none where unsafe URLs are not served, and none that is empty', async () => {
    const upload = { body: gif('sent') };
    await assert.rejects(
      createApp({ unsafe: false }).answerUpload('9x9', upload, contextOf()),
      failsWith('signature-mismatch'),
    );
    await assert.rejects(
      createApp().answerUpload('9x9', { body: new Uint8Array() }, contextOf()),
      failsWith('invalid'),
    );
  });
});

describe('App: single flight of sources that depend on the client', () => {
  it('shares no work between clients whose forwarded headers differ', async () => {
    const asked: (string | null)[] = [];
    const loader: Loader = {
      name: 'forwarding',
      variantOf: (headers) => String(headers.get('authorization')),
      async get(key, { headers }) {
        asked.push(headers.get('authorization'));
        if (headers.get('authorization') === 'bad') throw new AppError('source-not-allowed');
        return { body: gif(key) };
      },
    };
    const app = createApp({ loaders: [loader] });
    const ask = (authorization: string) => app.answerPath(PATH, contextOf({ authorization }));
    const bad = ask('bad');
    const answers = Promise.all([ask('good'), ask('good')]);
    await assert.rejects(bad, failsWith('source-not-allowed'));
    assert.equal((await answers).length, 2);
    assert.deepEqual(asked.sort(), ['bad', 'good']);
  });
});
