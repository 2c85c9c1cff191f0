import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { blackPng } from '../fixtures/black-png.ts';
import { makeDir, startImagor } from '../support/imagor-process.ts';
import { settledOpenFiles } from '../support/open-files.ts';
import { startOrigin } from '../support/origin.ts';
import { allEnded, childrenOf } from '../support/processes.ts';
import { rawGet } from '../support/raw-request.ts';
import { IS_LONG, ROUNDS, showRounds } from './rounds.ts';

const PNG = blackPng(80, 60);

const root = await makeDir({ after });
const [pictures, temporary] = [path.join(root, 'pictures'), path.join(root, 'temporary')];
await Promise.all([pictures, temporary].map((folder) => mkdir(folder)));
await writeFile(path.join(pictures, 'small.png'), PNG);
await writeFile(path.join(pictures, 'large.png'), Buffer.concat([PNG, Buffer.alloc(20_000_000)]));

// answers a moment after it was asked, so that clients leave while a source is on its way
const sources = new EventEmitter();
const origin = await startOrigin({ after }, (_, response) => {
  sources.emit('asked');
  setTimeout(() => response.end(PNG), 30);
});

const server = await startImagor(
  { after },
  [
    ...['-imagor-unsafe', '-imagor-workers', '2', '-upload-loader-enable', '-file-loader-base-dir', pictures],
    '-server-access-log',
    ...[
      '-file-storage-base-dir',
      path.join(root, 'sources'),
      '-file-result-storage-base-dir',
      path.join(root, 'results'),
    ],
  ],
  { TMPDIR: temporary },
);

const head = (target: string, method = 'GET', more = ''): string =>
  `${method} ${target} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;

/** When and over what clients hang up; `round` keeps them from sharing work. */
const LEAVING: Readonly<Record<string, (client: Socket, round: number) => Promise<unknown> | unknown>> = {
  'before they ask': () => undefined,
  'within the request line': (client) => client.write('GET /unsafe/sm'),
  'within the headers': (client) => client.write('GET /unsafe/small.png HTTP/1.1\r\nHost: a\r\nAccept: im'),
  'as soon as they have asked': (client, round) => client.write(head(`/unsafe/${1 + round}x5/small.png`)),
  'while the source is fetched': async (client, round) => {
    const over = new AbortController();
    const asked = once(sources, 'asked', over).catch(() => {});
    client.write(head(`/unsafe/4x5/${origin.url}/${round}.png`));
    // a server that is busy with the others may turn it away instead
    await Promise.race([asked, once(client, 'readable')]);
    over.abort();
  },
  'within the answer': async (client) => {
    client.write(head('/unsafe/filters:raw()/large.png'));
    await once(client, 'readable');
  },
  'within an upload': (client) =>
    client.write(`${head('/unsafe/9x9/', 'POST', 'Content-Type: image/png\r\nContent-Length: 9999\r\n')}half`),
  'behind many requests': (client, round) =>
    client.write(Array.from({ length: 20 }, (_, n) => head(`/unsafe/${1 + n}x${1 + round}/small.png`)).join('')),
};

describe('clients that hang up', () => {
  it(`leave nothing behind, ${ROUNDS} times at each stage`, { timeout: 1_800_000 }, async () => {
    assert.equal((await rawGet(server.port, '/unsafe/4x4/small.png')).status, 200);
    const before = await settledOpenFiles(server.pid);
    const show = showRounds('clients gone');
    for (let round = 0; round < ROUNDS; round += 1) {
      await Promise.all(
        Object.values(LEAVING).map(async (act, stage) => {
          const client = connect(server.port, '127.0.0.1').on('error', () => {});
          await once(client, 'connect');
          await act(client, round);
          // half of them politely
          if ((round + stage) % 2 === 0) client.resetAndDestroy();
          else client.destroy();
          await new Promise((resolve) => client.once('close', resolve));
        }),
      );
      show(round + 1);
    }
    assert.equal((await rawGet(server.port, '/unsafe/7x7/small.png')).status, 200);
    // connections to the origin may be kept for a while
    const afterwards = await settledOpenFiles(server.pid, before && { ...before, sockets: before.sockets + 2 });
    if (before && afterwards) {
      assert.deepEqual(afterwards.files, before.files);
      assert.ok(afterwards.sockets <= before.sockets + 2, `${afterwards.sockets} sockets, ${before.sockets} before`);
    }
  });
});

describe('clients that are slow on purpose', { skip: IS_LONG ? false : 'takes a minute: npm run faults' }, () => {
  it('are cut off when they do not finish their headers', { timeout: 120_000 }, async () => {
    const client = connect(server.port, '127.0.0.1').on('error', () => {});
    client.write('GET /unsafe/small.png HTTP/1.1\r\n');
    const dribble = setInterval(() => client.write('X: y\r\n'), 1_000);
    await new Promise((resolve) => client.resume().once('close', resolve));
    clearInterval(dribble);
  });

  it('are cut off when they stop reading', { timeout: 180_000 }, async () => {
    const client = connect(server.port, '127.0.0.1').on('error', () => {});
    const target = '/unsafe/filters:raw():label(unread)/large.png';
    client.write(head(target));
    // who does not read does not learn that the connection is gone, either
    await server.logged('access', ({ url, status }) => url === target && status === 499);
    client.destroy();
  });
});

describe('a server whose clients hung up', () => {
  it('has had no failures, ends in peace and leaves no file', async () => {
    const failures = server.log.filter(
      ({ msg, killed, status }) => (msg === 'worker lost' && killed !== 'abandoned') || Number(status) >= 500,
    );
    assert.deepEqual(failures, []);
    const workers = await childrenOf(server.pid);
    server.kill('SIGTERM');
    assert.deepEqual([(await server.ended).exitCode, (await server.ended).stderr], [0, '']);
    await allEnded(workers);
    const left = (await readdir(root, { recursive: true })).filter((name) => /(^|\/)\.(?!\.)/.test(name));
    assert.deepEqual(left, [], 'temporary files are left');
    assert.deepEqual(await readdir(temporary), []);
  });
});
