import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createGate } from '../../test/support/gate.ts';
import {
  contextOf,
  createApp,
  echo,
  everything,
  failsWith,
  gif,
  never,
  textOf,
} from '../../test/support/hand-made-app.ts';
import { mapStorage } from '../../test/support/memory-store.ts';
import { NO_PARAMS } from '../endpoint/params.ts';
import { createSigner } from '../endpoint/sign.ts';
import { Admission } from './admission.ts';
import { MemoryBudget } from './memory-budget.ts';
import type { Loader } from './ports.ts';
import type { ImageAnswer } from './product.ts';

const signer = createSigner({ algorithm: 'sha1', secrets: ['1234'], truncate: 0 });

describe('App: requests at the same time', () => {
  it('loads and makes once what many want at once', async () => {
    const [loader, processor] = [everything(), echo()];
    const app = createApp({ loaders: [loader], processor, admission: new Admission({ concurrency: 1, queueSize: 0 }) });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => app.answerPath('unsafe/9x9/a.jpg', contextOf())),
    );
    assert.deepEqual(new Set(answers.map(textOf)), new Set(['9x9/a.jpg']));
    assert.deepEqual([loader.keys.length, processor.inputs.length], [1, 1]);
  });

  it('shares work between URLs that differ only in how to answer, and keeps their answers apart', async () => {
    const processor = echo();
    const app = createApp({ processor, signer });
    const paths = ['unsafe/a.jpg', `${signer.sign('a.jpg')}/a.jpg`, 'unsafe/filters:attachment(b.jpg)/a.jpg'];
    const answers = await Promise.all(paths.map((path) => app.answerPath(path, contextOf())));
    assert.equal(processor.inputs.length, 1);
    assert.deepEqual(
      answers.map(({ asked }) => asked.filters.length),
      [0, 0, 1],
    );
  });

  it('does not mistake the name of a picture for a size', async () => {
    const processor = echo();
    const app = createApp({ processor });
    const ask = (image: string, width: number): Promise<ImageAnswer> =>
      app.answer({ ...NO_PARAMS, image, width, height: width }, contextOf());
    await Promise.all([ask('a.jpg', 9), ask('9x9/a.jpg', 0)]);
    assert.deepEqual(
      processor.inputs.map(({ params }) => params.image),
      ['a.jpg', '9x9/a.jpg'],
    );
  });

  it('goes on for those who stay when the first client leaves', async () => {
    const { loader, call } = never();
    let arrive: () => void = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const slow: Loader = {
      name: 'slow',
      async get(key, context) {
        await Promise.race([arrival, loader.get(key, context)]);
        return { body: gif(key) };
      },
    };
    const app = createApp({ loaders: [slow] });
    const client = new AbortController();
    const leaving = app.answerPath('unsafe/a.jpg', contextOf({}, client.signal));
    const staying = app.answerPath('unsafe/a.jpg', contextOf());
    await call;
    client.abort(new Error('gone'));
    await assert.rejects(leaving, /gone/);
    arrive();
    assert.equal(textOf(await staying), 'a.jpg');
  });

  it('aborts loading, and processing, when nobody waits any more', async () => {
    for (const role of ['loader', 'processor'] as const) {
      const hanging = never();
      const app = createApp(role === 'loader' ? { loaders: [hanging.loader] } : { processor: hanging.processor });
      const client = new AbortController();
      const leaving = app.answerPath('unsafe/a.jpg', contextOf({}, client.signal));
      const signal = await hanging.call;
      client.abort(new Error('gone'));
      await assert.rejects(leaving, /gone/);
      assert.equal(signal.aborted, true);
    }
  });

  it('turns requests away that find no place, and has room again after a failure', async () => {
    const hanging = never();
    const app = createApp({
      loaders: [hanging.loader],
      admission: new Admission({ concurrency: 1, queueSize: 0 }),
    });
    const client = new AbortController();
    const leaving = app.answerPath('unsafe/a.jpg', contextOf({}, client.signal));
    await hanging.call;
    await assert.rejects(app.answerPath('unsafe/b.jpg', contextOf()), failsWith('too-many-requests'));
    client.abort(new Error('gone'));
    await assert.rejects(leaving, /gone/);
    await new Promise(setImmediate); // the work notices a moment after its client
    assert.equal(textOf(await app.answerPath('unsafe/color:red', contextOf())), 'color:red');
  });
});

describe('App: limits of time', () => {
  it('times out a load and a request, and stops what was under way', async () => {
    const loading = never();
    const slowSource = createApp({ loaders: [loading.loader], loadTimeoutMs: 5, requestTimeoutMs: 60_000 });
    await assert.rejects(slowSource.answerPath('unsafe/a.jpg', contextOf()), failsWith('timeout'));
    assert.equal((await loading.call).aborted, true);

    const processing = never();
    const slowWorker = createApp({ processor: processing.processor, requestTimeoutMs: 5, loadTimeoutMs: 60_000 });
    await assert.rejects(slowWorker.answerPath('unsafe/a.jpg', contextOf()), failsWith('timeout'));
    assert.equal((await processing.call).aborted, true);
  });

  it('times out a body that does not arrive', async () => {
    const loader: Loader = {
      name: 'stalls',
      get: async () => ({ body: new ReadableStream({ start: (controller) => controller.enqueue(gif('')) }) }),
    };
    const app = createApp({ loaders: [loader], loadTimeoutMs: 5 });
    await assert.rejects(app.answerPath('unsafe/a.jpg', contextOf()), failsWith('timeout'));
  });

  it('counts the time of a request from when it joins', async () => {
    const processing = never();
    const app = createApp({ processor: processing.processor, requestTimeoutMs: 20 });
    const first = assert.rejects(app.answerPath('unsafe/a.jpg', contextOf()), failsWith('timeout'));
    const signal = await processing.call;
    const second = assert.rejects(app.answerPath('unsafe/a.jpg', contextOf()), failsWith('timeout'));
    await Promise.all([first, second]);
    assert.equal(signal.aborted, true);
  });
});

describe('App: conditional requests at the same time', () => {
  const PATH = 'unsafe/9x9/a.gif';

  it('share one lookup, and what is not stored is looked up once and made once', async () => {
    const [results, processor] = [mapStorage(), echo()];
    const app = createApp({ resultStorages: [results], processor });
    const asked = [undefined, { etag: '"x"' }, { etag: '"x"' }, { etag: '"y"' }].map((known) =>
      app.answerPath(PATH, contextOf(), known),
    );
    assert.deepEqual(new Set((await Promise.all(asked)).map(textOf)), new Set(['9x9/a.gif']));
    await app.close();
    assert.equal(processor.inputs.length, 1);
    assert.deepEqual(results.calls, ['get 9x9/a.gif', 'put 9x9/a.gif']);

    const others = mapStorage();
    const alone = createApp({ resultStorages: [others] });
    await Promise.all([1, 2, 3].map(() => alone.answerPath(PATH, contextOf(), { etag: '"x"' })));
    await alone.close();
    assert.deepEqual(others.calls, ['getIfChanged 9x9/a.gif', 'put 9x9/a.gif']);
  });

  it('end with the time of a request', async () => {
    const results = mapStorage({ getIfChanged: () => new Promise(() => {}) });
    const app = createApp({ resultStorages: [results], requestTimeoutMs: 5 });
    await assert.rejects(app.answerPath(PATH, contextOf(), { etag: '"x"' }), failsWith('timeout'));
  });
});

describe('App: uploads at the same time', () => {
  it('take a place among those at work when they have arrived, not before', async () => {
    const app = createApp({ admission: new Admission({ concurrency: 1, queueSize: 0 }) });
    let send: (bytes: Uint8Array | undefined) => void = () => {};
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        send = (bytes) => (bytes ? controller.enqueue(bytes) : controller.close());
      },
    });
    const upload = app.answerUpload('unsafe/9x9', { body }, contextOf());
    send(gif('half'));
    await new Promise(setImmediate);
    assert.equal(textOf(await app.answerPath('unsafe/9x9/a.gif', contextOf())), '9x9/a.gif');
    send(undefined);
    assert.equal((await upload).contentType, 'image/echo');
  });

  it('wait for room among other uploads, and hold up no other request', async () => {
    const uploadMemory = new MemoryBudget(1);
    const app = createApp({ uploadMemory });
    const first = createGate();
    const busy = uploadMemory.run(async (account) => {
      account.open().take(1, new AbortController().signal);
      await first.opened;
    });
    let isAnswered = false;
    const upload = app.answerUpload('unsafe/9x9', { body: gif('sent') }, contextOf()).finally(() => {
      isAnswered = true;
    });
    assert.equal(textOf(await app.answerPath('unsafe/9x9/a.gif', contextOf())), '9x9/a.gif');
    assert.equal(isAnswered, false);
    first.open();
    await Promise.all([busy, upload]);
    assert.equal(uploadMemory.used, 0);
  });
});
