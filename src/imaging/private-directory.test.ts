import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { ensurePrivateDirectory, makePrivateDirectory, removeAbandonedDirectories } from './private-directory.ts';

const made: string[] = [];

after(() => Promise.all(made.map((place) => rm(place, { recursive: true }))));

async function makePlace(): Promise<string> {
  const place = await mkdtemp(path.join(tmpdir(), 'private-places-'));
  made.push(place);
  return place;
}

describe('removeAbandonedDirectories', () => {
  it('removes what ended servers have left, and nothing else', async () => {
    const place = await makePlace();
    const mine = await makePrivateDirectory('pictures', place);
    const { pid } = spawnSync(process.execPath, ['--version']); // has ended by now
    const name = (owner: number, rest: string): string =>
      path.basename(mine).replace(`-${process.pid}-`, `-${owner}-`).slice(0, -6) + rest;
    const dead = path.join(place, name(pid, 'dead00'));
    const living = path.join(place, name(process.ppid, 'living'));
    const elsewhere = path.join(place, `imagor-ts-pictures-1-${pid}-recent`);
    const forgotten = path.join(place, `imagor-ts-pictures-1-${pid}-longago`);
    const strange = path.join(place, 'somebody-elses');
    const fonts = path.join(place, path.basename(dead).replace('pictures', 'fonts'));
    // of a container before this one, in which the server had the same number
    const predecessor = path.join(place, name(process.pid, 'before'));
    const numberTaken = path.join(place, name(process.ppid, 'taken0'));
    for (const directory of [dead, living, elsewhere, forgotten, strange, fonts, predecessor, numberTaken]) {
      await mkdir(directory);
    }
    await writeFile(path.join(dead, 'file'), 'x');
    const old = new Date(Date.now() - 100_000_000);
    for (const directory of [forgotten, numberTaken, mine]) await utimes(directory, old, old);
    await symlink(strange, path.join(place, name(pid, 'linked')));
    await removeAbandonedDirectories('pictures', [path.join(place, 'absent'), place]);
    const left = (await readdir(place)).sort();
    const expected = [mine, living, elsewhere, strange, fonts, path.join(place, name(pid, 'linked'))];
    assert.deepEqual(left, expected.map((file) => path.basename(file)).sort());
  });
});

describe('ensurePrivateDirectory', () => {
  it('makes the directory again, but takes no other for it', async () => {
    const directory = await makePrivateDirectory('pictures', await makePlace());
    await ensurePrivateDirectory(directory);
    await rm(directory, { recursive: true });
    await ensurePrivateDirectory(directory);
    assert.equal((await stat(directory)).mode & 0o777, 0o700);
    await chmod(directory, 0o755);
    await assert.rejects(ensurePrivateDirectory(directory), { code: 'EEXIST' });
    await rm(directory, { recursive: true });
    await symlink(tmpdir(), directory);
    await assert.rejects(ensurePrivateDirectory(directory), { code: 'EEXIST' });
  });
});
