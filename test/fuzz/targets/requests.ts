import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { blackPng } from '../../fixtures/black-png.ts';
import { hostileRequest } from '../../fixtures/hostile-request.ts';
import { type LogLine, makeDir, startImagor } from '../../support/imagor-process.ts';
import { settledOpenFiles } from '../../support/open-files.ts';
import { allEnded, childrenOf } from '../../support/processes.ts';
import { exchange } from '../../support/raw-request.ts';
import { checkSlowProperty } from '../check-property.ts';
import type { FuzzTarget } from '../fuzz-target.ts';
import { complaintAbout } from '../judge.ts';
import { RunLifetime } from '../lifetime.ts';

/** Connections at the same time. */
const LANES = 6;

/** The server's own limits are 30 s for a request; nothing here takes a second. */
const MAX_MS = 20_000;

/** Raw requests over real sockets, to a real server. */
export const requests: FuzzTarget = {
  name: 'requests',
  what: 'raw request lines, headers and bodies over sockets, to a server',
  runs: { short: 500, long: 15_000 },
  async run(session) {
    await using lifetime = new RunLifetime();
    const root = await makeDir(lifetime);
    const [pictures, temporary] = [path.join(root, 'pictures'), path.join(root, 'temporary')];
    await Promise.all([pictures, temporary].map((folder) => mkdir(folder)));
    await writeFile(path.join(pictures, 'a.png'), blackPng(8, 6));
    const server = await startImagor(
      lifetime,
      [
        ...['-imagor-unsafe', '-http-loader-disable', '-imagor-workers', '1', '-upload-loader-enable'],
        ...['-file-loader-base-dir', pictures, '-file-result-storage-base-dir', path.join(root, 'results')],
      ],
      { TMPDIR: temporary },
    );
    const files = await settledOpenFiles(server.pid);
    await checkSlowProperty(session, {
      lanes: LANES,
      arbitrary: fc.array(hostileRequest, { minLength: 1, maxLength: 3 }).map((list) => list.join('')),
      async examine(text) {
        const start = Date.now();
        const answers = await exchange(server.port, Buffer.from(text, 'latin1'));
        assert.ok(Date.now() - start < MAX_MS, `took ${Date.now() - start} ms`);
        for (const { status, text: answer } of answers) assert.equal(complaintAbout(status, answer), undefined, answer);
        return answers.map(({ status }) => status)[0]?.toString() ?? 'closed without an answer';
      },
      show: (text) => text,
      extension: 'http',
    });
    assert.deepEqual(await settledOpenFiles(server.pid, files), files, 'files or sockets are left');
    const workers = await childrenOf(server.pid);
    server.kill('SIGTERM');
    const { exitCode, stderr } = await server.ended;
    assert.deepEqual([exitCode, stderr], [0, '']);
    // a client that hangs up may leave a job to nobody, and its worker is ended when that goes on
    const isBad = ({ msg, killed, code }: LogLine): boolean =>
      (msg === 'worker lost' && killed !== 'abandoned') || code === 'internal';
    const bad = server.log.filter(isBad);
    assert.deepEqual(bad, []);
    await allEnded(workers);
    assert.deepEqual(await readdir(temporary), []);
  },
};
