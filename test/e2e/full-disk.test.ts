import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeDir } from '../support/imagor-process.ts';

const SAVER = fileURLToPath(new URL('../support/save-on-full-disk.js', import.meta.url));

/** A namespace of mounts for one process: nobody need be root, and nothing is left mounted. */
const PRIVATE_MOUNTS = ['--user', '--map-root-user', '--mount'];

const MOUNT_AND_RUN = 'mount -t tmpfs -o size=1m tmpfs "$0" && exec "$@"';

/** How a program comes to a disk of about 1 MB, and the error that it meets there. */
const FULL_DISKS: Record<string, { error: string; command: readonly string[] }> = {
  // the limit of one file; the write fails half-way, as on a disk that is full
  'a limit of file sizes': { error: 'EFBIG', command: ['sh', '-c', 'ulimit -f 1024; exec "$@"'] },
};
// many containers forbid it
if (spawnSync('unshare', [...PRIVATE_MOUNTS, 'sh', '-c', MOUNT_AND_RUN, '/mnt', 'true']).status === 0) {
  const command = ['unshare', ...PRIVATE_MOUNTS, 'sh', '-c', MOUNT_AND_RUN];
  FULL_DISKS['a full disk'] = { error: 'ENOSPC', command };
}

for (const [name, { error, command }] of Object.entries(FULL_DISKS)) {
  test(`a save stopped by ${name} fails alone, and leaves the old object and nothing else`, async (t) => {
    const directory = await makeDir(t);
    const [program = '', ...args] = [...command, directory, process.execPath, SAVER, directory];
    const { stdout } = await promisify(execFile)(program, args);
    const { failure, ...rest } = JSON.parse(stdout);
    assert.equal(failure.code, 'internal');
    assert.equal(failure.publicMessage, 'internal error');
    assert.match(failure.detail, new RegExp(error));
    assert.deepEqual(rest, { kept: 'old', files: ['folder', 'folder/a.jpg'], replaced: 'new' });
  });
}
