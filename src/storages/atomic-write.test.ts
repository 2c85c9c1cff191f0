import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { writeAtomically } from './atomic-write.ts';
import { ownIdentity } from './process-identity.ts';
import { TemporaryFiles } from './temporary-files.ts';

const { signal } = new AbortController();

/** Where there is none in memory, the same one. */
const OTHER_FILE_SYSTEM = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

test('writes a file with its mode, less the umask, and nothing else', async (t) => {
  const dir = await makeDir(t);
  await writeAtomically(join(dir, 'a.jpg'), Buffer.from('one'), 0o640, signal);
  assert.equal(await readFile(join(dir, 'a.jpg'), 'utf8'), 'one');
  assert.equal((await stat(join(dir, 'a.jpg'))).mode & 0o777, 0o640 & ~process.umask());
  assert.deepEqual(await readdir(dir), ['a.jpg']);
});

test('takes names as long as file systems have them', async (t) => {
  const path = join(await makeDir(t), 'n'.repeat(255));
  await writeAtomically(path, Buffer.from('one'), 0o666, signal);
  assert.equal(await readFile(path, 'utf8'), 'one');
});

test('leaves one whole file of many written at once', async (t) => {
  const dir = await makeDir(t);
  const texts = Array.from({ length: 20 }, (_, index) => String.fromCharCode(97 + index).repeat(100_000));
  await Promise.all(texts.map((text) => writeAtomically(join(dir, 'a.jpg'), Buffer.from(text), 0o666, signal)));
  assert.ok(texts.includes(await readFile(join(dir, 'a.jpg'), 'utf8')));
  assert.deepEqual(await readdir(dir), ['a.jpg']);
});

test('leaves what was there, and no temporary file, when it fails', async (t) => {
  const dir = await makeDir(t);
  await mkdir(join(dir, 'taken/by-a-folder'), { recursive: true });
  await assert.rejects(writeAtomically(join(dir, 'taken'), Buffer.from('one'), 0o666, signal));
  await writeFile(join(dir, 'kept.jpg'), 'old');
  const reason = new Error('enough');
  const aborted = writeAtomically(join(dir, 'kept.jpg'), Buffer.from('new'), 0o666, AbortSignal.abort(reason));
  await assert.rejects(aborted);
  assert.equal(await readFile(join(dir, 'kept.jpg'), 'utf8'), 'old');
  assert.deepEqual((await readdir(dir)).sort(), ['kept.jpg', 'taken']);
});

test('replaces a symbolic link, not what it points to', async (t) => {
  const dir = await makeDir(t);
  await writeFile(join(dir, 'precious'), 'old');
  await symlink(join(dir, 'precious'), join(dir, 'a.jpg'));
  await writeAtomically(join(dir, 'a.jpg'), Buffer.from('new'), 0o666, signal);
  assert.equal(await readFile(join(dir, 'precious'), 'utf8'), 'old');
  assert.equal(await readFile(join(dir, 'a.jpg'), 'utf8'), 'new');
});

test('writes beside the file where temporary files cannot be moved to', async (t) => {
  const [here, elsewhere] = [await makeDir(t), await makeDir(t, OTHER_FILE_SYSTEM)];
  const path = join(elsewhere, 'a.jpg');
  await writeFile(path, 'old');
  await writeAtomically(path, Buffer.from('new'), 0o666, signal, new TemporaryFiles(here));
  assert.equal(await readFile(path, 'utf8'), 'new');
  assert.deepEqual(await readdir(elsewhere), ['a.jpg']);
  assert.deepEqual(await readdir(here), []);
});

test('removes what a killed process has left, wherever the next file is written', async (t) => {
  const dir = await makeDir(t);
  await mkdir(join(dir, 'deep/er'), { recursive: true });
  await mkdir(join(dir, '.imagor.tmp'));
  const [space] = ownIdentity().split('-');
  await writeFile(join(dir, '.imagor.tmp', `${space}-${2 ** 31 - 1}-1.${randomUUID()}`), 'hal');
  await writeAtomically(join(dir, 'deep/er/a.jpg'), Buffer.from('one'), 0o666, signal, new TemporaryFiles(dir));
  assert.deepEqual(await readdir(dir), ['deep']);
});

async function makeDir(t: TestContext, parent: string = tmpdir()): Promise<string> {
  const dir = await mkdtemp(join(parent, 'imagor-ts-write-'));
  t.after(() => rm(dir, { recursive: true }));
  return dir;
}
