import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { writeAtomically } from './atomic-write.ts';

const { signal } = new AbortController();

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

test('removes what a process that died has left of the same file, but nothing that may be in use', async (t) => {
  const dir = await makeDir(t);
  const digest = createHash('sha256').update('a.jpg').digest('hex').slice(0, 32);
  const leftover = join(dir, `.imagor-${digest}.tmp`);
  await writeFile(leftover, 'hal');
  await writeAtomically(join(dir, 'a.jpg'), Buffer.from('one'), 0o666, signal);
  assert.deepEqual((await readdir(dir)).sort(), [`.imagor-${digest}.tmp`, 'a.jpg']);
  const twoHoursAgo = Date.now() / 1_000 - 7_200;
  await utimes(leftover, twoHoursAgo, twoHoursAgo);
  await writeAtomically(join(dir, 'a.jpg'), Buffer.from('two'), 0o666, signal);
  assert.deepEqual(await readdir(dir), ['a.jpg']);
  assert.equal(await readFile(join(dir, 'a.jpg'), 'utf8'), 'two');
});

async function makeDir(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'imagor-ts-write-'));
  t.after(() => rm(dir, { recursive: true }));
  return dir;
}
