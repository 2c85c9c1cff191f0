import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { scene } from '../fixtures/draw.ts';
import { makeDir, startImagor } from '../support/imagor-process.ts';
import { settledOpenFiles } from '../support/open-files.ts';
import { inScope } from '../support/vips.ts';
import { ROUNDS, showRounds } from './rounds.ts';

// What the file storage does on a full disk is in test/e2e/full-disk.test.ts. Here: what clients notice of it.

/** A limit of file sizes, 32 KB: a write fails half-way, as on a disk that is full, without one to fill. */
const FULL = ['/bin/sh', '-c', 'ulimit -f 64; exec "$@"', 'sh'];

const KEPT_BYTES = 32 * 1024;

describe('a server whose disk is full', { skip: process.platform === 'win32' ? 'no sh' : false }, () => {
  it('serves every picture, tells the log of each, and leaves no half file', { timeout: 600_000 }, async (t) => {
    const [pictures, kept, results] = await Promise.all([makeDir(t), makeDir(t), makeDir(t)]);
    const photo = inScope((scope) => scene(scope, 900, 700).pngsaveBuffer());
    assert.ok(photo.length > 2 * KEPT_BYTES);
    await writeFile(path.join(pictures, 'photo.png'), photo);
    const server = await startImagor(
      t,
      [
        ...['-imagor-unsafe', '-imagor-workers', '1', '-http-loader-disable', '-file-loader-base-dir', pictures],
        ...['-file-storage-base-dir', kept, '-file-result-storage-base-dir', results],
      ],
      {},
      FULL,
    );
    const ask = async (target: string): Promise<number> => {
      const response = await fetch(`${server.url}/unsafe/${target}`);
      const { byteLength } = await response.arrayBuffer();
      return response.status === 200 ? byteLength : -response.status;
    };
    assert.ok((await ask('800x600/photo.png')) > KEPT_BYTES);
    await server.logged('not saved', ({ storage }) => String(storage).startsWith('file'));
    const before = await settledOpenFiles(server.pid);
    const rounds = Math.min(ROUNDS, 200);
    const show = showRounds('pictures on a full disk', rounds);
    for (let round = 0; round < rounds; round += 1) {
      const bytes = await ask(`80${round % 10}x60${Math.floor(round / 10)}/photo.png`);
      assert.ok(bytes > KEPT_BYTES, String(bytes));
      show(round + 1);
    }
    assert.ok((await ask('20x20/photo.png')) > 0); // and this one fits
    server.kill('SIGTERM');
    assert.deepEqual([(await server.ended).exitCode, (await server.ended).stderr], [0, '']);
    const failures = server.log.filter(({ msg }) => msg === 'not saved');
    assert.ok(failures.length >= rounds, `${failures.length} of ${rounds} were told of`);
    assert.ok(failures.every(({ detail, cause }) => /EFBIG/.test(`${detail} ${cause}`)));
    assert.deepEqual(await readdir(kept, { recursive: true }), []);
    assert.deepEqual(
      (await readdir(results, { recursive: true })).filter((name) => name.endsWith('.png')),
      ['20x20/photo.png'],
    );
    assert.ok(before === undefined || before.files.length < 20);
  });
});
