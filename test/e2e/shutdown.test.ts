import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { blackPng } from '../fixtures/black-png.ts';
import { createGate } from '../support/gate.ts';
import { type ImagorProcess, startImagor } from '../support/imagor-process.ts';
import { startOrigin } from '../support/origin.ts';
import { allEnded, childrenOf } from '../support/processes.ts';

const PNG = blackPng(8, 6);
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

const start = (t: TestContext, ...flags: readonly string[]): Promise<ImagorProcess> =>
  startImagor(t, ['-imagor-unsafe', '-imagor-workers', '1', ...flags]);

/** A client that keeps its connection, as browsers and load balancers do. */
function createClient(t: TestContext) {
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  return async (url: string): Promise<number> => {
    const [response] = (await once(get(url, { agent }), 'response')) as [IncomingMessage];
    await once(response.resume(), 'end');
    return response.statusCode ?? 0;
  };
}

/** A request that is under way: its source is asked for, and comes when the gate is opened. */
async function startRequest(t: TestContext, server: ImagorProcess) {
  const [asked, gate] = [createGate(), createGate()];
  const origin = await startOrigin(t, async (_, response) => {
    asked.open();
    await gate.opened;
    response.end(PNG);
  });
  const status = createClient(t)(`${server.url}/unsafe/4x3/${origin.url}/a.png`);
  await asked.opened;
  return { status, finish: gate.open };
}

async function accepts({ port }: ImagorProcess): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isAccepted = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.on('error', () => {}).destroy();
  return isAccepted;
}

describe('a server that is told to stop', { concurrency: true }, () => {
  it('finishes what it is doing, takes nothing new, and leaves nothing behind', async (t) => {
    const server = await start(t);
    const workers = await childrenOf(server.pid);
    assert.equal(workers.length, 1);
    const { status, finish } = await startRequest(t, server);
    server.kill('SIGTERM');
    await server.logged('stopping');
    while (await accepts(server)); // for a moment at most: the log comes first
    finish();
    assert.equal(await status, 200);
    const { exitCode, stderr } = await server.ended;
    assert.deepEqual([exitCode, stderr, server.log.at(-1)?.msg], [0, '', 'stopped']);
    await allEnded(workers);
  });

  it('does so at once when only idle connections are left', async (t) => {
    const server = await start(t);
    assert.equal(await createClient(t)(`${server.url}/unsafe/4x3/color:red`), 200);
    const stalled = connect(server.port, '127.0.0.1');
    await once(stalled, 'connect');
    server.kill('SIGINT');
    assert.equal((await server.ended).exitCode, 0);
    stalled.destroy();
  });

  it('goes on accepting for the drain delay first, and then does the same', async (t) => {
    const server = await start(t, '-server-drain-delay', '10ms');
    const { status, finish } = await startRequest(t, server);
    server.kill('SIGTERM');
    await server.logged('stopping');
    finish();
    assert.equal(await status, 200);
    assert.equal((await server.ended).exitCode, 0);
    assert.deepEqual(
      server.log.map(({ msg }) => msg),
      ['listening', 'draining', 'stopping', 'stopped'],
    );
  });

  it('does not keep a person at the keyboard waiting for load balancers', async (t) => {
    const server = await start(t, '-server-drain-delay', '1h');
    server.kill('SIGINT');
    assert.equal((await server.ended).exitCode, 0);
    assert.ok(!server.log.some(({ msg }) => msg === 'draining'));
  });

  it('finishes its work although its workers are told to end, as a terminal does', async (t) => {
    const server = await start(t);
    const { status, finish } = await startRequest(t, server);
    for (const pid of await childrenOf(server.pid)) for (const signal of SIGNALS) process.kill(pid, signal);
    server.kill('SIGINT');
    finish();
    assert.equal(await status, 200);
    assert.equal((await server.ended).exitCode, 0);
    assert.ok(!server.log.some(({ msg }) => msg === 'worker lost'));
  });

  it('cuts off what does not finish within the shutdown timeout, and still ends with 0', async (t) => {
    const server = await start(t, '-server-shutdown-timeout', '100ms');
    const workers = await childrenOf(server.pid);
    const { status } = await startRequest(t, server);
    const lost = assert.rejects(status);
    server.kill('SIGTERM');
    assert.equal((await server.ended).exitCode, 0);
    await lost;
    await allEnded(workers);
  });

  it('gives up saves that do not finish within the shutdown timeout, and says so', async (t) => {
    const saving = createGate();
    const bucket = await startOrigin(t, (request, response) => {
      if (request.method === 'PUT') return saving.open(); // and never answer
      response.writeHead(404).end();
    });
    const server = await startImagor(t, ['-imagor-unsafe', '-server-shutdown-timeout', '100ms'], {
      S3_ENDPOINT: bucket.url,
      S3_FORCE_PATH_STYLE: '1',
      AWS_ACCESS_KEY_ID: 'somebody',
      AWS_SECRET_ACCESS_KEY: 'secret',
      S3_RESULT_STORAGE_BUCKET: 'thumbnails',
    });
    assert.equal(await createClient(t)(`${server.url}/unsafe/4x3/color:red`), 200);
    await saving.opened;
    server.kill('SIGTERM');
    assert.equal((await server.ended).exitCode, 0);
    const { detail } = await server.logged('not saved');
    assert.equal(detail, 'the server stopped');
  });

  it('ends at the second signal, whichever it is', async (t) => {
    const server = await start(t);
    const { status } = await startRequest(t, server);
    const lost = assert.rejects(status);
    server.kill('SIGTERM');
    await server.logged('stopping');
    server.kill('SIGINT');
    assert.equal((await server.ended).signal, 'SIGINT');
    await lost;
  });

  it('ends at the second signal, its workers too', async (t) => {
    const server = await start(t);
    const workers = await childrenOf(server.pid);
    const { status } = await startRequest(t, server);
    const lost = assert.rejects(status);
    server.kill('SIGTERM');
    await server.logged('stopping');
    server.kill('SIGTERM');
    assert.equal((await server.ended).signal, 'SIGTERM');
    await lost;
    await allEnded(workers);
  });

  it('takes its workers along even when it is killed', async (t) => {
    const server = await start(t);
    const workers = await childrenOf(server.pid);
    server.kill('SIGKILL');
    await server.ended;
    await allEnded(workers);
  });
});
