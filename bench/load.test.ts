import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { closedLoop, getOnce, probe } from './load.ts';

const servers: Server[] = [];

after(() => {
  for (const server of servers) server.close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a loop keeps one request under way for each connection, and leaves none behind', async () => {
  let current = 0;
  let most = 0;
  const origin = await serve(async (_, response) => {
    most = Math.max(most, ++current);
    await nextTurn();
    current--;
    response.end('picture');
  });
  const completedAtMs = await closedLoop(origin, ['/a', '/b', '/c'], { seconds: 0, answers: 100 });
  assert.equal(completedAtMs.length, 100);
  assert.deepEqual(
    completedAtMs,
    completedAtMs.toSorted((a, b) => a - b),
  );
  assert.ok(most > 1 && most <= 3, `${most} requests at a time`);
  assert.equal(current, 0);
});

test('a failed answer ends the loop and says what it was', async () => {
  const origin = await serve((_, response) => response.writeHead(500).end('no such picture'));
  await assert.rejects(
    closedLoop(origin, ['/x', '/x'], { seconds: 60, answers: 1 }),
    /\/x was answered with 500: no such/,
  );
});

test('a probe goes on until the other thing is over, and fails with it', async () => {
  const origin = await serve((_, response) => response.end());
  const latenciesMs = await probe(origin, '/', 0, getOnce(origin, '/'));
  assert.ok(latenciesMs.length > 0);
  await assert.rejects(probe(origin, '/', 0, Promise.reject(new Error('the load has failed'))), /the load has failed/);
});
