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

const start = (t: TestContext): Promise<ImagorProcess> => startImagor(t, ['-imagor-unsafe', '-imagor-workers', '1']);

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
