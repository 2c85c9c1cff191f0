import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { IoContext, Storage } from '../core/ports.ts';
import { AppError } from '../errors.ts';
import { createFileStorage } from './file.ts';

const context: IoContext = { signal: new AbortController().signal, headers: new Headers() };

test('has nothing to say about keys outside of its prefix, and stores none', async (t) => {
  const baseDir = await makeDir(t);
  const storage = createFileStorage({ baseDir, pathPrefix: 'avatars' });
  assert.deepEqual(storage.locate?.('avatars/a b.jpg'), [join(baseDir, 'a+b.jpg')]);
  assert.deepEqual(storage.locate?.('avatars2/a.jpg'), []);
  const link = `${baseDir}-link`;
  await symlink(baseDir, link);
  t.after(() => rm(link));
  const linked = createFileStorage({ baseDir: link, pathPrefix: 'avatars' });
  assert.deepEqual(linked.identify?.('avatars/a b.jpg'), storage.identify?.('avatars/a b.jpg'));
  await put(storage, 'avatars/a.jpg', 'one');
  assert.equal(await readFile(join(baseDir, 'a.jpg'), 'utf8'), 'one');
  assert.equal(await text(storage, 'avatars/a.jpg'), 'one');
  assert.equal(await storage.get('avatars2/a.jpg', context), undefined);
  assert.equal(await storage.stat('avatars2/a.jpg', context), undefined);
  await put(storage, 'avatars2/a.jpg', 'two');
  await storage.delete('avatars2/../a.jpg', context);
  assert.deepEqual(await readdir(baseDir), ['a.jpg']);
});

test('makes its base directory when something is first stored, with the modes configured', async (t) => {
  const baseDir = join(await makeDir(t), 'not/yet');
  const storage = createFileStorage({ baseDir, mkdirMode: 0o750, writeMode: 0o640 });
  await assert.rejects(storage.get('a/b.jpg', context), { code: 'not-found' });
  await put(storage, 'a/b.jpg', 'one');
  assert.equal((await stat(join(baseDir, 'a'))).mode & 0o777, 0o750 & ~process.umask());
  assert.equal((await stat(join(baseDir, 'a/b.jpg'))).mode & 0o777, 0o640 & ~process.umask());
});

test('follows links inside, and none that leads out', async (t) => {
  const root = await makeDir(t);
  const baseDir = join(root, 'data');
  for (const dir of ['data/real', 'data-old']) await mkdir(join(root, dir), { recursive: true });
  await writeFile(join(root, 'data-old/secret.jpg'), 'secret');
  await writeFile(join(baseDir, 'real/a.jpg'), 'inside');
  await symlink('real', join(baseDir, 'folder-inside'));
  await symlink('real/a.jpg', join(baseDir, 'file-inside.jpg'));
  await symlink('../data-old', join(baseDir, 'sibling'));
  await symlink(join(root, 'data-old/secret.jpg'), join(baseDir, 'secret.jpg'));
  await symlink('/', join(baseDir, 'root'));
  await symlink('loop', join(baseDir, 'loop'));
  await symlink('../data-old/missing', join(baseDir, 'dangling'));
  const storage = createFileStorage({ baseDir });
  for (const key of ['folder-inside/a.jpg', 'file-inside.jpg']) assert.equal(await text(storage, key), 'inside');
  for (const key of ['sibling/secret.jpg', 'secret.jpg', 'root/etc/passwd', 'loop', 'loop/a.jpg', 'dangling/a.jpg']) {
    await assert.rejects(storage.get(key, context), { code: 'not-found' }, key);
    await assert.rejects(storage.stat(key, context), { code: 'not-found' }, key);
  }
  for (const key of ['sibling/new.jpg', 'sibling/new/folder/a.jpg', 'dangling/a.jpg', 'loop/a.jpg']) {
    await assert.rejects(put(storage, key, 'intruder'), AppError, key);
  }
  await storage.delete('sibling/secret.jpg', context);
  assert.deepEqual(await readdir(join(root, 'data-old')), ['secret.jpg']);
  // the link itself lies inside
  await put(storage, 'secret.jpg', 'mine');
  assert.ok((await lstat(join(baseDir, 'secret.jpg'))).isFile());
  assert.equal(await readFile(join(root, 'data-old/secret.jpg'), 'utf8'), 'secret');
});

test('keeps up with a base directory that is a link and is exchanged', async (t) => {
  const root = await makeDir(t);
  for (const release of ['1', '2']) {
    await mkdir(join(root, release));
    await writeFile(join(root, release, 'a.jpg'), `release ${release}`);
  }
  await symlink('1', join(root, 'current'));
  const storage = createFileStorage({ baseDir: join(root, 'current') });
  assert.equal(await text(storage, 'a.jpg'), 'release 1');
  await symlink('2', join(root, 'next'));
  await rename(join(root, 'next'), join(root, 'current'));
  assert.equal(await text(storage, 'a.jpg'), 'release 2');
});

test('reads regular files alone, and does not wait for a FIFO', async (t) => {
  const baseDir = await makeDir(t);
  await mkdir(join(baseDir, 'folder.jpg'));
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(baseDir, 'fifo.jpg')]);
  const storage = createFileStorage({ baseDir });
  for (const key of ['folder.jpg', 'fifo.jpg']) {
    await assert.rejects(storage.get(key, context), { code: 'not-found' }, key);
    await assert.rejects(storage.stat(key, context), { code: 'not-found' }, key);
  }
});

test('counts expired files as absent, and keeps them', async (t) => {
  const baseDir = await makeDir(t);
  const storage = createFileStorage({ baseDir, expirationMs: 60_000 });
  await put(storage, 'a.jpg', 'one');
  assert.equal(await text(storage, 'a.jpg'), 'one');
  const twoMinutesAgo = Date.now() / 1_000 - 120;
  await utimes(join(baseDir, 'a.jpg'), twoMinutesAgo, twoMinutesAgo);
  await assert.rejects(storage.get('a.jpg', context), { code: 'not-found' });
  await assert.rejects(storage.stat('a.jpg', context), { code: 'not-found' });
  assert.deepEqual(await readdir(baseDir), ['a.jpg']);
  await put(storage, 'a.jpg', 'again');
  assert.equal(await text(storage, 'a.jpg'), 'again');
});

test('refuses a file over the limit before it takes memory', async (t) => {
  const baseDir = await makeDir(t);
  await writeFile(join(baseDir, 'sparse.jpg'), '');
  await truncate(join(baseDir, 'sparse.jpg'), 2 ** 40);
  await writeFile(join(baseDir, 'small.jpg'), '12345');
  const storage = createFileStorage({ baseDir, maxBytes: 5 });
  await assert.rejects(storage.get('sparse.jpg', context), { code: 'max-size-exceeded' });
  assert.equal(await text(storage, 'small.jpg'), '12345');
});

test('says what a client may know, and to the log the rest', async (t) => {
  const baseDir = await makeDir(t);
  await mkdir(join(baseDir, 'closed'));
  await writeFile(join(baseDir, 'private.jpg'), 'one');
  await chmod(baseDir, 0o755);
  await chmod(join(baseDir, 'private.jpg'), 0);
  await chmod(join(baseDir, 'closed'), 0o555);
  const storage = createFileStorage({ baseDir });
  await asNobody(async () => {
    const expected = { code: 'source-not-allowed', status: 403, publicMessage: 'the source may not be read' };
    await assert.rejects(storage.get('private.jpg', context), expected);
    await assert.rejects(put(storage, 'closed/a.jpg', 'one'), (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, 'internal');
      assert.match(error.detail ?? '', /EACCES/);
      return !error.publicMessage.includes('closed');
    });
  });
  await put(storage, 'file', 'one');
  await assert.rejects(storage.get('file/below.jpg', context), { code: 'not-found' });
  await assert.rejects(storage.get(`${'n'.repeat(300)}.jpg`, context), { code: 'not-found' });
  await assert.rejects(put(storage, 'file/below.jpg', 'one'), { code: 'internal' });
  await storage.delete('closed', context);
  await storage.delete('file/below.jpg', context);
});

/** The superuser may read everything, so tests that run as root step aside for this. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

function put(storage: Storage, key: string, content: string): Promise<void> {
  return storage.put(key, { body: Buffer.from(content) }, context);
}

async function text(storage: Storage, key: string): Promise<string | undefined> {
  const blob = await storage.get(key, context);
  return blob && Buffer.from(blob.body as Uint8Array).toString();
}

async function makeDir(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'imagor-ts-file-'));
  t.after(() => rm(dir, { recursive: true }));
  return dir;
}
