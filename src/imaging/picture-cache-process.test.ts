import assert from 'node:assert/strict';
import { existsSync, type FSWatcher, watch as watchFiles } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { blinking, deep, disc, exifOriented, inProfile, plain, RED, scene, WHITE } from '../../test/fixtures/draw.ts';
import { readPicture, similarity } from '../../test/support/picture.ts';
import { inScope } from '../../test/support/vips.ts';
import { parse } from '../endpoint/parse.ts';
import { AppError } from '../errors.ts';
import { DEFAULT_IMAGING_OPTIONS } from './options.ts';
import type { PictureCacheOptions } from './picture-cache.ts';
import { PART } from './picture-cache-file.ts';
import { type ProcessorOptions, startProcessor, type WorkerProcessor } from './processor.ts';

const closing: (() => Promise<unknown>)[] = [];

after(async () => {
  for (const close of closing) await close();
});

/** A processor, the folder that its directory of pictures is in, and what a core would do with it. */
interface Kitchen {
  readonly processor: WorkerProcessor;
  readonly place: string;
  /** Keys that had to be fetched, in order. */
  readonly fetched: string[];
  readonly failures: unknown[];
  /** Makes a path's picture, fetching only what has to be. */
  make(path: string, signal?: AbortSignal): Promise<Uint8Array>;
  /** Names of the files that are kept. */
  files(): Promise<string[]>;
}

const white = inScope((scope) => plain(scope, 200, 120, WHITE).pngsaveBuffer());

async function open(
  sources: Readonly<Record<string, Uint8Array>>,
  pictures: Partial<PictureCacheOptions> = {},
  options: Partial<ProcessorOptions> = {},
): Promise<Kitchen> {
  const place = await mkdtemp(path.join(tmpdir(), 'picture-process-'));
  const fetched: string[] = [];
  const failures: unknown[] = [];
  const processor = await startProcessor({
    workers: 1,
    libvipsPath: undefined,
    imaging: DEFAULT_IMAGING_OPTIONS,
    timeoutMs: 30_000,
    maxMemoryBytes: 0,
    recycleMemoryBytes: 0,
    recycleJobs: 0,
    env: {},
    pictures: {
      maxBytes: 50_000_000,
      maxWidth: 400,
      maxHeight: 300,
      ttlMs: 0,
      format: 'pixel',
      places: [place],
      onFailure: (error) => failures.push(error),
      ...pictures,
    },
    ...options,
  });
  closing.push(async () => {
    await processor.close();
    assert.deepEqual(await readdir(place), []);
    await rm(place, { recursive: true });
  });
  const fetch = async (key: string): Promise<Uint8Array> => {
    fetched.push(key);
    return sources[key] ?? assert.fail(`${key} is fetched, which is not there`);
  };
  return {
    processor,
    place,
    fetched,
    failures,
    async make(filters, signal = new AbortController().signal) {
      const params = parse(`unsafe/${filters}`);
      const kept = processor.kept(params, '');
      const source = kept.source ? new Uint8Array() : await fetch(params.image);
      const needed = Object.keys(sources).filter((key) => filters.includes(`(${key},`) || filters.includes(`/${key},`));
      const fetching = needed
        .filter((key) => !kept.images.has(key))
        .map(async (key) => [key, await fetch(key)] as const);
      const images = new Map(await Promise.all(fetching));
      return (
        await processor.process(
          { params, source, images, keeping: { variant: '', fetch, isPrivate: () => false } },
          signal,
        )
      ).bytes;
    },
    async files() {
      const [directory = 'none'] = await readdir(place);
      return readdir(path.join(place, directory));
    },
  };
}

let without: Promise<Kitchen> | undefined;

/** One that keeps nothing. */
function openWithout(): Promise<Kitchen> {
  without ??= open(pictures, { maxBytes: 0 });
  return without;
}

const pictures = inScope((scope) => {
  const picture = scene(scope, 240, 160);
  return {
    white,
    jpeg: picture.jpegsaveBuffer({ Q: 95 }),
    alpha: disc(scope, 90, RED).pngsaveBuffer(),
    deep: deep(picture).pngsaveBuffer(),
    grey: picture.colourspace('b-w').pngsaveBuffer(),
    cmyk: inProfile(picture, 'cmyk').tiffsaveBuffer(),
    p3: inProfile(picture, 'p3').jpegsaveBuffer({ Q: 95 }),
    turned: exifOriented(scope, 6, 120, 80).jpegsaveBuffer({ Q: 95 }),
    large: scene(scope, 1_000, 700).jpegsaveBuffer({ Q: 95 }),
    moving: blinking(scope, 60, 40).gifsaveBuffer(),
    webp: picture.webpsaveBuffer(),
  };
});

const MARKS = ['jpeg', 'alpha', 'deep', 'grey', 'cmyk', 'p3', 'turned', 'webp'] as const;

/** How results must compare with those of a processor that keeps nothing. */
async function compare(kitchen: Kitchen, plainOne: Kitchen, target: string, atLeast: number): Promise<void> {
  const expected = readPicture(await plainOne.make(target));
  for (const time of ['first', 'second']) {
    const seen = readPicture(await kitchen.make(target));
    assert.deepEqual([seen.kind, seen.width, seen.height], [expected.kind, expected.width, expected.height], target);
    if (atLeast === 1) assert.deepEqual(seen.rgba, expected.rgba, `${target} ${time}`);
    else assert.ok(similarity(seen, expected) > atLeast, `${target} ${time} ${similarity(seen, expected)}`);
  }
}

describe('kept pictures', () => {
  it('make the same results as sources do, and spare fetching them', async () => {
    const [keeping, fetching] = [await open(pictures), await openWithout()];
    for (const mark of MARKS) await compare(keeping, fetching, `filters:watermark(${mark},10,10,20)/white`, 1);
    assert.deepEqual(
      keeping.fetched,
      MARKS.flatMap((mark) => ['white', mark, 'white']),
    );
    keeping.fetched.length = 0;
    for (const mark of ['alpha', 'deep', 'cmyk', 'turned', 'webp'] as const) {
      await compare(keeping, fetching, `filters:watermark(${mark},10,10,0,40,40)/white`, 0.97);
      await compare(keeping, fetching, `filters:image(60x50/${mark},center,0)/white`, 0.97);
    }
    await compare(keeping, fetching, 'filters:image(100x80/filters:watermark(alpha,5,5):blur(1)/jpeg,0,0)/white', 0.97);
    assert.deepEqual(new Set(keeping.fetched), new Set(['white']));
    assert.deepEqual(keeping.failures, []);
    assert.equal((await fetching.files().catch(() => [])).length, 0);
    assert.equal(fetching.processor.keptBytes, 0);
  });

  it('are the source of previews', async () => {
    const [keeping, fetching] = [await open(pictures), await openWithout()];
    for (const source of [...MARKS, 'large'] as const) {
      for (const asked of ['100x80', 'fit-in/90x90', 'fit-in/200x200/10x10']) {
        await compare(keeping, fetching, `${asked}/filters:preview():fill(blue)/${source}`, 0.95);
      }
    }
    const before = keeping.fetched.length;
    for (const source of MARKS) await keeping.make(`50x50/filters:preview()/${source}`);
    assert.equal(keeping.fetched.length, before);
    const meta = JSON.parse(Buffer.from(await keeping.make('meta/50x50/filters:preview()/turned')).toString());
    assert.deepEqual([meta.format, meta.width, meta.orientation], ['jpeg', 50, 1]);
    // not without being asked, nor where the source's own pixels count
    for (const asked of ['50x50', '5x5:50x50/20x20/filters:preview()', '20x20/filters:preview():focal(1x1:9x9)']) {
      keeping.fetched.length = 0;
      await keeping.make(`${asked}/jpeg`);
      assert.deepEqual(keeping.fetched, ['jpeg'], asked);
    }
  });

  it('serve no use that needs more of them than there is', async () => {
    const [keeping, fetching] = [await open(pictures), await openWithout()];
    await compare(keeping, fetching, 'filters:image(300x200/large,0,0)/white', 0.95);
    assert.equal(keeping.fetched.filter((key) => key === 'large').length, 1);
    for (const target of ['filters:watermark(large,0,0)/white', '500x400/filters:preview()/large']) {
      await compare(keeping, fetching, target, 1);
    }
    keeping.fetched.length = 0;
    // the size shows only when there is a picture to lay it over
    await compare(keeping, fetching, '900x700/filters:watermark(large,0,0,0,100,100)/white', 1);
    assert.deepEqual(keeping.fetched, ['white', 'large', 'white', 'large']);
  });

  it('are none of animations', async () => {
    const keeping = await open(pictures);
    const target = 'filters:watermark(moving,0,0)/moving';
    for (let time = 0; time < 2; time += 1) assert.equal(readPicture(await keeping.make(target)).frames, 3);
    assert.deepEqual(await keeping.files(), []);
    assert.deepEqual(keeping.failures, []);
    assert.equal(keeping.fetched.filter((key) => key === 'moving').length, 4);
  });

  it('are of one kind of request only', async () => {
    const { processor, make } = await open(pictures);
    await make('50x50/filters:preview():watermark(alpha,0,0)/jpeg');
    const params = parse('unsafe/50x50/filters:preview():watermark(alpha,0,0)/jpeg');
    assert.deepEqual(processor.kept(params, ''), { source: true, images: new Set(['alpha']) });
    assert.deepEqual(processor.kept(params, 'cookie: me'), { source: false, images: new Set() });
  });

  it('are decoded once for all who want them at the same time', async () => {
    const keeping = await open(pictures, {}, { workers: 2 });
    const names = new Set<string>();
    const { watcher, directory } = await watch(keeping.place, names);
    const sides = Array.from({ length: 8 }, (_, index) => 40 + index);
    await Promise.all(sides.map((side) => keeping.make(`filters:watermark(alpha,0,0,0,${side},50)/white`)));
    const last = path.join(directory, 'last');
    while (!names.has('last')) await writeFile(last, ''); // events come in order
    watcher.close();
    assert.equal([...names].filter((name) => name.endsWith(PART)).length, 1);
    keeping.fetched.length = 0;
    await keeping.make('filters:watermark(alpha,0,0,0,50,50)/white');
    assert.deepEqual(keeping.fetched, ['white']);
  });

  it('are fetched again when their files have vanished', async () => {
    const keeping = await open(pictures);
    const target = 'filters:watermark(alpha,0,0)/white';
    const expected = await keeping.make(target);
    for (let time = 0; time < 2; time += 1) {
      for (const directory of await readdir(keeping.place))
        await rm(path.join(keeping.place, directory), { recursive: true });
      keeping.fetched.length = 0;
      assert.deepEqual(Buffer.from(await keeping.make(target)), Buffer.from(expected));
      assert.deepEqual(keeping.fetched, ['white', 'alpha']);
      assert.deepEqual(Buffer.from(await keeping.make(target)), Buffer.from(expected)); // kept anew
    }
  });

  it('stay within their budget', async () => {
    const keeping = await open(pictures, { maxBytes: 300_000 });
    for (let time = 0; time < 2; time += 1) {
      for (const mark of MARKS) await keeping.make(`filters:watermark(${mark},0,0)/white`);
      assert.ok(keeping.processor.keptBytes <= 300_000);
    }
    assert.deepEqual(keeping.failures, []);
  });

  it('are not those of a worker that is killed while it writes', async () => {
    const huge = inScope((scope) => scene(scope, 3_000, 2_000).pngsaveBuffer({ compression: 1 }));
    const keeping = await open({ white, huge }, { maxWidth: 3_000, maxHeight: 2_000 });
    const making = keeping.make('filters:watermark(huge,0,0,0,50,50)/white');
    while (!(await keeping.files()).some((name) => name.endsWith(PART))) assert.ok(!(await isSettled(making)));
    for (const pid of keeping.processor.pids) process.kill(pid, 'SIGKILL');
    assert.equal(readPicture(await making).width, 200);
    assert.deepEqual(await keeping.files(), []);
    assert.equal(keeping.failures.length, 1);
    assert.ok(keeping.failures[0] instanceof AppError);
  });

  it('are filled to the end although who asked first has gone', async () => {
    const keeping = await open(pictures);
    const leaving = new AbortController();
    const [left, stayed] = [
      keeping.make('filters:watermark(large,0,0,0,50,50)/white', leaving.signal),
      keeping.make('filters:watermark(large,0,0,0,40,40)/white'),
    ];
    const rejected = assert.rejects(left, /gone/);
    await new Promise(setImmediate);
    leaving.abort(new Error('gone'));
    await rejected;
    assert.equal(readPicture(await stayed).width, 200);
    assert.equal((await keeping.files()).length, 1);
    assert.deepEqual(keeping.failures, []);
  });

  it('are in memory once for all workers', { skip: process.platform !== 'linux' }, async () => {
    const mark = inScope((scope) => scene(scope, 800, 600).pngsaveBuffer({ compression: 1 }));
    const keeping = await open({ white, mark }, { maxWidth: 800, maxHeight: 600 }, { workers: 2 });
    await keeping.make('filters:watermark(mark,0,0)/white');
    const target = '900x700/filters:watermark(mark,0,0):blur(5)/white';
    const { pids } = keeping.processor;
    let isMeasured = false;
    const work = async (): Promise<void> => {
      while (!isMeasured) await keeping.make(target);
    };
    const working = Promise.all([work(), work()]);
    await Promise.all(pids.map(stopWhileMapped));
    const maps = await Promise.all(pids.map(mapOfPictures));
    isMeasured = true;
    for (const pid of pids) process.kill(pid, 'SIGCONT');
    await working;
    for (const { rss, pss, anonymous } of maps) {
      assert.equal(anonymous, 0);
      assert.ok(pss < 0.8 * rss, `${pss} kB of ${rss} kB is counted as its own`);
    }
  });

  it('go with the server', async () => {
    const keeping = await open(pictures);
    await keeping.make('filters:watermark(alpha,0,0)/white');
    const [directory = assert.fail()] = await readdir(keeping.place);
    await keeping.processor.close();
    assert.equal(existsSync(path.join(keeping.place, directory)), false);
  });
});

/** Collects the names of all files that come and go in the directory of kept pictures. */
async function watch(place: string, names: Set<string>): Promise<{ watcher: FSWatcher; directory: string }> {
  const directory = path.join(place, (await readdir(place))[0] ?? assert.fail('there is no directory'));
  const watcher = watchFiles(directory, (_, name) => names.add(name ?? ''));
  return { watcher, directory };
}

function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  return Promise.race([settled, new Promise<false>((resolve) => setImmediate(resolve, false))]);
}

/** Stops a process at a moment when it has a kept picture in its memory. */
async function stopWhileMapped(pid: number): Promise<void> {
  for (;;) {
    if (!(await hasMapped(pid))) continue;
    process.kill(pid, 'SIGSTOP');
    while (!/^State:\tT/m.test(await readFile(`/proc/${pid}/status`, 'latin1')));
    if (await hasMapped(pid)) return;
    process.kill(pid, 'SIGCONT');
  }
}

async function hasMapped(pid: number): Promise<boolean> {
  return (await mapOfPictures(pid)).rss >= 1_000;
}

/** What a process has of kept pictures in its memory, in kB (proc_pid_smaps(5)); zeros where it has none mapped now. */
async function mapOfPictures(pid: number): Promise<{ rss: number; pss: number; anonymous: number }> {
  const [mapping = ''] =
    /.*imagor-ts-pictures[\s\S]*?VmFlags/.exec(await readFile(`/proc/${pid}/smaps`, 'latin1')) ?? [];
  const read = (name: string): number => Number(new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(mapping)?.[1] ?? 0);
  return { rss: read('Rss'), pss: read('Pss'), anonymous: read('Anonymous') };
}
