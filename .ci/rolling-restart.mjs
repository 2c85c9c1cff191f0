// Restarts two servers behind HAProxy, one after the other, again and again, while clients ask for pictures: no request
// may fail, and no picture be wrong. HAProxy retries nothing here, so that nothing is hidden.
//   node .ci/rolling-restart.mjs [DRAIN_DELAY]   with 0s one sees what the drain delay is for
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureBuilt } from '../scripts/ensure-built.mjs';

const DRAIN_DELAY = process.argv[2] ?? '3s';
const ROUNDS = 4;
const CONNECTIONS = 8;
/** Requests of one connection, and milliseconds for everything: whatever goes wrong, it ends. */
const MAX_REQUESTS = 20_000;
const TIME_LIMIT_MS = 240_000;
/** Requests that either server has to answer between two restarts, so that each of them is put to the test. */
const ENOUGH = 40;

const TARGETS = [
  '/unsafe/120x90/valley.jpg',
  '/unsafe/fit-in/200x200/filters:format(webp)/valley.jpg',
  '/unsafe/64x64/smart/filters:format(png)/valley.jpg',
  '/unsafe/80x60/ball.gif',
  '/unsafe/160x120/filters:watermark(logo.png,-5,-5,20,20,20)/valley.jpg',
  '/unsafe/200x50/filters:text(restart,center,center,sans-20,white)/color:navy',
  '/unsafe/meta/valley.jpg',
];

const folder = mkdtempSync(path.join(tmpdir(), 'imagor-rolling-'));
const socketPath = path.join(folder, 'haproxy.sock');
const names = ['one', 'two'];
const servers = new Map();
let haproxy;
let isOver = false;
const results = { passed: 0, failures: [] };
const limit = setTimeout(() => {
  console.error('rolling restart: out of time');
  haproxy?.kill('SIGKILL');
  for (const { process: server } of servers.values()) server.kill('SIGKILL');
  process.exit(1);
}, TIME_LIMIT_MS);

await ensureBuilt();
const ports = { front: await freePort(), one: await freePort(), two: await freePort() };
try {
  for (const name of names) await startServer(name);
  const expected = await expectedPictures();
  await startHaproxy();
  const load = Promise.all(Array.from({ length: CONNECTIONS }, (_, lane) => ask(lane, expected)));
  let restarts = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) {
      await bothHaveServed();
      await restart(name);
      restarts += 1;
    }
  }
  await bothHaveServed();
  isOver = true;
  await load;
  const { passed, failures } = results;
  console.log(`${restarts} restarts, ${passed + failures.length} requests over ${CONNECTIONS} connections`);
  for (const failure of failures.slice(0, 20)) console.log(`  ${failure}`);
  console.log(`${passed} passed, ${failures.length} failed`);
  if (failures.length > 0) process.exitCode = 1;
} finally {
  isOver = true;
  clearTimeout(limit);
  for (const { process: server } of servers.values()) server.kill('SIGINT');
  await Promise.all([...servers.values()].map(({ ended }) => ended));
  haproxy?.kill('SIGTERM');
  if (haproxy?.exitCode === null) await once(haproxy, 'exit');
  rmSync(folder, { recursive: true, force: true });
}

/** One client: request after request over one connection, each answer held against what it has to be. */
async function ask(lane, expected) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let n = lane; !isOver && n < MAX_REQUESTS; n++) {
    const target = TARGETS[n % TARGETS.length];
    const outcome = await fetchOver(agent, ports.front, target).catch((error) => error.message);
    const isRight = typeof outcome === 'object' && outcome.status === 200 && outcome.digest === expected.get(target);
    if (isRight) results.passed += 1;
    else results.failures.push(`${target}: ${typeof outcome === 'object' ? `status ${outcome.status}` : outcome}`);
  }
  agent.destroy();
}

/** What the pictures are, from both servers themselves, which have to agree. */
async function expectedPictures() {
  const expected = new Map();
  for (const target of TARGETS) {
    const [one, two] = await Promise.all(names.map((name) => fetchOver(undefined, ports[name], target)));
    if (one.status !== 200 || one.digest !== two.digest) throw new Error(`${target}: ${one.status}, ${two.status}`);
    expected.set(target, one.digest);
  }
  return expected;
}

async function fetchOver(agent, port, target) {
  const [response] = await once(get({ host: '127.0.0.1', port, path: target, agent, timeout: 30_000 }), 'response');
  const hash = createHash('sha256');
  for await (const chunk of response) hash.update(chunk);
  if (!response.complete) throw new Error('cut short');
  return { status: response.statusCode, digest: hash.digest('hex') };
}

async function startServer(name) {
  const flags = [
    `-port=${ports[name]}`,
    '-server-address=127.0.0.1',
    `-server-drain-delay=${DRAIN_DELAY}`,
    '-imagor-unsafe',
    '-imagor-workers=1',
    '-file-loader-base-dir=pictures',
    '-http-loader-disable',
  ];
  const child = spawn(process.execPath, ['scripts/start.mjs', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  const server = { process: child, ended: once(child, 'exit') };
  servers.set(name, server);
  child.stdout.setEncoding('utf8');
  for await (const text of child.stdout.iterator({ destroyOnReturn: false })) if (text.includes('"listening"')) break;
  child.stdout.resume();
}

/** As an operator does: SIGTERM, wait for the end, start, wait until the load balancer has it back. */
async function restart(name) {
  const { process: server, ended } = servers.get(name);
  server.kill('SIGTERM');
  const [exitCode, signal] = await ended;
  if (exitCode !== 0) throw new Error(`server ${name} ended with ${exitCode ?? signal}`);
  await startServer(name);
  await until(`HAProxy has server ${name} up`, async () => (await statistics()).get(name).status.startsWith('UP'));
}

/** Waits until either server has answered some requests since this was called. */
async function bothHaveServed() {
  const before = await statistics();
  await until('both servers answer requests', async () => {
    const now = await statistics();
    return names.every((name) => now.get(name).requests >= before.get(name).requests + ENOUGH);
  });
}

async function startHaproxy() {
  const config = path.join(folder, 'haproxy.cfg');
  writeFileSync(
    config,
    `global
       stats socket ${socketPath}
     defaults
       mode http
       retries 0
       timeout connect 5s
       timeout client 60s
       timeout server 60s
       timeout check 2s
     frontend pictures
       bind 127.0.0.1:${ports.front}
       default_backend imagor
     backend imagor
       balance roundrobin
       option httpchk GET /readyz
       http-check expect status 200
       default-server check inter 200ms fall 2 rise 1
${names.map((name) => `       server ${name} 127.0.0.1:${ports[name]}`).join('\n')}
`,
  );
  haproxy = spawn('haproxy', ['-db', '-q', '-f', config], { stdio: ['ignore', 'inherit', 'inherit'] });
  await until('HAProxy has both servers up', async () => {
    const now = await statistics().catch(() => new Map());
    return names.every((name) => now.get(name)?.status.startsWith('UP'));
  });
}

/** HAProxy's own view of the servers (management guide, "show stat"): status, and requests so far. */
async function statistics() {
  const socket = connect(socketPath);
  socket.end('show stat\n');
  let csv = '';
  for await (const chunk of socket.setEncoding('utf8')) csv += chunk;
  const [head, ...rows] = csv
    .trim()
    .split('\n')
    .map((line) => line.replace(/^# /, '').split(','));
  const column = (row, title) => row[head.indexOf(title)];
  const ofServers = rows.filter((row) => names.includes(column(row, 'svname')));
  return new Map(
    ofServers.map((row) => [
      column(row, 'svname'),
      { status: column(row, 'status'), requests: Number(column(row, 'stot')) },
    ]),
  );
}

async function until(what, isSo) {
  for (let left = 1_200; left > 0; left--) {
    if (haproxy?.exitCode !== null && haproxy?.exitCode !== undefined) throw new Error('HAProxy has ended');
    if (await isSo()) return;
    await delay(50);
  }
  throw new Error(`it never came about that ${what}`);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
