import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { explain, explainAll, makeEnvironment, PICTURES, sizeOf, stepOf } from '../support/explain.ts';
import { makeDir, runImagor, startImagor } from '../support/imagor-process.ts';
import { makeBucket, startOwnTarget } from '../support/s3-server/s3-target.ts';

const { env: ENV } = await makeEnvironment({ after });

describe('imagor explain', { concurrency: true }, () => {
  it('tells the size after every step, and inside of what is laid over', async () => {
    const url = '/unsafe/100x50:500x400/200x0/filters:image(f-20x50/filters:rotate(90)/logo.png):rotate(90)/large.jpg';
    const told = await explain(ENV, url);
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
      { ...ENV, VIPS_MAX_WIDTH: '0', HTTP_LOADER_BASE_URL: 'http://127.0.0.1:1' },
      '/unsafe/fit-in/300x300/filters:watermark(none.png)/none.jpg',
      ['--source', '6000x4500'],
    );
    assert.equal(told.status, 200);
    assert.match(stepOf(told, 'load')?.words ?? '', /decoded at 1\/8/);
    assert.equal(sizeOf(stepOf(told, 'result')), '300 × 225 × 1');
    assert.ok(told.images.flatMap(({ places }) => places).every(({ found }) => found === 'not asked'));
    const { steps } = await explain(ENV, '/unsafe/300x0/large.jpg', ['--no-load']);
    assert.ok(steps.every(({ width }) => width === undefined));
    assert.match(steps.find(({ step }) => step === 'load')?.words ?? '', /^300 wide, the height follows/);
  });

  it('says what is ignored, left out or held', async () => {
    const filters = 'filters:invert():blrr(3):blur(1,900):quality(200):grayscale()';
    const told = await explain(ENV, `/unsafe/9x9/${filters}/logo.png`, ['-vips-max-filter-ops=4']);
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
    const told = await explain({ ...ENV, IMAGOR_STORAGE_PATH_STYLE: 'original' }, '/unsafe/9x9/other/a.png', [
      '-file-storage-path-prefix=mine',
      '-http-loader-disable',
    ]);
    const [place] = told.images[0]?.places ?? [];
    assert.deepEqual([place?.at, place?.reason, place?.isSavedTo], [[], 'outside of its path prefix', false]);
    assert.equal(told.status, 404);
  });

  it('names buckets and objects, by the path or by a router', async () => {
    const target = await startOwnTarget({ after });
    const [bucket, kept] = [await makeBucket(target), await makeBucket(target)];
    await bucket.put('SG-a b.png', PICTURES['/logo.png'] ?? new Uint8Array());
    const file = join(await makeDir({ after }), 'routes.yaml');
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
    const told = await explain(env, url);
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
    const wild = await explain(wildcards, `/unsafe/9x9/${bucket.name}/SG-a%20b.png`);
    assert.equal(wild.images[0]?.places[0]?.found, 'yes');
    assert.match(wild.results[0]?.at[0] ?? '', new RegExp(`^s3://${bucket.name}/thumbs/9x9/`));
  });

  it('is for people first', async () => {
    const { stdout, exitCode } = await runImagor(
      ['explain', '/unsafe/fit-in/500x500/10x20/filters:fill(red):rotate(90):proportion(50)/large.jpg'],
      ENV,
    );
    assert.equal(exitCode, 0);
    for (const line of [
      /^Answer {7}200 OK/m,
      /^Signature {4}none needed/m,
      /^ {2}filter 2 +520 × \d+ +rotate\(90\): turns it anticlockwise$|^ {2}filter 2 +\d+ × 520 +rotate\(90\): turns it anticlockwise$/m,
      /^ {4}Loader +http +there, \d+ bytes +http:\/\/127/m,
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
    const told = await explainAll(ENV, Object.keys(EXPECTED), ['--no-load']);
    for (const [index, note] of Object.values(EXPECTED).entries()) assert.match(told[index]?.notes.join() ?? '-', note);
    assert.deepEqual(
      told.map(({ status }) => status),
      [200, 200, 200, 200, 410],
    );
    const outside = await explain(ENV, '/unsafe/logo.png', ['-server-path-prefix=/images']);
    assert.deepEqual([outside.status, outside.steps], [404, []]);
  });
});
