import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { scene } from '../fixtures/draw.ts';
import { type ImagorProcess, makeDir, startImagor } from '../support/imagor-process.ts';
import { readPicture } from '../support/picture.ts';
import { inScope } from '../support/vips.ts';

/** Results to be saved: one a width. */
const COUNT = 500;

/** After how many answers the server is killed: anything, but the same every time. */
const MOMENTS = [20, 300];

const targetOf = (width: number): string => `${width}x9/filters:format(png)/a.png`;

describe('a server that is killed while it saves', () => {
  it('leaves whole results to its successor, or none', async (t) => {
    const [sources, results] = [await makeDir(t), await makeDir(t)];
    await writeFile(
      join(sources, 'a.png'),
      inScope((scope) => scene(scope, 60, 40).pngsaveBuffer()),
    );
    const start = (): Promise<ImagorProcess> =>
      startImagor(t, [
        ...['-imagor-unsafe', '-imagor-workers=2', '-imagor-process-queue-size=-1', '-http-loader-disable'],
        ...['-file-loader-base-dir', sources, '-file-result-storage-base-dir', results],
      ]);
    for (const moment of MOMENTS) {
      const server = await start();
      await answersUntilKilled(server, moment);
      await assertWhole(results);
    }
    const kept = await readResults(results);
    assert.ok(kept.size > 0 && kept.size < COUNT, `${kept.size} results`);

    const successor = await start();
    const served = await Promise.all(
      Array.from({ length: COUNT }, async (_, index) => {
        const response = await fetch(`${successor.url}/unsafe/${targetOf(index + 1)}`);
        const bytes = Buffer.from(await response.arrayBuffer());
        assert.equal(response.status, 200, bytes.toString());
        assert.equal(readPicture(bytes).width, index + 1);
        return response.headers.has('last-modified');
      }),
    );
    assert.ok(served.filter(Boolean).length >= kept.size, 'what is kept is served');
    await stopped(successor);
    assert.equal((await readResults(results)).size, COUNT);
    await assertWhole(results);
  });
});

/** Asks for all results at once, and kills the server when so many have been answered. */
async function answersUntilKilled(server: ImagorProcess, count: number): Promise<void> {
  let answered = 0;
  const asked = Array.from({ length: COUNT }, async (_, index) => {
    const response = await fetch(`${server.url}/unsafe/${targetOf(index + 1)}`);
    await response.arrayBuffer();
    answered += 1;
    if (answered === count) server.kill('SIGKILL');
  });
  const ends = await Promise.allSettled(asked);
  assert.equal((await server.ended).signal, 'SIGKILL');
  assert.ok(
    ends.some(({ status }) => status === 'rejected'),
    'it was killed when all was done',
  );
}

async function stopped(server: ImagorProcess): Promise<void> {
  server.kill('SIGTERM');
  assert.equal((await server.ended).exitCode, 0);
}

/** By their width. */
async function readResults(directory: string): Promise<Map<number, Buffer>> {
  const files = await readdir(directory, { recursive: true, withFileTypes: true });
  const results = files.filter(
    (file) => file.isFile() && !/(^|\/)\./.test(join(file.parentPath, file.name).slice(directory.length + 1)),
  );
  const entries = results.map(async ({ parentPath, name }) => {
    const file = join(parentPath, name);
    return [Number.parseInt(file.slice(directory.length + 1), 10), await readFile(file)] as const;
  });
  return new Map(await Promise.all(entries));
}

async function assertWhole(directory: string): Promise<void> {
  for (const [width, bytes] of await readResults(directory)) assert.equal(readPicture(bytes).width, width);
}
