import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { blackPng } from '../fixtures/black-png.ts';
import { createGate } from '../support/gate.ts';
import { type ImagorProcess, makeDir, startImagor } from '../support/imagor-process.ts';
import { startOrigin } from '../support/origin.ts';
import { readPicture } from '../support/picture.ts';

const PNG = blackPng(80, 60);

/** Requests that the origin has had, by path; those below `/slow/` are answered when the gate is opened. */
const asked: string[] = [];
const slow = createGate();
const origin = await startOrigin({ after }, async ({ url = '' }, response) => {
  asked.push(url);
  if (url.startsWith('/slow/')) await slow.opened;
  response.writeHead(200, { 'content-type': 'image/png' }).end(url.endsWith('.txt') ? 'no picture' : PNG);
});

/** A server with file storages for sources and results in directories of their own. */
async function start(...flags: readonly string[]): Promise<ImagorProcess & { sources: string; results: string }> {
  const [sources, results] = await Promise.all([makeDir({ after }), makeDir({ after })]);
  const server = await startImagor({ after }, [
    '-imagor-unsafe',
    '-imagor-workers=1',
    `-http-loader-base-url=${origin.url}`,
    `-file-storage-base-dir=${sources}`,
    `-file-result-storage-base-dir=${results}`,
    ...flags,
  ]);
  return { ...server, sources, results };
}

/** All files below a directory, by their paths from there, but for those that are being written. */
async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const lists = entries
    .filter(({ name }) => !name.startsWith('.'))
    .map(async (entry) => {
      if (entry.isFile()) return [entry.name];
      return (await filesIn(join(directory, entry.name))).map((file) => join(entry.name, file));
    });
  return (await Promise.all(lists)).flat().sort();
}

/** The files once so many, or that one, are there: a save may end after its answer. */
async function eventually(directory: string, wanted: number | string): Promise<string[]> {
  for (;;) {
    const files = await filesIn(directory);
    const isThere = typeof wanted === 'string' ? files.includes(wanted) : files.length >= wanted;
    if (isThere) return files;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The answer from the storage: until its save has ended, a result is answered from memory, which has no date. */
async function fetchStored(url: string): Promise<Response> {
  for (;;) {
    const response = await fetch(url);
    if (response.headers.has('last-modified')) return response;
    await response.arrayBuffer();
  }
}

/** By node:http: fetch would add `Cache-Control: no-cache` to a conditional request. */
async function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const [response] = (await once(get(url, { headers }), 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

async function sizeOf(url: string): Promise<string> {
  const response = await fetch(url);
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.equal(response.status, 200, bytes.toString());
  const { width, height } = readPicture(bytes);
  return `${width}×${height}`;
}

describe('a server with file storages', async () => {
  const server = await start();

  it('keeps source and result under imagor’s keys, and needs the origin no more', async () => {
    const url = `${server.url}/unsafe/fit-in/40x40/filters:quality(80)/dir/a%20b.png`;
    assert.equal(await sizeOf(url), '40×30');
    assert.deepEqual(await eventually(server.sources, 1), ['dir/a+b.png']);
    // a result's key is the path as it came, escapes and all
    assert.deepEqual(await eventually(server.results, 1), ['fit-in/40x40/filters%3Aquality%2880%29/dir/a%2520b.png']);
    assert.deepEqual(await readFile(join(server.sources, 'dir/a+b.png')), PNG);
    assert.equal(await sizeOf(url), '40×30');
    assert.equal(await sizeOf(`${server.url}/unsafe/20x20/dir/a%20b.png`), '20×20');
    assert.equal(asked.filter((path) => path.includes('a%20b')).length, 1);
  });

  it('serves what it stored, validators and all, and answers 304', async () => {
    const url = `${server.url}/unsafe/10x10/c.png`;
    const made = await fetch(url);
    const bytes = Buffer.from(await made.arrayBuffer());
    const stored = await fetchStored(url);
    assert.deepEqual(Buffer.from(await stored.arrayBuffer()), bytes);
    assert.equal(stored.headers.get('etag'), made.headers.get('etag'));
    const etag = stored.headers.get('etag') ?? '';
    assert.equal(await statusOf(url, { 'if-none-match': `"other", W/${etag}` }), 304);
    assert.equal(await statusOf(url, { 'if-none-match': '"other"' }), 200);
  });

  it('keeps no source that is no picture', async () => {
    assert.equal((await fetch(`${server.url}/unsafe/10x10/none.txt`)).status, 406);
    assert.ok(!(await filesIn(server.sources)).includes('none.txt'));
  });

  it('loads, makes and saves once what 200 clients want, though the first hangs up', async () => {
    const url = `${server.url}/unsafe/30x30/slow/d.png`;
    const first = get(url).on('error', () => {});
    const others = Array.from({ length: 199 }, () => sizeOf(url));
    await untilAsked('/slow/d.png');
    first.destroy();
    slow.open();
    assert.deepEqual([...new Set(await Promise.all(others))], ['30×30']);
    await eventually(server.results, '30x30/slow/d.png');
    assert.equal(asked.filter((path) => path === '/slow/d.png').length, 1);
  });

  async function untilAsked(path: string): Promise<void> {
    while (!asked.includes(path)) await new Promise(setImmediate);
  }
});

describe('a server with a modified-time check', async () => {
  const folder = await makeDir({ after });
  const results = await makeDir({ after });
  const server = await startImagor({ after }, [
    '-imagor-unsafe',
    '-imagor-workers=1',
    `-file-loader-base-dir=${folder}`,
    `-file-result-storage-base-dir=${results}`,
    '-imagor-modified-time-check',
  ]);

  it('makes a result again once its source has changed', async () => {
    const source = join(folder, 'a.png');
    const url = `${server.url}/unsafe/fit-in/40x40/a.png`;
    await writeFile(source, PNG);
    await utimes(source, 1000, 1000);
    assert.equal(await sizeOf(url), '40×30');
    const [result = ''] = await eventually(results, 1);
    const { mtimeMs } = await stat(join(results, result));
    assert.equal(await sizeOf(url), '40×30');
    assert.equal((await stat(join(results, result))).mtimeMs, mtimeMs, 'not made again');
    await writeFile(source, blackPng(60, 60));
    await utimes(source, Date.now() / 1000 + 60, Date.now() / 1000 + 60);
    assert.equal(await sizeOf(url), '40×40');
  });
});

describe('result keys', () => {
  const EXPECTED = {
    digest: /^[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f]{36}$/,
    suffix: /^dir\/e\.[0-9a-f]{20}\.png$/,
    size: /^dir\/e\.[0-9a-f]{20}_12x10\.png$/,
  };
  for (const [style, pattern] of Object.entries(EXPECTED)) {
    it(`in the style ${style}`, async () => {
      const server = await start(`-imagor-result-storage-path-style=${style}`, '-imagor-storage-path-style=digest');
      await sizeOf(`${server.url}/unsafe/12x10/dir/e.png`);
      const [result = ''] = await eventually(server.results, 1);
      const [source = ''] = await eventually(server.sources, 1);
      assert.match(result, pattern);
      assert.match(source, EXPECTED.digest);
    });
  }
});
