import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { blackPng } from '../fixtures/black-png.ts';
import { createGate } from '../support/gate.ts';
import { type ImagorProcess, makeDir, startImagor } from '../support/imagor-process.ts';
import { startOrigin } from '../support/origin.ts';
import { childrenOf } from '../support/processes.ts';

const PNG = blackPng(8, 6);

/** An origin that answers only once the gate is open, and tells when it was first asked. */
async function startGatedOrigin(t: TestContext) {
  const [gate, asked, left] = [createGate(), createGate(), createGate()];
  const requests: string[] = [];
  const origin = await startOrigin(t, async (request, response) => {
    requests.push(request.url ?? '');
    asked.open();
    response.once('close', left.open);
    await gate.opened;
    response.end(PNG);
  });
  return { url: origin.url, requests, asked: asked.opened, left: left.opened, open: gate.open };
}

/** Has the workers stand still, which is as busy as can be, while `work` is done. */
async function whileFrozen<T>(server: ImagorProcess, work: () => Promise<T>): Promise<T> {
  const pids = await childrenOf(server.pid);
  assert.ok(pids.length > 0);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    return await work();
  } finally {
    for (const pid of await childrenOf(server.pid)) process.kill(pid, 'SIGCONT');
  }
}

/** A request on a connection of its own, and its answer, which may be long in coming. */
function send(url: string): { readonly sent: Promise<unknown>; readonly status: Promise<number> } {
  const request = get(url, { agent: false });
  const status = new Promise<number>((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => response.resume().once('end', () => resolve(response.statusCode ?? 0)));
  });
  return { sent: once(request, 'finish'), status };
}

/** Resolves when the server has read what was sent: it takes a turn to accept a connection, one to read, and one more. */
async function hasRead(server: ImagorProcess, sent: Promise<unknown>): Promise<void> {
  await sent;
  for (let turn = 0; turn < 3; turn++) await fetch(`${server.url}/healthcheck`);
}

const dir = await makeDir({ after });
await writeFile(join(dir, 'large.png'), Buffer.concat([PNG, Buffer.alloc(20_000_000)]));
const start = (...flags: readonly string[]): Promise<ImagorProcess> =>
  startImagor({ after }, ['-imagor-unsafe', ...flags]);

const [plain, narrow, impatient] = await Promise.all([
  start('-imagor-workers', '1', '-file-loader-base-dir', dir),
  start('-imagor-workers', '1', '-imagor-process-concurrency', '1', '-imagor-process-queue-size', '1'),
  start('-imagor-workers', '2', '-imagor-process-timeout', '1s'),
]);

describe('many requests for the same picture', () => {
  it('ask its source once', async (t) => {
    const origin = await startGatedOrigin(t);
    const requests = Array.from({ length: 50 }, () => send(`${plain.url}/unsafe/4x3/${origin.url}/a.png`));
    await hasRead(plain, Promise.all(requests.map(({ sent }) => sent)));
    origin.open();
    const statuses = await Promise.all(requests.map(({ status }) => status));
    assert.deepEqual(new Set(statuses), new Set([200]));
    assert.deepEqual(origin.requests, ['/a.png']);
  });
});

describe('many requests for different pictures', () => {
  it('wait for one another', async () => {
    const urls = Array.from({ length: 50 }, (_, n) => `${plain.url}/unsafe/${n + 1}x9/color:red`);
    const statuses = await Promise.all(urls.map((url) => send(url).status));
    assert.deepEqual(new Set(statuses), new Set([200]));
  });

  it('are turned away beyond the queue, but for those that can join one', async (t) => {
    const origin = await startGatedOrigin(t);
    const url = (name: string): string => `${narrow.url}/unsafe/${origin.url}/${name}`;
    const first = fetch(url('first.png'));
    await origin.asked;
    const waiting = send(url('waiting.png'));
    await hasRead(narrow, waiting.sent);
    for (const name of ['third.png', 'fourth.png']) {
      const response = await fetch(url(name));
      assert.deepEqual(await response.json(), { message: 'too many requests', status: 429 });
      assert.deepEqual(
        ['retry-after', 'cache-control'].map((header) => response.headers.get(header)),
        ['1', 'no-store'],
      );
    }
    const joining = send(url('first.png'));
    await hasRead(narrow, joining.sent);
    origin.open();
    assert.deepEqual([(await first).status, await waiting.status, await joining.status], [200, 200, 200]);
    assert.equal((await fetch(url('third.png'))).status, 200);
    assert.deepEqual(origin.requests, ['/first.png', '/waiting.png', '/third.png']);
  });
});

describe('a client that leaves', () => {
  it('takes the fetching of its source along, and nothing else', async (t) => {
    const origin = await startGatedOrigin(t);
    const client = connect(plain.port, '127.0.0.1');
    client.write(`GET /unsafe/${origin.url}/a.png HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await origin.asked;
    client.destroy();
    await origin.left;
    assert.equal(await send(`${plain.url}/unsafe/9x9/color:red`).status, 200);
    assert.deepEqual(
      plain.log.map(({ msg }) => msg),
      ['listening'],
    );
  });

  it('may do so in the middle of an answer', async () => {
    const client = connect(plain.port, '127.0.0.1');
    client.write('GET /unsafe/filters:raw()/large.png HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(client, 'data');
    client.resetAndDestroy();
    assert.equal(await send(`${plain.url}/unsafe/filters:raw()/large.png`).status, 200);
    assert.deepEqual(
      plain.log.map(({ msg }) => msg),
      ['listening'],
    );
  });
});

describe('busy workers', () => {
  it('do not keep a health check waiting', async () => {
    const { status } = await whileFrozen(plain, async () => {
      const picture = send(`${plain.url}/unsafe/3x3/color:red`);
      await hasRead(plain, picture.sent);
      const start = performance.now();
      for (let n = 0; n < 20; n++) assert.equal(await send(`${plain.url}/healthcheck`).status, 200);
      assert.ok(performance.now() - start < 5_000); // without workers to wait for, 20 take some 20 ms
      return picture;
    });
    assert.equal(await status, 200);
  });

  it('are killed when they take too long, which costs one request', async () => {
    await whileFrozen(impatient, async () => {
      const response = await fetch(`${impatient.url}/unsafe/9x9/color:red`);
      assert.deepEqual([response.status, response.headers.get('cache-control')], [408, 'no-store']);
      // it gets a second more to give up by itself, which a frozen one does not
      assert.equal((await impatient.logged('worker lost'))['killed'], 'timeout');
    });
    assert.equal(await send(`${impatient.url}/unsafe/9x9/color:red`).status, 200);
  });

  it('may crash, which costs one request', async () => {
    const crashed = await whileFrozen(plain, async () => {
      const { sent, status } = send(`${plain.url}/unsafe/4x4/color:red`);
      await hasRead(plain, sent);
      for (const pid of await childrenOf(plain.pid)) process.kill(pid, 'SIGKILL');
      return status;
    });
    assert.equal(await crashed, 500);
    assert.equal(await send(`${plain.url}/unsafe/4x4/color:red`).status, 200);
    assert.equal((await plain.logged('worker lost'))['signal'], 'SIGKILL');
  });
});
