import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createFileStorage } from '../../src/storages/file.ts';
import { makeDir } from '../support/imagor-process.ts';
import { isSealed } from '../support/sealed.ts';

const SAVER = fileURLToPath(new URL('../support/endless-saver.js', import.meta.url));

/** After how many saves each of the processes is killed: anything, but the same every time. */
const MOMENTS = [1, 37, 260, 611];

test('a killed process leaves whole files, and its successor nothing else, whoever shares the directory', async (t) => {
  const directory = await makeDir(t);
  const bystander = startSaver(directory, 20);
  bystander.stdout?.resume(); // a full pipe would hold it up
  t.after(() => bystander.kill('SIGKILL'));
  let leftovers = 0;
  for (const moment of MOMENTS) {
    const killed = startSaver(directory, 500);
    await saved(killed, moment);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const isLeftover = (name: string): boolean => name.includes(`-${killed.pid}-`);
    leftovers += (await temporaryFiles(directory)).filter(isLeftover).length;
    await assertWhole(directory);
    await saveOne(directory);
    assert.deepEqual((await temporaryFiles(directory)).filter(isLeftover), []);
  }
  assert.ok(leftovers > 0, 'nobody was killed while he saved');
  assert.equal(bystander.exitCode, null, 'a save of the other process failed');
  bystander.stdin?.end();
  const [exitCode] = await once(bystander, 'exit');
  assert.equal(exitCode, 0, 'a save of the other process failed');
  assert.ok((await assertWhole(directory)) >= 500);
  assert.ok(!existsSync(join(directory, '.imagor.tmp')));
});

function startSaver(directory: string, count: number): ChildProcess {
  return spawn(process.execPath, [SAVER, directory, String(count)], { stdio: ['pipe', 'pipe', 'inherit'] });
}

/** Waits until a process has saved so many objects. */
async function saved(saver: ChildProcess, count: number): Promise<void> {
  let dots = 0;
  for await (const chunk of saver.stdout ?? []) {
    dots += (chunk as Buffer).length;
    if (dots >= count) return;
  }
  assert.fail('the process ended by itself');
}

/** As a server does that is started again. */
async function saveOne(directory: string): Promise<void> {
  const context = { signal: new AbortController().signal, headers: new Headers() };
  const storage = createFileStorage({ baseDir: directory });
  await storage.put('after.bin', { body: Buffer.from('after') }, context);
  await storage.delete('after.bin', context);
}

/** @returns how many files there are. */
async function assertWhole(directory: string): Promise<number> {
  const names = (await readdir(directory)).filter((name) => !name.startsWith('.'));
  for (const name of names) assert.ok(isSealed(name, await readFile(join(directory, name))), name);
  return names.length;
}

async function temporaryFiles(directory: string): Promise<string[]> {
  const names = await readdir(directory, { recursive: true });
  return names.filter((name) => /(^|\/)\./.test(name));
}
