// Runs the server under strace and holds every system call of it and its workers against the SystemCallFilter of
// deploy/imagor.service, as systemd-analyze spells it out: what the filter refuses would fail under systemd. The server
// ends by SIGTERM, and nothing of it may have been refused a picture. Needs strace, systemd-analyze and a build.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const folder = mkdtempSync(path.join(tmpdir(), 'imagor-syscalls-'));
const report = path.join(folder, 'strace');

try {
  const used = await usedCalls();
  const allowed = allowedCalls(readFileSync('deploy/imagor.service', 'utf8'));
  const refused = used.filter((call) => !allowed.has(call));
  assert.deepEqual(refused, [], 'the service needs system calls that its unit refuses');
  console.log(`system calls: ${used.length} different ones, all of them within SystemCallFilter (${allowed.size})`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Names of all system calls that serving makes. */
async function usedCalls() {
  const flags = [
    ...[
      '-port=0',
      '-server-address=127.0.0.1',
      '-imagor-unsafe',
      '-imagor-workers=1',
      '-file-loader-base-dir=pictures',
    ],
    ...[`-file-result-storage-base-dir=${path.join(folder, 'results')}`, '-vips-cache-size=10000000'],
    ...['-imagor-process-timeout=100s', '-imagor-request-timeout=100s', '-imagor-load-timeout=100s'], // strace is slow
  ];
  const strace = ['-f', '-c', '-qq', '-o', report, process.execPath, 'dist/src/cli.js', ...flags];
  const traced = spawn('strace', strace, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(traced, 'exit');
  const port = await listening(traced.stdout);
  const origin = `http://127.0.0.1:${port}`;
  for (const format of ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff']) {
    await ask(`${origin}/unsafe/64x48/smart/filters:format(${format})/valley.jpg`);
  }
  await ask(`${origin}/unsafe/32x32/ball.gif`);
  await ask(`${origin}/unsafe/200x50/filters:text(syscalls,center,center,sans-20)/color:navy`);
  await ask(`${origin}/unsafe/40x30/${origin}/unsafe/valley.jpg`);
  const [server] = childrenOf(traced.pid);
  const [worker] = childrenOf(server);
  process.kill(worker, 'SIGKILL'); // for what it takes to start another
  await until(() => !childrenOf(server).includes(worker) && childrenOf(server).length > 0, 'another worker');
  await until(async () => (await fetch(`${origin}/readyz`)).status === 200, 'readiness');
  await ask(`${origin}/unsafe/10x10/valley.jpg`);
  process.kill(server, 'SIGTERM');
  assert.deepEqual(await ended, [0, null]);
  return callsIn(readFileSync(report, 'utf8'));
}

/** strace is slow, but not that slow. */
async function until(isSo, what) {
  const endMs = Date.now() + 60_000;
  while (!(await isSo())) {
    assert.ok(Date.now() < endMs, `there is no ${what} after a minute`);
    await delay(50);
  }
}

async function ask(url) {
  const response = await fetch(url);
  assert.equal(response.status, 200, `${url}: ${await response.text()}`);
}

async function listening(stdout) {
  let text = '';
  stdout.setEncoding('utf8');
  for await (const chunk of stdout.iterator({ destroyOnReturn: false })) {
    text += chunk;
    const port = /"port":(\d+)/.exec(text)?.[1];
    if (port) break;
  }
  stdout.resume();
  return /"port":(\d+)/.exec(text)?.[1] ?? assert.fail(`the server did not start: ${text}`);
}

function childrenOf(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
  return children === '' ? [] : children.split(' ').map(Number);
}

/** strace(1), -c: a table with the name of the call in its last column. */
function callsIn(table) {
  const rows = table.split('\n').filter((line) => /^\s*\d+\.\d+\s/.test(line));
  const names = rows.map((line) => line.trim().split(/\s+/).at(-1)).filter((name) => name !== 'total');
  assert.ok(names.length > 50, `strace reports ${names.length} calls`);
  return names.sort();
}

/** systemd.exec(5): the first line says what is allowed, one with ~ takes from it. */
function allowedCalls(unit) {
  const allowed = new Set();
  for (const [, inverted, names] of unit.matchAll(/^SystemCallFilter=(~?)(.*)$/gm)) {
    for (const call of names.trim().split(/\s+/).flatMap(expand)) {
      if (inverted) allowed.delete(call);
      else allowed.add(call);
    }
  }
  return allowed;
}

/** The calls of a set, which may name other sets. */
function expand(name) {
  if (!name.startsWith('@')) return [name];
  const text = execFileSync('systemd-analyze', ['syscall-filter', name], { encoding: 'utf8' });
  const lines = text
    .split('\n')
    .slice(1)
    .map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).flatMap(expand);
}
