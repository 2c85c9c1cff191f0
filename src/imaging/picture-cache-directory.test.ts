import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { makePictureDirectory } from './picture-cache-directory.ts';

const made: string[] = [];

after(() => Promise.all(made.map((place) => rm(place, { recursive: true }))));

async function makePlace(): Promise<string> {
  const place = await mkdtemp(path.join(tmpdir(), 'picture-places-'));
  made.push(place);
  return place;
}

describe('makePictureDirectory', () => {
  it('makes a directory for its owner alone, in the first place that has room', async () => {
    const [first, last] = [await makePlace(), await makePlace()];
    const roomy = await makePictureDirectory(1, [first, last]);
    assert.equal(path.dirname(roomy), first);
    assert.equal((await stat(roomy)).mode & 0o777, 0o700);
    const tight = await makePictureDirectory(Number.MAX_SAFE_INTEGER, [first, last]);
    assert.equal(path.dirname(tight), last);
    const absent = await makePictureDirectory(1, [path.join(first, 'absent'), last]);
    assert.equal(path.dirname(absent), last);
  });
});
