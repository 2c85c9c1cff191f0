import assert from 'node:assert/strict';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { ExplainedStep, Explanation } from '../../src/commands/explain/explanation.ts';
import { disc, exifOriented, RED, scene } from '../fixtures/draw.ts';
import { makeDir, runImagor, startImagor } from '../support/imagor-process.ts';
import { startOrigin } from '../support/origin.ts';
import { readPicture } from '../support/picture.ts';
import { makeBucket, startOwnTarget } from '../support/s3-server/s3-target.ts';
import { inScope } from '../support/vips.ts';

// What `imagor explain` says of a URL, held against what a server of the same configuration then does with it.

const PICTURES: Readonly<Record<string, Uint8Array>> = inScope((scope) => ({
  '/large.jpg': scene(scope, 1200, 800).jpegsaveBuffer({ Q: 85 }),
  '/dir/turned 1.jpg': exifOriented(scope, 6, 640, 480).jpegsaveBuffer({ Q: 85 }),
  '/photo.png': scene(scope, 301, 199).pngsaveBuffer(),
  '/logo.png': disc(scope, 40, RED).pngsaveBuffer(),
}));

const origin = await startOrigin({ after }, ({ url = '' }, response) => {
  const picture = PICTURES[decodeURIComponent(url)];
  if (picture) response.writeHead(200, { 'content-type': 'image/any' }).end(picture);
  else response.writeHead(404).end();
});

const [sources, results] = [await makeDir({ after }), await makeDir({ after })];
const SECRET = 'hush-hush-hush';
const ENV = {
  IMAGOR_SECRETS: `${SECRET},older-secret`,
  IMAGOR_UNSAFE: '1',
  IMAGOR_AUTO_WEBP: '1',
  IMAGOR_BASE_PARAMS: 'filters:strip_exif()',
  IMAGOR_STORAGE_PATH_STYLE: 'digest',
  IMAGOR_RESULT_STORAGE_PATH_STYLE: 'size',
  IMAGOR_CACHE_HEADER_TTL: '1h',
  HTTP_LOADER_BASE_URL: origin.url.replace('//', '//operator:password@'),
  FILE_STORAGE_BASE_DIR: sources,
  FILE_STORAGE_PATH_PREFIX: '',
  FILE_RESULT_STORAGE_BASE_DIR: results,
  IMAGOR_WORKERS: '1',
  VIPS_MAX_WIDTH: '2000',
  VIPS_DISABLE_FILTERS: 'invert',
};

async function explainAll(
  urls: readonly string[],
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = ENV,
): Promise<Explanation[]> {
  const { exitCode, stdout, stderr } = await runImagor(['explain', ...urls, '--json', ...flags], env);
  assert.equal(exitCode, 0, stderr);
  for (const secret of [SECRET, 'older-secret', 'password']) assert.ok(!(stdout + stderr).includes(secret), secret);
  const explanations: Explanation[] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(explanations.length, urls.length);
  return explanations;
}

async function explain(
  url: string,
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = ENV,
): Promise<Explanation> {
  const [explanation] = await explainAll([url], flags, env);
  assert.ok(explanation);
  return explanation;
}

const sizeOf = ({ width, height, frames }: Partial<ExplainedStep> = {}): string => `${width} × ${height} × ${frames}`;
const stepOf = ({ steps }: Explanation, name: string): ExplainedStep | undefined =>
  steps.find(({ step }) => step === name);

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function eventually(path: string): Promise<void> {
  while (!(await exists(path))) await new Promise((resolve) => setTimeout(resolve, 10));
}

const URLS: Readonly<Record<string, string>> = {
  'a crop from the middle': '300x200/large.jpg',
  'a fit, with filters': 'fit-in/500x500/10x20/filters:fill(red):rotate(90):proportion(50)/large.jpg',
  'a turned picture': '0x300/dir/turned%201.jpg',
  'a crop by hand, and a flip': '100x50:500x400/-200x-150/large.jpg',
  'a trim': 'trim/photo.png',
  'things laid over':
    '400x0/filters:watermark(logo.png,10,10,0,50,50):image(fx50/logo.png):padding(blue,5,6,7,8)/photo.png',
  'stretching, and filters that are left out': 'stretch/333x77/filters:invert():nothing(1):pixelate(7)/photo.png',
  'one colour': '60x40/filters:round_corner(5)/color:red',
  'more than there is': 'fit-in/999x999/photo.png',
  'more than is allowed': '3000x10/photo.png',
  'nothing that is there': '10x10/none.png',
  'a padding that leaves nothing': 'filters:padding(red,-999,1)/photo.png',
};

describe('imagor explain and a server', async () => {
  const server = await startImagor({ after }, [], ENV);
  const accept = 'image/webp,*/*';
  const urls = Object.values(URLS).map((path) => `${server.url}/unsafe/${path}`);
  const explanations = await explainAll(urls, ['-accept', accept]);

  for (const [index, [what, path]] of Object.entries(URLS).entries()) {
    it(`agree on ${what}`, async () => {
      const told = explanations[index] as Explanation;
      const response = await fetch(`${server.url}/unsafe/${path}`, { headers: { accept } });
      const bytes = Buffer.from(await response.arrayBuffer());
      assert.equal(told.status, response.status, `${told.reason}`);
      for (const name of ['cache-control', 'content-type', 'content-disposition', 'vary'])
        if (told.headers[name] !== undefined) assert.equal(told.headers[name], response.headers.get(name), name);
      if (response.status !== 200) {
        assert.ok(told.results.every(({ isSavedTo }) => !isSavedTo));
        return;
      }
      assert.equal(told.headers['content-type'], 'image/webp');
      const { width, height, frames } = readPicture(bytes);
      assert.equal(sizeOf(stepOf(told, 'result')), sizeOf({ width, height, frames }));

      // everything is written where it was said to be
      const [result] = told.results;
      assert.deepEqual([result?.isSavedTo, result?.found], [true, 'no']);
      await eventually(result?.at[0] ?? '');
      assert.deepEqual(await readFile(result?.at[0] ?? ''), bytes);
      for (const { image, use, places } of told.images) {
        assert.deepEqual(
          places.map(({ role, adapter }) => `${role} ${adapter}`),
          ['Storage file', 'Loader http'],
        );
        const [storage, loader] = places;
        assert.ok(loader?.at[0]?.startsWith(`${origin.url}/`), `${loader?.at[0]}`);
        if (use === 'source') await eventually(storage?.at[0] ?? '');
        else assert.equal(storage?.isSavedTo, false, image);
      }
    });
  }

  it('agree on what is stored', async () => {
    const path = `/unsafe/${URLS['a crop from the middle']}`;
    const told = await explain(path, ['-accept', accept]);
    assert.deepEqual(
      [...told.results, ...(told.images[0]?.places ?? [])].map(({ found }) => found),
      ['yes', 'yes', 'not asked'],
    );
    const bytes = Buffer.from(await (await fetch(server.url + path, { headers: { accept } })).arrayBuffer());
    assert.equal(told.results[0]?.bytes, bytes.length);
  });

  it('agree on signatures', async () => {
    const path = '40x40/logo.png';
    const signed = await runImagor(['sign', path, '-imagor-secrets', 'older-secret'], ENV);
    const sha256 = await runImagor(['sign', path, '-imagor-signer-type=sha256'], ENV);
    const older = `/${signed.stdout.trim()}`;
    const wrong = older.replace('40x40', '50x50');
    const [valid, refused, other, missing] = await explainAll([older, wrong, `/${sha256.stdout.trim()}`, path]);
    assert.deepEqual(valid?.signature, { state: 'valid', secret: 2, isUnescaped: false });
    const { status, signature } = refused as Explanation;
    assert.deepEqual([status, signature?.state], [403, 'wrong']);
    assert.equal((await fetch(server.url + wrong)).status, 403);
    assert.equal((await fetch(server.url + signature?.right)).status, 200);
    assert.match(other?.signature?.hint ?? '', /sha256 with secret 1, but IMAGOR_SIGNER_TYPE is sha1/);
    assert.equal(missing?.signature?.state, 'missing');
    assert.equal((await explain(`/unsafe/${path}`, ['-imagor-unsafe=0'])).status, 403);
  });

  it('agree on paths that were escaped on their way', async () => {
    const signed = await runImagor(['sign', '40x40/filters:blur(1)/logo.png'], ENV);
    const escaped = `/${signed.stdout.trim().replaceAll(':', '%3A').replaceAll('(', '%28').replaceAll(')', '%29')}`;
    assert.equal((await fetch(server.url + escaped)).status, 200);
    const { status, signature, resultPath } = await explain(escaped);
    assert.deepEqual([status, signature?.isUnescaped], [200, true]);
    assert.match(resultPath ?? '', /^40x40\/filters:blur\(1\):strip_exif/);
  });
});

describe('imagor explain', { concurrency: true }, () => {
  it('tells the size after every step, and inside of what is laid over', async () => {
    const url = '/unsafe/100x50:500x400/200x0/filters:image(f-20x50/filters:rotate(90)/logo.png):rotate(90)/large.jpg';
    const told = await explain(url);
    const sizes = told.steps.map((step) => `${step.step} ${sizeOf(step)}`);
    assert.deepEqual(sizes, [
      'source 1200 × 800 × 1',
      'load 1200 × 800 × 1',
      'crop 400 × 350 × 1',
      'resize 200 × 175 × 1',
      'filter 1 200 × 175 × 1',
      'filter 2 175 × 200 × 1',
      'filter 3 175 × 200 × 1',
      'result 175 × 200 × 1',
    ]);
    const inside = stepOf(told, 'filter 1')?.inside.map((step) => `${step.step} ${sizeOf(step)}`);
    assert.deepEqual(inside, [
      'source 40 × 40 × 1',
      'load 40 × 40 × 1',
      'resize 180 × 50 × 1',
      'filter 1 50 × 180 × 1',
    ]);
  });

  it('supposes a source, and asks nobody for one', async () => {
    const told = await explain(
      '/unsafe/fit-in/300x300/filters:watermark(none.png)/none.jpg',
      ['--source', '4000x3000'],
      {
        ...ENV,
        VIPS_MAX_WIDTH: '0',
        HTTP_LOADER_BASE_URL: 'http://127.0.0.1:1',
      },
    );
    assert.equal(told.status, 200);
    assert.match(stepOf(told, 'load')?.words ?? '', /decoded at 1\/8/);
    assert.equal(sizeOf(stepOf(told, 'result')), '300 × 225 × 1');
    assert.ok(told.images.flatMap(({ places }) => places).every(({ found }) => found === 'not asked'));
    const { steps } = await explain('/unsafe/300x0/large.jpg', ['--no-load']);
    assert.ok(steps.every(({ width }) => width === undefined));
    assert.match(steps.find(({ step }) => step === 'load')?.words ?? '', /^300 wide, the height follows/);
  });

  it('says what is ignored, left out or held', async () => {
    const filters = 'filters:invert():blrr(3):blur(1,900):quality(200):grayscale()';
    const told = await explain(`/unsafe/9x9/${filters}/logo.png`, ['-vips-max-filter-ops=4']);
    const notes = told.steps.flatMap((step) => step.notes.map((note) => `${step.step}: ${note}`));
    assert.deepEqual(notes, [
      'filter 1: left out: it is disabled (VIPS_DISABLE_FILTERS)',
      'filter 2: ignored: there is no such filter; did you mean blur?',
      'filter 3: 900 is held at 250',
      'filter 5: left out: VIPS_MAX_FILTER_OPS is 4',
      'filter 6: left out: VIPS_MAX_FILTER_OPS is 4',
      'result: quality: 200 is not from 1 to 100 and is ignored',
    ]);
  });

  it('says who has nothing to say about a key', async () => {
    const told = await explain('/unsafe/9x9/other/a.png', ['-file-storage-path-prefix=mine', '-http-loader-disable'], {
      ...ENV,
      IMAGOR_STORAGE_PATH_STYLE: 'original',
    });
    const [place] = told.images[0]?.places ?? [];
    assert.deepEqual([place?.at, place?.reason, place?.isSavedTo], [[], 'outside of its path prefix', false]);
    assert.equal(told.status, 404);
  });

  it('names buckets and objects, by the path or by a router', async () => {
    const target = await startOwnTarget({ after });
    const [bucket, kept] = [await makeBucket(target), await makeBucket(target)];
    await bucket.put('SG-a b.png', PICTURES['/logo.png'] ?? new Uint8Array());
    const file = join(results, 'routes.yaml');
    const fallback = `fallback_buckets: [{name: ${kept.name}}]`;
    await writeFile(
      file,
      `routing_pattern: '^(?P<bucket>[A-Z]+)-'\ndefault_bucket: {name: ${bucket.name}}\n${fallback}\n`,
    );
    const env = {
      S3_ENDPOINT: target.endpoint,
      S3_FORCE_PATH_STYLE: '1',
      AWS_ACCESS_KEY_ID: target.alice.accessKeyId,
      AWS_SECRET_ACCESS_KEY: target.alice.secretAccessKey,
      S3_SAFE_CHARS: ' ',
      S3_LOADER_BUCKET_ROUTER_CONFIG: file,
      S3_RESULT_STORAGE_BUCKET: kept.name,
      S3_RESULT_STORAGE_BASE_DIR: 'thumbs',
      IMAGOR_UNSAFE: '1',
      IMAGOR_WORKERS: '1',
    };
    const url = '/unsafe/9x9/SG-a%20b.png';
    const told = await explain(url, [], env);
    const [source] = told.images[0]?.places ?? [];
    assert.deepEqual(source?.at, [`s3://${bucket.name}/SG-a b.png`, `s3://${kept.name}/SG-a b.png`]);
    assert.deepEqual([source?.found, source?.bytes], ['yes', PICTURES['/logo.png']?.length]);
    const { url: server, ended, kill } = await startImagor({ after }, [], env);
    assert.equal((await fetch(server + url)).status, 200);
    kill('SIGTERM'); // which waits for saves
    await ended;
    assert.deepEqual(
      told.results[0]?.at,
      (await kept.keys()).map((key) => `s3://${kept.name}/${key}`),
    );

    const { S3_LOADER_BUCKET_ROUTER_CONFIG: _, ...others } = env;
    const wildcards = { ...others, S3_LOADER_BUCKET: '*', S3_RESULT_STORAGE_BUCKET: '*' };
    const wild = await explain(`/unsafe/9x9/${bucket.name}/SG-a%20b.png`, [], wildcards);
    assert.equal(wild.images[0]?.places[0]?.found, 'yes');
    assert.match(wild.results[0]?.at[0] ?? '', new RegExp(`^s3://${bucket.name}/thumbs/9x9/`));
  });

  it('is for people first', async () => {
    const { stdout, exitCode } = await runImagor(['explain', `/unsafe/${URLS['a fit, with filters']}`], ENV);
    assert.equal(exitCode, 0);
    for (const line of [
      /^Answer {7}200 OK/m,
      /^Signature {4}none needed/m,
      /^ {2}filter 2 +520 × \d+ +rotate\(90\): turns it anticlockwise$|^ {2}filter 2 +\d+ × 520 +rotate\(90\): turns it anticlockwise$/m,
      /^ {4}(Storage +file|Loader +http) +there, \d+ bytes/m,
      /^ {2}cache-control +public, s-maxage=3600/m,
    ])
      assert.match(stdout, line);
    assert.ok(!/undefined|NaN|\[object/.test(stdout), stdout);
  });

  it('tells what to write instead of what makes no sense', async () => {
    for (const [flags, advice] of [
      [['/unsafe/a.png', '-source', 'large'], /-source must be .* 4000x3000/],
      [['/unsafe/a.png', '-sourze=1x1'], /no flag -sourze/],
    ] as const) {
      const { exitCode, stdout, stderr } = await runImagor(['explain', ...flags], ENV);
      assert.deepEqual([exitCode, stdout], [1, '']);
      assert.match(stderr, advice);
    }
  });

  it('knows what is no picture', async () => {
    const EXPECTED = {
      '/': /start page/,
      '/healthcheck': /whether the server runs/,
      '/params/unsafe/9x9/logo.png': /params\/ answers/,
      '/unsafe/9x9/logo.png?v=2': /question mark/,
      '/unsafe/filters:expire(1)/logo.png': /^$/,
    };
    const told = await explainAll(Object.keys(EXPECTED), ['--no-load']);
    for (const [index, note] of Object.values(EXPECTED).entries()) assert.match(told[index]?.notes.join() ?? '-', note);
    assert.deepEqual(
      told.map(({ status }) => status),
      [200, 200, 200, 200, 410],
    );
    const outside = await explain('/unsafe/logo.png', ['-server-path-prefix=/images']);
    assert.deepEqual([outside.status, outside.steps], [404, []]);
  });
});
