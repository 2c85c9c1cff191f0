import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { blackPng } from '../fixtures/black-png.ts';
import { makeDir, startImagor } from '../support/imagor-process.ts';
import { readPicture } from '../support/picture.ts';

/** What is asked for while the mark is there, and once it is gone. */
const URLS = {
  watermark: 'unsafe/60x40/filters:watermark(mark.png,0,0,0)/base.png',
  image: 'unsafe/60x40/filters:image(20x20/mark.png,5,5)/base.png',
  preview: 'unsafe/fit-in/30x30/filters:preview()/mark.png',
};

async function start(...flags: readonly string[]) {
  const folder = await makeDir({ after });
  await writeFile(join(folder, 'base.png'), blackPng(120, 80));
  await writeFile(join(folder, 'mark.png'), blackPng(40, 40));
  const server = await startImagor({ after }, [
    '-imagor-unsafe',
    '-imagor-workers=1',
    '-http-loader-disable',
    `-file-loader-base-dir=${folder}`,
    ...flags,
  ]);
  const ask = async (path: string): Promise<string> => {
    const response = await fetch(`${server.url}/${path}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    if (response.status !== 200) return String(response.status);
    const { width, height } = readPicture(bytes);
    return `${width}×${height}`;
  };
  return { ask, removeMark: () => rm(join(folder, 'mark.png')) };
}

describe('VIPS_CACHE_SIZE', () => {
  it('has overlays and previews fetched and decoded once', async () => {
    const { ask, removeMark } = await start('-vips-cache-size=10000000');
    const before = await Promise.all(Object.values(URLS).map(ask));
    assert.deepEqual(before, ['60×40', '60×40', '30×30']);
    await removeMark();
    assert.deepEqual(await Promise.all(Object.values(URLS).map(ask)), before);
  });

  it('keeps nothing by default', async () => {
    const { ask, removeMark } = await start();
    await Promise.all(Object.values(URLS).map(ask));
    await removeMark();
    assert.deepEqual(await Promise.all(Object.values(URLS).map(ask)), ['404', '404', '404']);
  });
});
