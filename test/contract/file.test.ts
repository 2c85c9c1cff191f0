import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileStorage } from '../../src/storages/file.ts';
import { describeLoader, ioContext, type LoaderFixture, SECRET } from './loader-contract.ts';
import { describeStorage, type StorageFixture } from './storage-contract.ts';

/** A base directory between a secret, a sibling of a similar name, and a link that leads out. */
async function makeFixture(etags: boolean): Promise<LoaderFixture & StorageFixture> {
  const root = await mkdtemp(join(tmpdir(), 'imagor-ts-file-'));
  const baseDir = join(root, 'base');
  for (const dir of ['base', 'base-sibling', 'outside']) await mkdir(join(root, dir));
  const secrets = ['secret.txt', 'base-sibling/secret.txt', 'outside/secret.txt'].map((name) => join(root, name));
  for (const path of secrets) await writeFile(path, SECRET);
  await symlink(join(root, 'outside'), join(baseDir, 'link-out'));
  const storage = createFileStorage({ baseDir, etags });
  return {
    storage,
    hasNoEtags: !etags,
    loader: storage,
    seed: (key, bytes) => storage.put(key, { body: bytes }, ioContext()),
    close: () => rm(root, { recursive: true }),
    assertOutsideUntouched: async () => {
      for (const path of secrets) assert.ok((await readFile(path)).equals(SECRET));
      assert.deepEqual((await readdir(root)).sort(), ['base', 'base-sibling', 'outside', 'secret.txt']);
      assert.deepEqual(await readdir(join(root, 'base-sibling')), ['secret.txt']);
      assert.deepEqual(await readdir(join(root, 'outside')), ['secret.txt']);
    },
    assertNoLeftovers: async () => {
      const names = await readdir(baseDir, { recursive: true });
      assert.deepEqual(
        names.filter((name) => name.includes('.tmp')),
        [],
      );
    },
  };
}

describeLoader('file storage', () => makeFixture(false));
describeStorage('file storage', () => makeFixture(false));
describeStorage('file storage with etags', () => makeFixture(true));
