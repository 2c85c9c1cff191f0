import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { plain } from '../../test/fixtures/draw.ts';
import { assertColor, pixelAt, readPicture } from '../../test/support/picture.ts';
import { inScope } from '../../test/support/vips.ts';
import { parse } from '../endpoint/parse.ts';
import { loadDetectors } from './load-detectors.ts';
import { DEFAULT_IMAGING_OPTIONS } from './options.ts';
import { startProcessor, type WorkerProcessor } from './processor.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'imagor-detectors-'));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

const LEFT_HALF = `{ name: 'left', detect: () => [{ left: 0, top: 0, right: 0.5, bottom: 1 }] }`;

function start(modules: readonly string[]): Promise<WorkerProcessor> {
  return startProcessor({
    workers: 1,
    libvipsPath: undefined,
    imaging: DEFAULT_IMAGING_OPTIONS,
    timeoutMs: 20_000,
    maxMemoryBytes: 0,
    recycleMemoryBytes: 0,
    recycleJobs: 0,
    env: {},
    detection: { modules, viewSize: 100 },
  });
}

describe('loadDetectors', () => {
  it('loads modules of either kind', () => {
    const modules = [
      write('detector.mjs', `export const detector = ${LEFT_HALF};`),
      write('detector.cjs', `exports.detector = ${LEFT_HALF};`),
    ];
    assert.deepEqual(
      loadDetectors(modules).map(({ name }) => name),
      ['left', 'left'],
    );
  });

  it('says which module is none', () => {
    assert.throws(() => loadDetectors([write('none.mjs', 'export const other = 1;')]), /none\.mjs exports no detector/);
    assert.throws(() => loadDetectors([path.join(folder, 'absent.mjs')]), /absent\.mjs cannot be loaded/);
  });
});

describe('a worker with a detector', () => {
  it('lets filters ask it', async () => {
    const processor = await start([write('worker.mjs', `export const detector = ${LEFT_HALF};`)]);
    const source = inScope((scope) => plain(scope, 40, 20, [255, 255, 255]).pngsaveBuffer());
    const input = { params: parse('unsafe/filters:redact(black)/a.png'), source, images: new Map() };
    const { bytes } = await processor.process(input, new AbortController().signal);
    await processor.close();
    assertColor(pixelAt(readPicture(bytes), 19, 10), [0, 0, 0], 0);
    assertColor(pixelAt(readPicture(bytes), 20, 10), [255, 255, 255], 0);
  });

  it('does not start with one that is none', async () => {
    await assert.rejects(start([path.join(folder, 'absent.mjs')]), /absent\.mjs cannot be loaded/);
  });
});
