import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contextOf, createApp, echo, everything, gif } from '../../test/support/hand-made-app.ts';
import { mapStorage } from '../../test/support/memory-store.ts';
import type { Loader, Processor } from './ports.ts';

/** Has every picture; those below `private/` are for whoever asked. */
const loader: Loader = {
  name: 'origin',
  get: async (key) => ({ body: gif(key), isPrivate: key.startsWith('private/') }),
};

/** An app, and the keys of all that it stored. */
function start(processor: Processor = echo()) {
  const [storage, results] = [mapStorage(), mapStorage()];
  const app = createApp({ loaders: [loader], storages: [storage], resultStorages: [results], processor });
  const stored = async (path: string): Promise<string[]> => {
    const answer = await app.answerPath(path, contextOf());
    await app.close();
    return [String(answer.isPrivate), ...storage.objects.keys(), ...results.objects.keys()];
  };
  return { stored };
}

describe('App: sources meant for one client', () => {
  it('are stored neither as they are nor as what was made of them', async () => {
    assert.deepEqual(await start().stored('unsafe/9x9/private/a.gif'), ['true']);
    assert.deepEqual(await start().stored('unsafe/filters:raw()/private/a.gif'), ['true']);
    assert.deepEqual(await start().stored('unsafe/9x9/a.gif'), ['false', 'a.gif', '9x9/a.gif']);
  });

  it('keep a result that only an overlay of theirs is in from being stored', async () => {
    const path = 'unsafe/9x9/filters:watermark(private/mark.gif)/a.gif';
    assert.deepEqual(await start().stored(path), ['true', 'a.gif']);
  });

  it('count though the processor fetches them late', async () => {
    const processor: Processor = {
      ...echo(),
      kept: () => ({ source: true, images: new Set(['private/mark.gif']) }),
      async process({ params, keeping }) {
        assert.ok(keeping);
        await keeping.fetch('private/mark.gif');
        assert.deepEqual([keeping.isPrivate('private/mark.gif'), keeping.isPrivate(params.image)], [true, false]);
        return { bytes: Buffer.from('made'), contentType: 'image/echo' };
      },
    };
    assert.deepEqual(await start(processor).stored('unsafe/9x9/filters:watermark(private/mark.gif)/a.gif'), ['true']);
  });

  it('have answers vary by what loaders say', () => {
    const varying = { ...everything(), variesBy: ['cookie', 'accept-language'] };
    assert.deepEqual(createApp({ loaders: [varying, everything(), varying] }).variesBy, ['cookie', 'accept-language']);
  });
});
