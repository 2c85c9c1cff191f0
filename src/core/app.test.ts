import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
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
import { createSigner } from '../endpoint/sign.ts';
import { AppError } from '../errors.ts';
import { Admission } from './admission.ts';
import type { App } from './app.ts';
import type { Loader } from './ports.ts';

const signer = createSigner({ algorithm: 'sha1', secrets: ['1234'], truncate: 0 });

describe('App: signatures', () => {
  const signed = createApp({ signer, unsafe: false });
  const answer = async (app: App, path: string): Promise<string> => textOf(await app.answerPath(path, contextOf()));

  it('serves what is signed, and nothing else', async () => {
    assert.equal(await answer(signed, `${signer.sign('9x9/foo.jpg')}/9x9/foo.jpg`), '9x9/foo.jpg');
    const refused = [
      'foo.jpg',
      '',
      'unsafe/foo.jpg',
      `${signer.sign('9x9/foo.jpg')}/8x9/foo.jpg`,
      `${signer.sign('foo.jpg').slice(0, -3)}/foo.jpg`,
      `params/${signer.sign('x.jpg')}/foo.jpg`,
    ];
    for (const path of refused)
      await assert.rejects(signed.answerPath(path, contextOf()), failsWith('signature-mismatch'));
  });

  it('takes no signature for right where there is no secret', async () => {
    const locked = createApp({ unsafe: false });
    const ofNothing = createSigner({ algorithm: 'sha1', secrets: [''], truncate: 0 });
    const path = `${ofNothing.sign('foo.jpg')}/foo.jpg`;
    await assert.rejects(locked.answerPath(path, contextOf()), failsWith('signature-mismatch'));
  });

  it('serves both kinds where both are allowed', async () => {
    const open = createApp({ signer });
    assert.equal(await answer(open, 'unsafe/foo.jpg'), 'foo.jpg');
    assert.equal(await answer(open, `${signer.sign('foo.jpg')}/foo.jpg`), 'foo.jpg');
    await assert.rejects(open.answerPath('foo.jpg', contextOf()), failsWith('signature-mismatch'));
  });

  it('verifies a path as it stands, escaped or not', async () => {
    const path = 'filters%3Ablur%282%29/a%20b.jpg';
    assert.equal(await answer(signed, `${signer.sign(path)}/${path}`), path);
  });

  it('gives an escaped path a second try', async () => {
    const hash = signer.sign('filters:fill(red)/日本 1.png');
    const escaped = 'filters%3Afill%28red%29/%E6%97%A5%E6%9C%AC+1.png';
    assert.equal(await answer(signed, `${hash}/${escaped}`), 'filters:fill(red)/日本 1.png');
    await assert.rejects(signed.answerPath(`x${hash}/${escaped}`, contextOf()), failsWith('signature-mismatch'));
  });

  it('survives what cannot be unescaped', async () => {
    for (const path of ['%', '%zz/a.jpg', `${'A'.repeat(28)}/100%/%E0%A4%A.jpg`]) {
      await assert.rejects(signed.answerPath(path, contextOf()), failsWith('signature-mismatch'));
    }
  });

  it('gives an unsigned path a second try when the first makes no sense to the loaders', async () => {
    const picky: Loader = {
      name: 'picky',
      async get(key) {
        if (key.includes(':')) throw new AppError('invalid');
        return { body: gif(key) };
      },
    };
    const app = createApp({ loaders: [picky], signer });
    assert.equal(await answer(app, 'unsafe/filters%3Afill%28red%29/a.png'), 'filters:fill(red)/a.png');
    await assert.rejects(app.answerPath('unsafe/b:a.png', contextOf()), failsWith('invalid'));
    // who signed the escapes has not signed what they stand for
    const path = 'filters%3Afill%28red%29/a.png';
    await assert.rejects(app.answerPath(`${signer.sign(path)}/${path}`, contextOf()), failsWith('invalid'));
  });
});

describe('App: loading', () => {
  it('hands the source and all images of filters, nested ones too, to the processor', async () => {
    const [loader, processor] = [everything(), echo()];
    const app = createApp({ loaders: [loader], processor });
    const path = 'unsafe/filters:watermark(logo.png):image(/9x9/filters:watermark(inner.png)/frame.png):blur(1)/a.jpg';
    await app.answerPath(path, contextOf());
    const [{ source, images } = assert.fail()] = processor.inputs;
    assert.deepEqual(source, gif('a.jpg'));
    assert.deepEqual(
      [...images].sort(),
      ['frame.png', 'inner.png', 'logo.png'].map((key) => [key, gif(key)]),
    );
    assert.equal(loader.keys.length, 4);
  });

  it('loads them all at the same time', async () => {
    let inside = 0;
    let allInside: () => void = () => {};
    const meeting = new Promise<void>((resolve) => {
      allInside = resolve;
    });
    const loader: Loader = {
      name: 'waits for three',
      async get(key) {
        if (++inside === 3) allInside();
        await meeting;
        return { body: gif(key) };
      },
    };
    const app = createApp({ loaders: [loader] });
    await app.answerPath('unsafe/filters:watermark(b.png):watermark(c.png)/a.jpg', contextOf());
  });

  it('does not load images of filters that will not run', async () => {
    const loader = everything();
    const app = createApp({ loaders: [loader], willRun: (name, index) => name !== 'watermark' && index < 2 });
    await app.answerPath('unsafe/filters:watermark(b.png):image(c.png):image(d.png)/a.jpg', contextOf());
    assert.deepEqual(loader.keys.sort(), ['a.jpg', 'c.png']);
  });

  it('refuses more images, or deeper ones, than allowed before it loads any', async () => {
    const loader = everything();
    const app = createApp({ loaders: [loader], maxOverlays: 1, maxOverlayDepth: 1 });
    const refused = ['watermark(b.png):watermark(b.png)', 'image(/filters:image(c.png)/b.png)'];
    for (const filters of refused) {
      await assert.rejects(app.answerPath(`unsafe/filters:${filters}/a.jpg`, contextOf()), failsWith('invalid'));
    }
    assert.deepEqual(loader.keys, []);
  });

  it('stops loading the images when the source fails', async () => {
    const { loader: hanging, call } = never();
    const loader: Loader = {
      name: 'has no source',
      async get(key, context) {
        if (key === 'logo.png') return hanging.get(key, context);
        await call;
        throw new AppError('not-found');
      },
    };
    const app = createApp({ loaders: [loader] });
    await assert.rejects(
      app.answerPath('unsafe/filters:watermark(logo.png)/a.jpg', contextOf()),
      failsWith('not-found'),
    );
    assert.equal((await call).aborted, true);
  });

  it('makes colours of nothing', async () => {
    const [loader, processor] = [everything(), echo()];
    const app = createApp({ loaders: [loader], processor });
    await app.answerPath('unsafe/9x9/Color:red', contextOf());
    assert.deepEqual(loader.keys, []);
    assert.equal(processor.inputs[0]?.source.length, 0);
  });

  it('tells loaders the client’s headers', async () => {
    const cookies: (string | null)[] = [];
    const loader: Loader = {
      name: 'reads headers',
      async get(key, { headers }) {
        cookies.push(headers.get('cookie'));
        return { body: gif(key) };
      },
    };
    await createApp({ loaders: [loader] }).answerPath('unsafe/a.jpg', contextOf({ cookie: 'a=b' }));
    assert.deepEqual(cookies, ['a=b']);
  });

  it('takes no image, and an empty one, for not found', async () => {
    const empty: Loader = { name: 'empty', get: async () => ({ body: new Uint8Array() }) };
    await assert.rejects(createApp().answerPath('unsafe/9x9/', contextOf()), failsWith('not-found'));
    await assert.rejects(createApp().answerPath('unsafe/', contextOf()), failsWith('not-found'));
    await assert.rejects(
      createApp({ loaders: [empty] }).answerPath('unsafe/a.jpg', contextOf()),
      failsWith('not-found'),
    );
    await assert.rejects(createApp({ loaders: [] }).answerPath('unsafe/a.jpg', contextOf()), failsWith('not-found'));
  });

  it('passes an origin’s headers on with the result', async () => {
    const headers = new Map([['cache-control', 'private']]);
    const loader: Loader = { name: 'with headers', get: async () => ({ body: gif(''), headers }) };
    const answer = await createApp({ loaders: [loader] }).answerPath('unsafe/a.jpg', contextOf());
    assert.deepEqual([answer.headers, answer.contentType], [headers, 'image/echo']);
  });
});

describe('App: raw()', () => {
  it('answers with the source as it is, whoever is busy', async () => {
    const processor = echo();
    const app = createApp({ processor, admission: new Admission({ concurrency: 0, queueSize: 0 }) });
    const answer = await app.answerPath('unsafe/9x9/filters:fill(red):raw()/a.gif', contextOf());
    assert.equal(textOf(answer), 'GIF89a a.gif');
    assert.equal(answer.contentType, 'image/gif');
    assert.equal(answer.resolved.isRaw, true);
    assert.deepEqual(processor.inputs, []);
  });

  it('believes the store’s media type only where the bytes say nothing', async () => {
    const loader: Loader = {
      name: 'text',
      get: async () => ({ body: Buffer.from('hello'), contentType: 'text/plain' }),
    };
    const typeOf = async (loaders: Loader[]): Promise<string> =>
      (await createApp({ loaders }).answerPath('unsafe/filters:raw()/a', contextOf())).contentType;
    assert.equal(await typeOf([loader]), 'text/plain');
    assert.equal(
      await typeOf([{ name: 'no type', get: async () => ({ body: Buffer.from('?') }) }]),
      'application/octet-stream',
    );
    assert.equal(await typeOf([everything()]), 'image/gif');
  });
});

describe('App: format by Accept', () => {
  it('makes the format agreed on, and tells those who do not agree apart', async () => {
    const app = createApp({ auto: { avif: false, webp: true, jpeg: false } });
    const [webp, plain] = await Promise.all(
      ['image/webp', '*/*'].map((accept) => app.answerPath('unsafe/a.png', contextOf({ accept }))),
    );
    assert.ok(webp && plain);
    assert.deepEqual([textOf(webp), textOf(plain)], ['filters:format(webp)/a.png', 'a.png']);
    assert.deepEqual([webp.resolved.variesByAccept, plain.resolved.variesByAccept], [true, true]);
  });
});

describe('App: close', () => {
  it('closes the processor and every loader that can be closed', async () => {
    const closed: string[] = [];
    const closable = (name: string) => ({ ...everything(), close: async () => void closed.push(name) });
    const app = createApp({
      loaders: [closable('first'), everything(), closable('second')],
      processor: { ...echo(), close: async () => void closed.push('processor') },
    });
    await app.close();
    assert.deepEqual(closed.sort(), ['first', 'processor', 'second']);
  });
});
