import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { readFile, truncate } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/free-port.ts';
import { makeDir } from '../support/imagor-process.ts';
import type { Lifetime } from '../support/lifetime.ts';
import { until } from '../support/s3-server/until.ts';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
const FLAGS = ['-imagor-unsafe', '-imagor-workers', '1', '-server-access-log'];

/** A server whose log goes wherever the test says. */
interface Quiet {
  readonly url: string;
  readonly child: ChildProcess;
  /** What it has written to stderr. */
  said(): string;
}

async function start(t: Lifetime, stdout: number | 'pipe', starter: readonly string[] = []): Promise<Quiet> {
  const port = await freePort();
  const [program = '', ...args] = [...starter, process.execPath, CLI, ...FLAGS];
  const env = { PORT: String(port), SERVER_ADDRESS: '127.0.0.1' };
  const child = spawn(program, args, { env, stdio: ['ignore', stdout, 'pipe'] });
  t.after(async () => child.kill('SIGKILL'));
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const server = { url: `http://127.0.0.1:${port}`, child, said: () => said };
  await until(() => answers(server));
  return server;
}

async function answers({ url }: Quiet): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthcheck`)).ok;
  } catch (error) {
    assert.equal((error as Error & { cause?: { code?: string } }).cause?.code, 'ECONNREFUSED');
    return false; // not yet
  }
}

/** Has the server log about so many bytes. */
async function chatter({ url }: Quiet, bytes: number): Promise<void> {
  const long = 'x'.repeat(12_000);
  for (let written = 0; written < bytes; written += long.length) {
    assert.equal((await fetch(`${url}/unsafe/4x3/color:red?${long}`)).status, 200);
  }
}

async function stop({ child }: Quiet): Promise<number | null> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const [exitCode] = (await ended) as [number | null];
  return exitCode;
}

describe('a log that cannot be written', { timeout: 60_000 }, () => {
  it('on a full disk, costs its lines and nothing else', { skip: !existsSync('/dev/full') }, async (t) => {
    const server = await start(t, openSync('/dev/full', 'w'));
    await chatter(server, 24_000);
    assert.equal(await stop(server), 0);
    assert.match(server.said(), /^imagor: the log cannot be written \(ENOSPC\): its lines are lost until it can\n$/);
  });

  it('is written again once there is room, each line whole', async (t) => {
    const file = path.join(await makeDir(t), 'log');
    const limited = ['sh', '-c', 'ulimit -f 64; exec "$@" >> "$0"', file];
    const server = await start(t, 'pipe', limited);
    await chatter(server, 100_000);
    await until(() => server.said().includes('EFBIG'));
    await truncate(file);
    await chatter(server, 12_000);
    await until(() => /the log is written again; \d+ lines were lost/.test(server.said()));
    assert.equal(await stop(server), 0);
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
    assert.equal(JSON.parse(lines.at(-1) ?? '').msg, 'stopped');
    for (const line of lines) JSON.parse(line);
  });

  it('for want of a reader, keeps nobody waiting, at the end neither', async (t) => {
    const server = await start(t, 'pipe'); // nobody reads it
    await chatter(server, 6_000_000);
    assert.equal(await stop(server), 0);
    assert.match(server.said(), /nobody reads it/);
  });
});
