import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import { after, describe, it } from 'node:test';
import type { Explanation } from '../../src/commands/explain/explanation.ts';
import { explain, explainAll, makeEnvironment, sizeOf, stepOf } from '../support/explain.ts';
import { runImagor, startImagor } from '../support/imagor-process.ts';
import { readPicture } from '../support/picture.ts';

// What `imagor explain` says of a URL, held against what a server of the same configuration then does with it.

const { env: ENV, originUrl } = await makeEnvironment({ after });

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
  'a format that cannot be written': 'filters:format(jp2)/photo.png',
  'nothing that is there': '10x10/none.png',
  'a padding that leaves nothing': 'filters:padding(red,-999,1)/photo.png',
};

describe('imagor explain and a server', async () => {
  const server = await startImagor({ after }, [], ENV);
  const accept = 'image/webp,*/*';
  const urls = Object.values(URLS).map((path) => `${server.url}/unsafe/${path}`);
  const explanations = await explainAll(ENV, urls, ['-accept', accept]);

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
        assert.ok(loader?.at[0]?.startsWith(`${originUrl}/`), `${loader?.at[0]}`);
        if (use === 'source') await eventually(storage?.at[0] ?? '');
        else assert.equal(storage?.isSavedTo, false, image);
      }
    });
  }

  it('agree on what is stored', async () => {
    const path = `/unsafe/${URLS['a crop from the middle']}`;
    const told = await explain(ENV, path, ['-accept', accept]);
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
    const [valid, refused, other, missing] = await explainAll(ENV, [older, wrong, `/${sha256.stdout.trim()}`, path]);
    assert.deepEqual(valid?.signature, { state: 'valid', secret: 2, isUnescaped: false });
    const { status, signature } = refused as Explanation;
    assert.deepEqual([status, signature?.state], [403, 'wrong']);
    assert.equal((await fetch(server.url + wrong)).status, 403);
    assert.equal((await fetch(server.url + signature?.right)).status, 200);
    assert.match(other?.signature?.hint ?? '', /sha256 with secret 1, but IMAGOR_SIGNER_TYPE is sha1/);
    assert.equal(missing?.signature?.state, 'missing');
    assert.equal((await explain(ENV, `/unsafe/${path}`, ['-imagor-unsafe=0'])).status, 403);
  });

  it('agree on paths that were escaped on their way', async () => {
    const signed = await runImagor(['sign', '40x40/filters:blur(1)/logo.png'], ENV);
    const escaped = `/${signed.stdout.trim().replaceAll(':', '%3A').replaceAll('(', '%28').replaceAll(')', '%29')}`;
    assert.equal((await fetch(server.url + escaped)).status, 200);
    const { status, signature, resultPath } = await explain(ENV, escaped);
    assert.deepEqual([status, signature?.isUnescaped], [200, true]);
    assert.match(resultPath ?? '', /^40x40\/filters:blur\(1\):strip_exif/);
  });
});
