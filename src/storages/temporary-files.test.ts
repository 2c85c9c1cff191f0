import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ownIdentity } from './process-identity.ts';
import { type TemporaryFile, TemporaryFiles } from './temporary-files.ts';

const HOUR_MS = 3_600_000;

/** Owners by what becomes of them: pid 2³¹−1 is nobody's, and of another machine nobody knows. */
const [SPACE] = ownIdentity().split('-');
const DEAD = `${SPACE}-${2 ** 31 - 1}-1`;
const ELSEWHERE = '0123456789abcdef-1-1';

test('has its directory only while there are files in it', async (t) => {
  const parent = await makeDir(t);
  const files = new TemporaryFiles(parent, 0o700);
  await files.use(0o640, async (file) => {
    assert.equal((await stat(join(parent, '.imagor.tmp'))).mode & 0o777, 0o700);
    assert.equal((await file.handle.stat()).mode & 0o777, 0o640 & ~process.umask());
    await files.use(0o640, (other) => moveTo(join(parent, 'b'), other));
    assert.equal((await readdir(join(parent, '.imagor.tmp'))).length, 1);
    await moveTo(join(parent, 'a'), file);
  });
  assert.deepEqual(await readdir(parent), ['a', 'b']);
});

test('removes the file of a use that failed', async (t) => {
  const parent = await makeDir(t);
  const failed = new TemporaryFiles(parent).use(0o666, async ({ handle }) => {
    await handle.close();
    throw new Error('enough');
  });
  await assert.rejects(failed, { message: 'enough' });
  assert.deepEqual(await readdir(parent), []);
});

test('fails where there is no place for it', async (t) => {
  const parent = join(await makeDir(t), 'missing');
  const use = (): Promise<never> => Promise.reject(new Error('used'));
  await assert.rejects(new TemporaryFiles(parent).use(0o666, use), { code: 'ENOENT' });
});

test('removes at its first use what dead processes have left, and nothing of others', async (t) => {
  const parent = await makeDir(t);
  const names = [DEAD, DEAD, ELSEWHERE, ownIdentity(), `${SPACE}-${process.ppid}-x`].map(
    (owner) => `${owner}.${randomUUID()}`,
  );
  await leave(parent, ...names, 'no-name-of-ours', `${DEAD}.jpg`);
  await useOnce(new TemporaryFiles(parent));
  const kept = [...names.slice(2), 'no-name-of-ours', `${DEAD}.jpg`];
  assert.deepEqual((await readdir(join(parent, '.imagor.tmp'))).sort(), kept.sort());
});

test('removes what owners elsewhere have left once it is an hour old, without being started again', async (t) => {
  const parent = await makeDir(t);
  const files = new TemporaryFiles(parent);
  await useOnce(files);
  const [old, young] = [0, 0].map(() => `${ELSEWHERE}.${randomUUID()}`) as [string, string];
  await leave(parent, old, young);
  const anHourAgo = (Date.now() - HOUR_MS) / 1_000;
  await utimes(join(parent, '.imagor.tmp', old), anHourAgo - 60, anHourAgo - 60);
  await utimes(join(parent, '.imagor.tmp', young), anHourAgo + 60, anHourAgo + 60);
  await useOnce(files);
  assert.equal((await readdir(join(parent, '.imagor.tmp'))).length, 2, 'it does not look at every use');
  const later = performance.now() + HOUR_MS;
  t.mock.method(performance, 'now', () => later);
  await useOnce(files);
  assert.deepEqual(await readdir(join(parent, '.imagor.tmp')), [young]);
});

test('shares a directory that others keep removing', async (t) => {
  const parent = await makeDir(t);
  const users = Array.from({ length: 8 }, async (_, user) => {
    for (let round = 0; round < 40; round++) {
      await new TemporaryFiles(parent).use(0o666, (file) => moveTo(join(parent, `${user}`), file));
    }
  });
  await Promise.all(users);
  assert.deepEqual(await readdir(parent), ['0', '1', '2', '3', '4', '5', '6', '7']);
});

async function makeDir(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'imagor-ts-temporary-'));
  t.after(() => rm(dir, { recursive: true }));
  return dir;
}

async function leave(parent: string, ...names: readonly string[]): Promise<void> {
  await mkdir(join(parent, '.imagor.tmp'), { recursive: true });
  for (const name of names) await writeFile(join(parent, '.imagor.tmp', name), 'hal');
}

async function useOnce(files: TemporaryFiles): Promise<void> {
  await files.use(0o666, async ({ path, handle }) => {
    await handle.close();
    await rm(path);
  });
}

async function moveTo(path: string, file: TemporaryFile): Promise<void> {
  await file.handle.close();
  await rename(file.path, path);
}
