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
const MOMENTS = [1, 37, 260];

test('a killed process leaves whole files, and its successor nothing else, whoever shares the directory', async (t) => {
  const savers: Saver[] = [];
  // asked for first, so that nobody writes any more when the directory is removed
  t.after(() => Promise.all(savers.map(kill)));
  const directory = await makeDir(t);
  const start = (count: number): Saver => {
    const saver = startSaver(directory, count);
    savers.push(saver);
    return saver;
  };
  const bystander = start(20);
  let leftovers = 0;
  for (const moment of MOMENTS) {
    const killed = start(500);
    await saved(killed, moment);
    await kill(killed);
    const isLeftover = (name: string): boolean => name.includes(`-${killed.process.pid}-`);
    leftovers += (await temporaryFiles(directory)).filter(isLeftover).length;
    await assertWhole(directory);
    await saveOne(directory);
    assert.deepEqual((await temporaryFiles(directory)).filter(isLeftover), []);
  }
  assert.ok(leftovers > 0, 'nobody was killed while he saved');
  bystander.process.stdin?.end();
  assert.equal(await bystander.exitCode, 0, 'a save of the other process failed');
  await assertWhole(directory);
  assert.ok(!existsSync(join(directory, '.imagor.tmp')));
});

interface Saver {
  readonly process: ChildProcess;
  /** Null for one that was killed. */
  readonly exitCode: Promise<number | null>;
}

function startSaver(directory: string, count: number): Saver {
  const child = spawn(process.execPath, [SAVER, directory, String(count)], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdout?.resume(); // a full pipe would hold it up
  return { process: child, exitCode: once(child, 'exit').then(([exitCode]) => exitCode) };
}

async function kill(saver: Saver): Promise<void> {
  saver.process.kill('SIGKILL');
  await saver.exitCode;
}

/** Waits until a process has saved so many objects. */
async function saved({ process: { stdout }, exitCode }: Saver, count: number): Promise<void> {
  let dots = 0;
  const enough = new Promise<void>((resolve) => {
    stdout?.on('data', (chunk: Buffer) => {
      dots += chunk.length;
      if (dots >= count) resolve();
    });
  });
  await Promise.race([enough, exitCode.then(() => assert.fail('the process ended by itself'))]);
}

/** As a server does that is started again. */
async function saveOne(directory: string): Promise<void> {
  const context = { signal: new AbortController().signal, headers: new Headers() };
  const storage = createFileStorage({ baseDir: directory });
  await storage.put('after.bin', { body: Buffer.from('after') }, context);
  await storage.delete('after.bin', context);
}

async function assertWhole(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => !name.startsWith('.'));
  assert.ok(names.length > 0);
  for (const name of names) assert.ok(isSealed(name, await readFile(join(directory, name))), name);
}

async function temporaryFiles(directory: string): Promise<string[]> {
  const names = await readdir(directory, { recursive: true });
  return names.filter((name) => /(^|\/)\./.test(name));
}
