import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { PictureCache, type PictureCacheOptions } from './picture-cache.ts';
import { PART, pictureFile, type WrittenPicture } from './picture-cache-file.ts';

const made: string[] = [];
const failures: unknown[] = [];

after(() => Promise.all(made.map((place) => rm(place, { recursive: true }))));

async function open(options: Partial<PictureCacheOptions> = {}): Promise<PictureCache> {
  const place = await mkdtemp(path.join(tmpdir(), 'picture-cache-'));
  made.push(place);
  const onFailure = (error: unknown): unknown => failures.push(error);
  const given = { maxBytes: 10_000, maxWidth: 100, maxHeight: 100, ttlMs: 0, format: 'pixel' } as const;
  return PictureCache.open({ ...given, places: [place], onFailure, ...options });
}

const source = async (): Promise<Uint8Array> => Buffer.from('encoded');

/** Writes as a worker does. */
function writer(cache: PictureCache, bytes = 3_000, said = bytes) {
  return async (name: string): Promise<WrittenPicture> => {
    await writeFile(pictureFile(cache.files.directory, name) + PART, Buffer.alloc(bytes));
    return { fileBytes: said, width: 1, height: 1, isShrunk: false, isTurned: false, loader: 'pngload_buffer' };
  };
}

const filesOf = (cache: PictureCache): Promise<string[]> => readdir(cache.files.directory);

const notAgain = async (): Promise<never> => assert.fail('made again');

describe('PictureCache', () => {
  it('makes a picture once, however many want it', async () => {
    const cache = await open();
    let times = 0;
    const make = async (name: string): Promise<WrittenPicture> => {
      times += 1;
      return writer(cache)(name);
    };
    const found = await Promise.all(Array.from({ length: 10 }, () => cache.find('a', source, make)));
    assert.equal(times, 1);
    assert.equal(new Set(found.map((kept) => kept?.picture.name)).size, 1);
    const again = await cache.find('a', notAgain, notAgain);
    assert.deepEqual(again, found[0]);
    assert.deepEqual(Buffer.from(again?.head ?? []), Buffer.from('encoded'));
    assert.equal(cache.bytes, 3_000);
    assert.deepEqual(await filesOf(cache), [again?.picture.name]);
    await cache.close();
    assert.equal(existsSync(cache.files.directory), false);
  });

  it('removes the file of what has been used longest ago when there is no room, and only that', async () => {
    const cache = await open();
    const names: Record<string, string | undefined> = {};
    for (const key of ['a', 'b', 'c', 'a', 'd']) {
      names[key] = (await cache.find(key, source, writer(cache)))?.picture.name;
    }
    assert.equal(cache.peek('b'), undefined);
    assert.equal(cache.bytes, 9_000);
    const { directory } = cache.files;
    const isThere = (key: string): boolean => existsSync(pictureFile(directory, names[key] ?? ''));
    while (isThere('b')) await new Promise(setImmediate);
    assert.deepEqual(['a', 'c', 'd'].map(isThere), [true, true, true]);
    await cache.find('b', source, writer(cache)); // under another name than before
    assert.notEqual(cache.peek('b')?.name, names['b']);
    await cache.close();
    assert.equal(existsSync(directory), false);
  });

  it('keeps a picture for its time', async () => {
    const cache = await open({ ttlMs: 1 });
    const first = await cache.find('a', source, writer(cache));
    while (cache.peek('a')) await new Promise(setImmediate);
    const second = await cache.find('a', source, writer(cache));
    assert.notEqual(second?.picture.name, first?.picture.name);
    await cache.close();
  });

  it('leaves nothing behind of a picture that could not be made, and does not try again at once', async () => {
    const cache = await open();
    const broken = new Error('the worker died');
    const makes = {
      dies: async (name: string) => {
        await writer(cache)(name);
        throw broken;
      },
      plays: async () => null,
      half: writer(cache, 100, 3_000),
      large: writer(cache, 20_000),
    };
    for (const [key, make] of Object.entries(makes)) {
      assert.equal(await cache.find(key, source, make), undefined, key);
      assert.equal(await cache.find(key, source, notAgain), undefined, key);
      assert.equal(cache.peek(key), undefined);
      assert.deepEqual(await filesOf(cache), []);
    }
    assert.deepEqual(failures.splice(0), [broken]);
    await cache.close();
  });

  it('tells one source that cannot be fetched to who asked, and blames no picture for it', async () => {
    const cache = await open();
    const gone = new Error('not found');
    await assert.rejects(
      cache.find('a', () => Promise.reject(gone), notAgain),
      gone,
    );
    assert.ok(await cache.find('a', source, writer(cache)));
    await cache.close();
  });

  it('forgets a file that has vanished, and goes on without its directory', async () => {
    const cache = await open();
    const first = await cache.find('a', source, writer(cache));
    await rename(cache.files.directory, `${cache.files.directory}-away`);
    cache.forget('a', first?.picture.name ?? '');
    assert.equal(cache.peek('a'), undefined);
    assert.ok(await cache.find('a', source, writer(cache)));
    cache.forget('a', first?.picture.name ?? ''); // late news of the first
    assert.ok(cache.peek('a'));
    assert.equal((await filesOf(cache)).length, 1);
    await cache.close();
  });

  it('names files itself, whatever the key', async () => {
    const cache = await open();
    for (const key of ['../../etc/passwd', '/etc/passwd', 'a\0b']) await cache.find(key, source, writer(cache, 10));
    for (const name of await filesOf(cache)) assert.match(name, /^[0-9a-f]{64}$/);
    for (const name of ['../x', 'a', '', `${'a'.repeat(64)}/..`, `${'a'.repeat(64)}\n`]) {
      assert.throws(() => pictureFile('/kept', name));
    }
    await cache.close();
  });
});
