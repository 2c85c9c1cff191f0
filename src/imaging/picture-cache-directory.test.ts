import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { ensurePictureDirectory, makePictureDirectory } from './picture-cache-directory.ts';

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

  it('removes what ended servers have left, and nothing else', async () => {
    const place = await makePlace();
    const mine = await makePictureDirectory(1, [place]);
    const { pid } = spawnSync(process.execPath, ['--version']); // has ended by now
    const name = (owner: number, rest: string): string =>
      path.basename(mine).replace(`-${process.pid}-`, `-${owner}-`).slice(0, -6) + rest;
    const dead = path.join(place, name(pid, 'dead00'));
    const living = path.join(place, name(process.ppid, 'living'));
    const elsewhere = path.join(place, `imagor-ts-pictures-1-${pid}-recent`);
    const forgotten = path.join(place, `imagor-ts-pictures-1-${pid}-longago`);
    const strange = path.join(place, 'somebody-elses');
    for (const directory of [dead, living, elsewhere, forgotten, strange]) await mkdir(directory);
    await writeFile(path.join(dead, 'file'), 'x');
    const old = new Date(Date.now() - 100_000_000);
    await utimes(forgotten, old, old);
    await symlink(strange, path.join(place, name(pid, 'linked')));
    const second = await makePictureDirectory(1, [place]);
    const left = (await readdir(place)).sort();
    const expected = [mine, living, elsewhere, strange, second, path.join(place, name(pid, 'linked'))];
    assert.deepEqual(left, expected.map((file) => path.basename(file)).sort());
  });
});

describe('ensurePictureDirectory', () => {
  it('makes the directory again, but takes no other for it', async () => {
    const directory = await makePictureDirectory(1, [await makePlace()]);
    await ensurePictureDirectory(directory);
    await rm(directory, { recursive: true });
    await ensurePictureDirectory(directory);
    assert.equal((await stat(directory)).mode & 0o777, 0o700);
    await chmod(directory, 0o755);
    await assert.rejects(ensurePictureDirectory(directory), { code: 'EEXIST' });
    await rm(directory, { recursive: true });
    await symlink(tmpdir(), directory);
    await assert.rejects(ensurePictureDirectory(directory), { code: 'EEXIST' });
  });
});
