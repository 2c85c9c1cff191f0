import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startOrigin } from '../../test/support/origin.ts';
import { SYSTEM_CALLS, systemCallFilter } from './system-call-filter.ts';

const MODULE = fileURLToPath(new URL('./leave-network.js', import.meta.url));

/** What comes of connecting, of the process itself, of a thread and of a child, as `tcp`, `thread` and `child`. */
const TRY = `
  import { spawnSync } from 'node:child_process';
  import { connect } from 'node:net';
  import { Worker } from 'node:worker_threads';
  import { leaveNetwork } from ${JSON.stringify(MODULE)};
  const [port, isLeaving] = process.argv.slice(1);
  const attempt = "require('net').connect(" + port + ", '127.0.0.1').on('error', (e) => process.stdout.write(e.code)).on('connect', function () { process.stdout.write('connected'); this.destroy(); })";
  const thread = new Worker('require("worker_threads").parentPort.once("message", () => {' + attempt + '})', { eval: true, stdout: true, execArgv: [] });
  let threadSaid = '';
  thread.stdout.on('data', (text) => { threadSaid += text; });
  const threadEnded = new Promise((resolve) => thread.once('exit', resolve));
  await new Promise((resolve) => thread.once('online', resolve));
  const left = isLeaving === 'leaving' ? leaveNetwork() : false;
  thread.postMessage('go');
  const child = spawnSync(process.execPath, ['-e', attempt]).stdout.toString();
  const tcp = await new Promise((resolve) => connect(Number(port), '127.0.0.1').on('error', (e) => resolve(e.code)).on('connect', function () { this.destroy(); resolve('connected'); }));
  await threadEnded;
  process.stdout.write(JSON.stringify({ left, tcp, thread: threadSaid, child }));
`;

async function tryFrom(port: number, how: 'leaving' | 'staying'): Promise<Record<string, unknown>> {
  const args = ['--input-type=module', '-e', TRY, String(port), how];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('leaveNetwork', { skip: process.platform === 'linux' ? false : 'seccomp is of Linux' }, () => {
  it('lets nothing of the process connect, threads that ran before and children included', async (t) => {
    const { port, sockets } = await startOrigin(t, (_, response) => response.end());
    const here = await tryFrom(port, 'staying');
    assert.deepEqual(here, { left: false, tcp: 'connected', thread: 'connected', child: 'connected' });
    const before = sockets.length;
    assert.deepEqual(await tryFrom(port, 'leaving'), { left: true, tcp: 'EACCES', thread: 'EACCES', child: 'EACCES' });
    assert.equal(sockets.length, before);
  });
});

describe('systemCallFilter', () => {
  it('denies by jumps to its last instruction, on every kind of machine', () => {
    for (const [name, calls] of Object.entries(SYSTEM_CALLS)) {
      const bytes = Buffer.from(systemCallFilter(calls));
      const count = bytes.length / 8;
      const targets = Array.from({ length: count }, (_, index) => {
        const [code, ifTrue = 0, ifFalse = 0] = [
          bytes.readUInt16LE(8 * index),
          bytes[8 * index + 2],
          bytes[8 * index + 3],
        ];
        return code === 0x15 || code === 0x35 ? index + 1 + (ifTrue || ifFalse) : undefined;
      });
      const jumps = targets.filter((target) => target !== undefined);
      assert.equal(jumps.length, calls.denied.length + 2, name);
      assert.deepEqual(new Set(jumps), new Set([count - 1]), name);
      assert.equal(bytes.readUInt32LE(8 * (count - 1) + 4), 0x00050000 | 13, name);
    }
  });
});
