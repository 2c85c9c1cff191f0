import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { blackPng } from '../fixtures/black-png.ts';
import { makeDir, startImagor } from '../support/imagor-process.ts';
import { allEnded, childrenOf } from '../support/processes.ts';
import { libvips } from '../support/vips.ts';

describe('a picture that takes too long', () => {
  const slow = [
    '8100x8000/filters:blur(100):sharpen(9)',
    'filters:rotate(90):blur(100)',
    '3000x2000/smart/filters:blur(200):blur(200):blur(200):blur(200)',
    'trim/filters:blur(150):blur(150):blur(150):format(webp)',
    'filters:blur(150):blur(150):max_bytes(1000)',
    'filters:image(/9000x9000/filters:blur(200):blur(200)/a.png):blur(100)',
  ];
  it('is answered 408, and the worker lives on', async (t) => {
    const dir = await makeDir(t);
    await writeFile(join(dir, 'a.png'), blackPng(9000, 9000));
    const server = await startImagor(t, [
      ...['-imagor-unsafe', '-file-loader-base-dir', dir, '-imagor-workers', '1', '-imagor-process-timeout', '600ms'],
    ]);
    const workers = await childrenOf(server.pid);
    for (const path of slow) assert.equal((await fetch(`${server.url}/unsafe/${path}/a.png`)).status, 408, path);
    assert.deepEqual(await childrenOf(server.pid), workers);
    assert.deepEqual(
      server.log.filter(({ msg }) => msg === 'worker lost'),
      [],
    );
  });
});

describe('a server whose libvips is gone', () => {
  it('says so in its log, answers 503 at once, and works again when it is back', async (t) => {
    const dir = await makeDir(t);
    const library = join(dir, 'libvips.so.42');
    await copyFile(libvips.path, library);
    await writeFile(join(dir, 'a.png'), blackPng(8, 6));
    const server = await startImagor(t, [
      ...['-imagor-unsafe', '-file-loader-base-dir', dir, '-imagor-workers', '2', '-libvips-path', library],
    ]);
    await rm(library);
    const workers = await childrenOf(server.pid);
    for (const pid of workers) process.kill(pid, 'SIGKILL');
    await allEnded(workers);
    const { cause, level } = await server.logged('worker did not start');
    assert.match(String(cause), /LIBVIPS_PATH: there is no file or folder/);
    assert.equal(level, 50);
    const refused = await fetch(`${server.url}/unsafe/4x4/a.png`);
    assert.deepEqual([refused.status, refused.headers.has('retry-after')], [503, true]);
    await copyFile(libvips.path, library);
    for (;;) {
      const { status } = await fetch(`${server.url}/unsafe/4x4/a.png`);
      if (status === 200) break;
      assert.equal(status, 503);
      await pause(10);
    }
  });
});

describe('a server without descriptors for a worker', { skip: process.platform === 'win32' }, () => {
  it('goes on, says so in its log, and starts one when there are some again', async (t) => {
    const flags = ['-imagor-unsafe', '-imagor-workers', '1'];
    const server = await startImagor(t, flags, {}, ['sh', '-c', 'ulimit -n 64; exec "$@"', 'sh']);
    assert.equal((await fetch(`${server.url}/unsafe/4x3/color:red`)).status, 200);
    const idle = Array.from({ length: 100 }, () => connect(server.port, '127.0.0.1').on('error', () => {}));
    await Promise.all(idle.map((socket) => once(socket, 'connect'))); // those that cannot be accepted wait in the kernel
    for (const pid of await childrenOf(server.pid)) process.kill(pid, 'SIGKILL');
    const { cause } = await server.logged('worker did not start');
    assert.match(String(cause), /EMFILE|ENFILE|EAGAIN/);
    for (const socket of idle) socket.destroy();
    let status = 0;
    while (status !== 200) {
      status = (await fetch(`${server.url}/unsafe/5x3/color:red`)).status;
      assert.ok([200, 503].includes(status), String(status));
    }
  });
});
