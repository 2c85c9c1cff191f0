import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { AppError, createImagor, type Imagor, type ImagorOptions, type Log } from '../../src/index.ts';
import { GREEN, quarters, RED } from '../fixtures/draw.ts';
import { makeDir } from '../support/imagor-process.ts';
import { startOrigin } from '../support/origin.ts';
import { assertColors, readPicture } from '../support/picture.ts';
import { allEnded, childrenOf } from '../support/processes.ts';
import { inScope } from '../support/vips.ts';

const dir = await makeDir({ after });
await writeFile(
  join(dir, 'a b.png'),
  inScope((scope) => quarters(scope, 8, 6).pngsaveBuffer()),
);

const OPTIONS: ImagorOptions = {
  imagorWorkers: 1,
  httpLoaderDisable: true,
  fileLoaderBaseDir: dir,
  fileSafeChars: '--',
};

async function create(options: ImagorOptions): Promise<Imagor> {
  const imagor = await createImagor({ ...OPTIONS, ...options });
  after(() => imagor.close());
  return imagor;
}

const open = await create({ imagorUnsafe: true });

describe('createImagor', () => {
  it('answers requests without a server', async () => {
    const response = await open.fetch(new Request('https://example.com/unsafe/4x3/a%20b.png'));
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'image/png']);
    const { width, height } = readPicture(new Uint8Array(await response.arrayBuffer()));
    assert.deepEqual([width, height], [4, 3]);
    const missing = await open.fetch(new Request('https://example.com/unsafe/missing.png'));
    assert.deepEqual([missing.status, await missing.json()], [404, { message: 'not found', status: 404 }]);
  });

  it('makes pictures for the program itself, without a signature', async () => {
    const closed = await create({ imagorSecret: 'mysecret' });
    const { bytes, contentType } = await closed.serve({ image: 'a b.png', width: -4, height: 3 });
    assert.equal(contentType, 'image/png');
    // a negative width mirrors
    assertColors(readPicture(bytes), [
      [0.1, 0.1, GREEN],
      [0.9, 0.1, RED],
    ]);
    assert.equal((await closed.fetch(new Request('https://example.com/unsafe/a%20b.png'))).status, 403);
  });

  it('gives bytes that the program may do with as it likes', async () => {
    const caching = await create({ imagorUnsafe: true, memoryResultStorageSizeBytes: 1_000_000 });
    const asked = { image: 'a b.png', width: 4, height: 3 };
    const first = await caching.serve(asked);
    assert.deepEqual(Object.keys(first).sort(), ['bytes', 'contentType']);
    const kept = Buffer.from(first.bytes);
    first.bytes.fill(0);
    assert.deepEqual(Buffer.from((await caching.serve(asked)).bytes), kept);
  });

  it('refuses numbers that no URL can have, by their names', async () => {
    for (const [name, value] of Object.entries({
      width: 20.5,
      height: Number.NaN,
      cropLeft: Number.POSITIVE_INFINITY,
    })) {
      const refused = { code: 'invalid', publicMessage: `${name} cannot be ${value}` };
      await assert.rejects(open.serve({ image: 'a b.png', [name]: value }), refused);
    }
    const half = await open.serve({ image: 'a b.png', cropLeft: 0, cropTop: 0, cropRight: 0.5, cropBottom: 0.5 });
    assert.equal(readPicture(half.bytes).width, 4);
  });

  it('describes pictures', async () => {
    const { bytes, contentType } = await open.serve({ image: 'a b.png', meta: true });
    assert.equal(contentType, 'application/json');
    const { width, height } = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
    assert.deepEqual([width, height], [8, 6]);
  });

  it('throws what the program can tell apart', async () => {
    const isAppError = (code: string) => (error: unknown) => error instanceof AppError && error.code === code;
    await assert.rejects(open.serve({ image: 'missing.png' }), isAppError('not-found'));
    await assert.rejects(open.serve({}), isAppError('not-found'));
    await assert.rejects(open.serve({ image: 'color:red' }, AbortSignal.abort(new Error('no more'))), /no more/);
  });

  it('shares work between fetch and serve', async () => {
    let hits = 0;
    const origin = await startOrigin({ after }, (_, response) => {
      hits += 1;
      response.end(inScope((scope) => quarters(scope, 8, 6).pngsaveBuffer()));
    });
    const imagor = await create({ imagorUnsafe: true, httpLoaderDisable: false });
    const image = `${origin.url}/a.png`;
    const [response, result] = await Promise.all([
      imagor.fetch(new Request(`https://example.com/unsafe/4x3/${image}`)),
      imagor.serve({ image, width: 4, height: 3 }),
    ]);
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), Buffer.from(result.bytes));
    assert.equal(hits, 1);
  });

  it('takes options of the server, and a log', async () => {
    const lines: string[] = [];
    const write = (_: object, event: string): void => void lines.push(event);
    const log: Log = { debug: write, info: write, warn: write, error: write };
    const imagor = await create({ imagorUnsafe: true, imagorCacheHeaderTtlMs: 5_000, vipsMaxResolution: 10, log });
    const color = await imagor.fetch(new Request('https://example.com/unsafe/2x2/color:red'));
    assert.equal(color.headers.get('cache-control'), 'public, s-maxage=5, max-age=5, no-transform');
    assert.equal((await imagor.fetch(new Request('https://example.com/unsafe/a%20b.png'))).status, 422);
    assert.deepEqual(lines, ['request refused']);
  });

  it('does not start with options that cannot work', async () => {
    await assert.rejects(create({ libvipsPath: '/nowhere/libvips.so' }), /libvips/);
  });

  it('leaves no process behind when it is closed, and refuses to go on', async () => {
    const before = await childrenOf(process.pid);
    const imagor = await createImagor({ ...OPTIONS, imagorUnsafe: true, imagorWorkers: 2 });
    const workers = (await childrenOf(process.pid)).filter((pid) => !before.includes(pid));
    assert.equal(workers.length, 2);
    await imagor.close();
    await allEnded(workers);
    await assert.rejects(imagor.serve({ image: 'color:red' }), { code: 'unavailable' });
    assert.equal((await imagor.fetch(new Request('https://example.com/unsafe/color:red'))).status, 503);
  });
});
