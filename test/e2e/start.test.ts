import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { makeDir, runImagor, startImagor } from '../support/imagor-process.ts';
import { startOrigin } from '../support/origin.ts';

describe('the program', { concurrency: true }, () => {
  it('explains itself', async () => {
    const { exitCode, stdout, stderr } = await runImagor(['-h']);
    assert.deepEqual([exitCode, stderr], [0, '']);
    for (const flag of ['-imagor-secret', '-file-loader-base-dir', '-port']) assert.ok(stdout.includes(flag), flag);
  });

  it('tells its version', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8'));
    assert.deepEqual(await runImagor(['-version']), { exitCode: 0, signal: null, stdout: `${version}\n`, stderr: '' });
  });

  it('does not start with options that make no sense, and says which', async () => {
    const { exitCode, stdout, stderr } = await runImagor(['-imagor-sekret', 'a', '-port', 'many'], {
      IMAGOR_REQUEST_TIMEOUT: 'soon',
    });
    assert.deepEqual([exitCode, stdout], [1, '']);
    const lines = stderr.trim().split('\n');
    assert.equal(lines.length, 3, stderr);
    for (const line of lines) assert.match(line, /^imagor: .*[.?]$/);
    for (const name of ['imagor-sekret', 'port', 'IMAGOR_REQUEST_TIMEOUT']) assert.ok(stderr.includes(name), name);
  });

  it('does not start where it cannot listen', async (t) => {
    const { port } = await startOrigin(t, () => {});
    const { exitCode, stdout, stderr } = await runImagor(['-imagor-unsafe', '-bind', `127.0.0.1:${port}`]);
    assert.deepEqual([exitCode, stdout], [1, '']);
    assert.match(stderr, new RegExp(`^imagor: cannot listen: .*${port}.*set BIND.*\n$`));
    const cases = [
      [['-prometheus-bind', `127.0.0.1:${port}`, '-port', '0'], 'PROMETHEUS_BIND'],
      [['-port', String(port), '-server-address', '127.0.0.1'], 'PORT or SERVER_ADDRESS'],
      [['-port', '0', '-server-address', 'no-such-host.invalid'], 'PORT or SERVER_ADDRESS'],
      [['-prometheus-bind', ':9999', '-port', '9999'], 'PROMETHEUS_BIND has the port'],
    ] as const;
    for (const [flags, named] of cases) {
      const ended = await runImagor(['-imagor-unsafe', '-imagor-workers', '1', ...flags]);
      assert.deepEqual([ended.exitCode, ended.stderr.trim().split('\n').length], [1, 1], ended.stderr);
      assert.ok(ended.stderr.includes(named), ended.stderr);
    }
  });

  it('says that it starts without the folder of its pictures', async (t) => {
    const folder = join(await makeDir(t), 'not-mounted');
    const server = await startImagor(t, ['-imagor-unsafe', '-imagor-workers', '1', '-file-loader-base-dir', folder]);
    assert.ok(server.log.some(({ msg }) => msg.startsWith(`FILE_LOADER_BASE_DIR: there is no directory ${folder}`)));
  });

  it('does not start without a libvips', async () => {
    const { exitCode, stderr } = await runImagor(['-imagor-unsafe', '-libvips-path', '/nowhere/libvips.so']);
    assert.equal(exitCode, 1);
    assert.match(stderr, /^imagor: .*libvips.*\n$/);
  });
});

describe('a server', async () => {
  const file = join(await makeDir({ after }), 'settings.env');
  await writeFile(
    file,
    'SERVER_PATH_PREFIX=/file\nIMAGOR_BASE_PATH_REDIRECT=/from-file\nIMAGOR_DISABLE_ERROR_BODY=1\nSERVER_ACCESS_LOG=1\n',
  );
  const server = await startImagor({ after }, ['-config', file, '-server-path-prefix=/flag', '-imagor-workers=1'], {
    SERVER_PATH_PREFIX: '/environment',
    IMAGOR_BASE_PATH_REDIRECT: '/from-environment',
  });

  it('listens at the address that -server-address names, and at no other', async () => {
    const socket = connect(server.port, '127.0.0.2'); // on Linux it is this machine, too
    await assert.rejects(once(socket, 'connect'), { code: /ECONNREFUSED|EADDRNOTAVAIL|ETIMEDOUT|EHOSTUNREACH/ });
  });

  it('reads flags before the environment before the file', async () => {
    const response = await fetch(`${server.url}/flag`, { redirect: 'manual' });
    assert.deepEqual([response.status, response.headers.get('location')], [307, '/from-environment']);
    assert.equal((await fetch(`${server.url}/environment/healthcheck`)).status, 404);
    assert.equal((await fetch(`${server.url}/file/healthcheck`)).status, 404);
  });

  it('serves nothing before it is told what to trust, and says so', async () => {
    const response = await fetch(`${server.url}/flag/unsafe/color:red`);
    assert.deepEqual([response.status, await response.text()], [403, '']);
    assert.ok(server.log.some(({ msg }) => msg.includes('IMAGOR_SECRET') && msg.includes('IMAGOR_UNSAFE')));
  });

  it('logs every answer where it is asked to', async () => {
    await fetch(`${server.url}/flag/a.png?b=c`, { headers: { 'user-agent': 'a test' } });
    const line = await server.logged('access', ({ url }) => url === '/flag/a.png?b=c');
    const { method, status, userAgent } = line;
    assert.deepEqual({ method, status, userAgent }, { method: 'GET', status: 403, userAgent: 'a test' });
  });
});
