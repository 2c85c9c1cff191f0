import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { blackPng } from '../fixtures/black-png.ts';
import { startImagor } from '../support/imagor-process.ts';
import { settledOpenFiles } from '../support/open-files.ts';
import type { S3Fault } from '../support/s3-server/s3-fault.ts';
import { makeBucket, startOwnTarget } from '../support/s3-server/s3-target.ts';
import { until } from '../support/s3-server/until.ts';
import { IS_LONG } from './rounds.ts';

// What each storage does with each fault is in test/contract. Here: that a whole server, with all three roles on S3,
// answers within its timeouts whatever fails, and is left with nothing.

const FAULTS: readonly S3Fault[] = [
  ...(['SlowDown', 'InternalError', 'reset', 'reset-upload', 'reset-half-way'] as const),
  ...(['cut-short', 'slow-body', 'hang-half-way', 'hang'] as const),
];

/** Requests that go to S3 for one picture: its result, its stored source, its source, and two saves. */
const REQUESTS = 5;

const TIMEOUT = '3s';

const target = await startOwnTarget({ after });
const bucket = await makeBucket(target);
const PNG = Buffer.concat([blackPng(80, 60), Buffer.alloc(300_000)]);

const server = await startImagor({ after }, ['-imagor-unsafe', '-imagor-workers', '1', '-http-loader-disable'], {
  S3_ENDPOINT: target.endpoint,
  S3_FORCE_PATH_STYLE: '1',
  AWS_ACCESS_KEY_ID: target.alice.accessKeyId,
  AWS_SECRET_ACCESS_KEY: target.alice.secretAccessKey,
  S3_LOADER_BUCKET: `${bucket.name}/sources`,
  S3_STORAGE_BUCKET: `${bucket.name}/kept`,
  S3_RESULT_STORAGE_BUCKET: `${bucket.name}/results`,
  IMAGOR_LOAD_TIMEOUT: TIMEOUT,
  IMAGOR_SAVE_TIMEOUT: TIMEOUT,
});

async function statusOf(path: string): Promise<number> {
  const response = await fetch(`${server.url}/unsafe/${path}`);
  const body = await response.arrayBuffer();
  assert.ok(body.byteLength > 0);
  return response.status;
}

describe('a server whose S3 fails', () => {
  it('answers by its timeouts whatever fails, and serves what it cannot keep', { timeout: 600_000 }, async () => {
    await bucket.put('sources/first.png', PNG);
    assert.equal(await statusOf('9x9/first.png'), 200);
    await until(async () => (await bucket.keys()).some((key) => key.startsWith('results/')));
    const before = await settledOpenFiles(server.pid);
    const seen: Record<string, number[]> = {};
    for (const [index, fault] of FAULTS.entries()) {
      for (let nth = 0; nth < REQUESTS; nth += 1) {
        // in a few tests each request fails once or twice; in many, each in every way
        if (!IS_LONG && nth !== index % REQUESTS) continue;
        const name = `${fault}-${nth}.png`;
        await bucket.put(`sources/${name}`, PNG);
        // the requests before the one that fails work; the fault is met once, so that a second try may help
        const asked = target.server.requests.length;
        let left = nth;
        target.server.onRequest = () => {
          if (left-- === 0) target.server.faults.push(fault);
        };
        const status = await statusOf(`${9 + nth}x9/${name}`);
        const saves = (): boolean => target.server.requests.length - asked >= REQUESTS;
        seen[fault] = [...(seen[fault] ?? []), status];
        const isKept = status === 200;
        if (isKept) await until(async () => saves());
        target.server.onRequest = undefined;
        target.server.faults.length = 0;
        assert.ok([200, 408, 502, 503].includes(status), `${status} after ${fault} at request ${nth}`);
        // a save that fails is nobody's business but the log's
        if (nth >= 3) assert.equal(status, 200, `${fault} at request ${nth}`);
        assert.equal(await statusOf(`7x7/filters:contrast(${nth})/first.png`), 200, `after ${fault}`);
      }
    }
    assert.deepEqual(new Set(seen['slow-body']), new Set([200]));
    const afterwards = await settledOpenFiles(server.pid, before && { ...before, sockets: before.sockets + 4 });
    if (before && afterwards) {
      assert.deepEqual(afterwards.files, before.files);
      assert.ok(afterwards.sockets <= before.sockets + 4, `${afterwards.sockets} sockets, ${before.sockets} before`);
    }
  });

  it('ends in peace', async () => {
    server.kill('SIGTERM');
    const { exitCode, stderr } = await server.ended;
    assert.equal(exitCode, 0);
    assert.doesNotMatch(stderr, /unhandled|Error:/i);
    assert.deepEqual(
      server.log.filter(({ code }) => code === 'internal'),
      [],
    );
  });
});
