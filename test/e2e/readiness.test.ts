import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { blackPng } from '../fixtures/black-png.ts';
import { createGate } from '../support/gate.ts';
import { type ImagorProcess, startImagor } from '../support/imagor-process.ts';
import { startOrigin } from '../support/origin.ts';
import { childrenOf } from '../support/processes.ts';

/** What a probe on a connection of its own is told: the status, and why where it is no. */
async function probe({ url }: ImagorProcess): Promise<readonly [status: number, reason: string]> {
  const response = await fetch(`${url}/readyz`, { headers: { connection: 'close' } });
  const body = await response.text();
  return [response.status, body === '' ? '' : JSON.parse(body).message];
}

async function healthOf({ url }: ImagorProcess): Promise<number> {
  return (await fetch(`${url}/healthcheck`, { headers: { connection: 'close' } })).status;
}

const start = (t: TestContext, ...flags: readonly string[]): Promise<ImagorProcess> =>
  startImagor(t, ['-imagor-unsafe', '-imagor-workers', '1', ...flags]);

describe('/readyz', { concurrency: true }, () => {
  it('is 503 while the last place is taken, and 200 again once it is free', async (t) => {
    const server = await start(t, '-imagor-process-concurrency', '1', '-imagor-process-queue-size', '1');
    assert.deepEqual(await probe(server), [200, '']);
    const [asked, gate] = [createGate(), createGate()];
    const origin = await startOrigin(t, async (_, response) => {
      asked.open();
      await gate.opened;
      response.end(blackPng(8, 6));
    });
    const picture = fetch(`${server.url}/unsafe/4x3/${origin.url}/a.png`);
    await asked.opened;
    assert.deepEqual(await probe(server), [200, ''], 'one may wait');
    const waiting = fetch(`${server.url}/unsafe/4x3/color:red`);
    while ((await probe(server))[0] === 200) await pause(5);
    assert.deepEqual(await probe(server), [503, 'saturated']);
    assert.equal((await fetch(`${server.url}/unsafe/4x3/color:blue`)).status, 429);
    assert.equal(await healthOf(server), 200);
    gate.open();
    assert.deepEqual([(await picture).status, (await waiting).status], [200, 200]);
    assert.deepEqual(await probe(server), [200, '']);
  });

  it('is 503 while no worker is ready, and 200 again once one is', async (t) => {
    const server = await start(t);
    let seen = await probe(server);
    while (seen[0] === 200) {
      for (const worker of await childrenOf(server.pid)) process.kill(worker, 'SIGKILL');
      seen = await probe(server); // its successor takes a moment to start, which a slow machine may let us miss
    }
    assert.deepEqual(seen, [503, 'starting']);
    assert.equal(await healthOf(server), 200);
    while ((await probe(server))[0] !== 200) await pause(5);
    assert.equal((await fetch(`${server.url}/unsafe/4x3/color:red`)).status, 200);
  });

  it('lies below the path prefix, answers HEAD, and is in the access log only where it is not to be found', async (t) => {
    const server = await start(t, '-server-path-prefix', '/images/', '-server-access-log');
    const statusAt = async (path: string, method = 'GET'): Promise<number> =>
      (await fetch(server.url + path, { method })).status;
    assert.deepEqual(await Promise.all(['/readyz', '/images/readyz'].map((path) => statusAt(path))), [404, 200]);
    assert.deepEqual([await statusAt('/images/readyz', 'HEAD'), await statusAt('/images/healthcheck?x')], [200, 200]);
    await statusAt('/images/');
    await server.logged('access', ({ url }) => url === '/images/');
    assert.deepEqual(
      server.log.filter(({ msg }) => msg === 'access').map(({ url }) => url),
      ['/readyz', '/images/'],
    );
  });

  it('is 503 while the server drains, which goes on serving and has clients come back elsewhere', async (t) => {
    const server = await start(t, '-server-drain-delay', '1h');
    const kept = connect(server.port, '127.0.0.1'); // idle when the end is announced
    await once(kept, 'connect');
    server.kill('SIGTERM');
    await server.logged('draining');
    assert.deepEqual(await probe(server), [503, 'draining']);
    assert.equal(await healthOf(server), 200);
    const picture = await fetch(`${server.url}/unsafe/4x3/color:red`);
    assert.deepEqual([picture.status, picture.headers.get('connection')], [200, 'close']);
    kept.setEncoding('utf8').write('GET /healthcheck HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [answer] = (await once(kept, 'data')) as [string];
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(answer, /\r\nconnection: close\r\n/i);
    await once(kept, 'close');
    server.kill('SIGTERM');
    assert.equal((await server.ended).signal, 'SIGTERM');
  });
});
