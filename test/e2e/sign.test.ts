import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { blackPng } from '../fixtures/black-png.ts';
import { makeDir, runImagor, startImagor } from '../support/imagor-process.ts';

const dir = await makeDir({ after });
for (const name of ['a.png', '-b.png']) await writeFile(join(dir, name), blackPng(8, 6));

/** What the server is started with is all that the command is told, too. */
const ENV = {
  FILE_LOADER_BASE_DIR: dir,
  HTTP_LOADER_DISABLE: '1',
  IMAGOR_WORKERS: '1',
  IMAGOR_SECRETS: 'newest,older',
  IMAGOR_SIGNER_TYPE: 'sha256',
  IMAGOR_SIGNER_TRUNCATE: '40',
  SERVER_PATH_PREFIX: '/images',
  IMAGOR_BASE_PARAMS: 'filters:blur(1)',
};
const server = await startImagor({ after }, [], ENV);

const PATHS = ['a.png', '/a.png', '-4x3/a.png', 'unsafe/4x-3/filters:fill(red)/a.png', '--', '-4x3/-b.png'];

async function statusOf(path: string): Promise<number> {
  const response = await fetch(`${server.url}/${path.replace(/^\//, '')}`);
  await response.arrayBuffer();
  return response.status;
}

describe('imagor sign', { concurrency: true }, () => {
  it('signs what the server then serves', async () => {
    const { exitCode, stdout, stderr } = await runImagor(['sign', ...PATHS], ENV);
    assert.deepEqual([exitCode, stderr], [0, '']);
    const signed = stdout.trimEnd().split('\n');
    assert.equal(signed.length, 5);
    for (const path of signed) assert.equal(await statusOf(path), 200, path);
  });

  it('signs by the newest secret, which is the one of a new server’s', async () => {
    const newest = { ...ENV, IMAGOR_SECRETS: 'newest' };
    assert.deepEqual(await runImagor(['sign', 'a.png'], ENV), await runImagor(['sign', 'a.png'], newest));
    const other = await runImagor(['sign', '-imagor-secrets=older', 'a.png', '-imagor-signer-truncate', '40'], ENV);
    assert.equal(await statusOf(other.stdout.trim()), 200, 'a flag wins over the environment');
  });

  it('keeps the host of a URL', async () => {
    const { stdout } = await runImagor(['sign', `${server.url}/images/unsafe/4x3/a.png`], ENV);
    assert.equal((await fetch(stdout.trim())).status, 200);
  });

  it('reads paths from stdin, among others or for want of them', async () => {
    const lines = 'a.png\r\n\n4x3/a.png\n-4x3/a.png';
    const alone = await runImagor(['sign'], ENV, lines);
    const [first, second, third] = alone.stdout.trimEnd().split('\n');
    for (const path of [first, second, third]) assert.equal(await statusOf(path ?? ''), 200, path);
    const among = await runImagor(['sign', '2x2/a.png', '-', '3x3/a.png'], ENV, lines);
    assert.equal(among.stdout.split('\n').length, 6);
    assert.ok(among.stdout.includes(`\n${alone.stdout}`));
  });

  it('says what to set where there is no secret, and repeats none', async () => {
    const { exitCode, stdout, stderr } = await runImagor(['sign', 'a.png'], { IMAGOR_SECRTE: 'hushhush' });
    assert.deepEqual([exitCode, stdout], [1, '']);
    assert.match(stderr, /^imagor: No secret to sign with: set IMAGOR_SECRET/);
    assert.match(stderr, /did you mean IMAGOR_SECRET\?/);
    assert.ok(!stderr.includes('hushhush'));
    const wrong = await runImagor(['sign', 'a.png', '-imagor-secert', 'hushhush']);
    assert.match(wrong.stderr, /did you mean -imagor-secret\?/);
    assert.ok(!wrong.stderr.includes('hushhush'));
  });
});

describe('the command line', { concurrency: true }, () => {
  it('lists the commands, and explains each', async () => {
    const { stdout } = await runImagor(['-h']);
    for (const name of ['sign', 'explain', 'formats', 's3 check']) {
      assert.match(stdout, new RegExp(`^ {2}imagor ${name}\\b`, 'm'));
      const own = await runImagor([...name.split(' '), '-h']);
      assert.match(own.stdout, new RegExp(`^Usage: imagor ${name} .*\\[flags\\]\n`), name);
    }
  });

  it('does not serve what is no command', async () => {
    for (const word of ['sing', 'photo.jpg']) {
      const { exitCode, stdout, stderr } = await runImagor([word, '-imagor-unsafe']);
      assert.deepEqual([exitCode, stdout], [1, ''], word);
      assert.match(stderr, /^imagor: .*command.*\n$/);
    }
  });

  it('serves by name, too', async (t) => {
    const { url } = await startImagor(t, ['serve', '-imagor-unsafe', '-imagor-workers=1']);
    assert.equal((await fetch(`${url}/healthcheck`)).status, 200);
  });
});
