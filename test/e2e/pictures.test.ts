import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { blackPng } from '../fixtures/black-png.ts';
import { BLUE, disc, GREEN, quarters, RED, scene, YELLOW } from '../fixtures/draw.ts';
import { makeDir, startImagor } from '../support/imagor-process.ts';
import { assertColors, readPicture } from '../support/picture.ts';
import { inScope } from '../support/vips.ts';

const PNG = inScope((scope) => quarters(scope, 80, 60).pngsaveBuffer());
const JPEG = inScope((scope) => scene(scope).jpegsaveBuffer());

const dir = await makeDir({ after });
const FILES: Record<string, Uint8Array | string> = {
  'quarters.png': PNG,
  'two words.png': PNG,
  'a+b.png': PNG,
  '日本 é.png': PNG,
  'a%20b.png': PNG,
  'logo.png': inScope((scope) => disc(scope, 20, BLUE).pngsaveBuffer()),
  'photo.jpg': JPEG,
  'truncated.jpg': JPEG.subarray(0, JPEG.length / 2),
  'header.jpg': JPEG.subarray(0, 300),
  'huge.png': blackPng(60_000, 60_000),
  'text.jpg': 'this is no picture',
  'empty.jpg': '',
};
for (const [name, bytes] of Object.entries(FILES)) await writeFile(join(dir, name), bytes);

await mkdir(join(dir, 'folder'));

const server = await startImagor(
  { after },
  ['-file-loader-base-dir', dir, '-file-safe-chars=--', '--http-loader-disable', '-imagor-workers', '1'],
  { IMAGOR_UNSAFE: '1', IMAGOR_AUTO_WEBP: 'true' },
);
const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(`${server.url}/unsafe/${path}`, init);

/** The status of an answer, which must be an error in JSON that gives nothing of the machine away. */
async function refusal(path: string): Promise<number> {
  const response = await ask(path);
  const text = await response.text();
  assert.equal(response.headers.get('content-type'), 'application/json', `${path}: ${response.status} ${text}`);
  const { status, message } = JSON.parse(text) as { status: number; message: string };
  assert.equal(status, response.status);
  assert.ok(message.length > 0);
  for (const secret of [dir, '/tmp', '/home', 'node:', '    at ', '.js:', 'vips']) {
    assert.ok(!text.includes(secret), `${secret} in ${text}`);
  }
  return status;
}

describe('a picture', () => {
  it('comes as asked for, with its headers', async () => {
    const response = await ask('40x30/quarters.png');
    assert.equal(response.status, 200);
    const bytes = Buffer.from(await response.arrayBuffer());
    const { kind, width, height, ...rest } = readPicture(bytes);
    assert.deepEqual([kind, width, height], ['png', 40, 30]);
    assertColors({ kind, width, height, ...rest }, [
      [0.1, 0.1, RED],
      [0.9, 0.1, GREEN],
      [0.1, 0.9, BLUE],
      [0.9, 0.9, YELLOW],
    ]);
    const { headers } = response;
    assert.equal(headers.get('content-type'), 'image/png');
    assert.equal(headers.get('content-length'), String(bytes.length));
    assert.equal(headers.get('content-disposition'), 'inline');
    assert.equal(headers.get('vary'), 'Accept');
    assert.match(headers.get('cache-control') ?? '', /^public, s-maxage=604800, max-age=604800, no-transform/);
  });

  it('answers HEAD like GET, without the picture', async () => {
    for (const path of ['40x30/quarters.png', 'missing.png', 'meta/photo.jpg']) {
      const [get, head] = [await ask(path), await ask(path, { method: 'HEAD' })];
      assert.equal((await head.arrayBuffer()).byteLength, 0);
      assert.equal(head.status, get.status);
      assert.equal(head.headers.get('content-length'), String((await get.arrayBuffer()).byteLength));
      assert.equal(head.headers.get('content-type'), get.headers.get('content-type'));
    }
  });

  it('is found by any name, however it is escaped', async () => {
    const names = [
      'two%20words.png',
      'two+words.png',
      'a%2Bb.png',
      'a%2bb.png',
      '%E6%97%A5%E6%9C%AC%20%C3%A9.png',
      'a%2520b.png',
      `b64:${Buffer.from('日本 é.png').toString('base64url')}`,
      `b64:${Buffer.from('a+b.png').toString('base64url')}`,
    ];
    for (const name of names) {
      const response = await ask(name);
      assert.equal(response.status, 200, `${name}: ${await response.text()}`);
    }
  });

  it('comes as WebP to those who take it', async () => {
    const response = await ask('quarters.png', { headers: { accept: 'image/webp,*/*' } });
    assert.equal(response.headers.get('content-type'), 'image/webp');
    assert.equal(readPicture(new Uint8Array(await response.arrayBuffer())).kind, 'webp');
  });

  it('carries other pictures', async () => {
    const response = await ask('filters:fill(red):watermark(logo.png,0,0):format(png)/quarters.png');
    const picture = readPicture(new Uint8Array(await response.arrayBuffer()));
    assertColors(picture, [[10 / 80, 10 / 60, BLUE]]);
    assert.equal(await refusal('filters:watermark(missing.png)/quarters.png'), 404);
  });

  it('is made of nothing for colours', async () => {
    const response = await ask('8x8/filters:format(png)/color:00ff00');
    assertColors(readPicture(new Uint8Array(await response.arrayBuffer())), [[0.5, 0.5, GREEN]]);
  });

  it('is described by meta/', async () => {
    const response = await ask('meta/quarters.png');
    assert.equal(response.headers.get('content-type'), 'application/json');
    const { format, width, height } = (await response.json()) as Record<string, unknown>;
    assert.deepEqual({ format, width, height }, { format: 'png', width: 80, height: 60 });
  });

  it('comes raw, and is not let do anything', async () => {
    const response = await ask('9x9/filters:raw()/photo.jpg');
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), Buffer.from(JPEG));
    assert.equal(response.headers.get('content-security-policy'), "sandbox; script-src 'none'");
  });

  it('is saved under a name', async () => {
    const response = await ask('filters:attachment(%E6%97%A5"x)/quarters.png');
    assert.equal(response.headers.get('content-disposition')?.startsWith('attachment; filename="'), true);
    assert.equal(
      (await ask('filters:attachment()/photo.jpg')).headers.get('content-disposition'),
      'attachment; filename="photo.jpg"',
    );
  });
});

describe('no picture', () => {
  const cases: [string, string, number][] = [
    ['a file that is not there', 'missing.png', 404],
    ['a directory', 'folder', 404],
    ['no image at all', '9x9/', 404],
    ['a text', 'text.jpg', 406],
    ['an empty file', 'empty.jpg', 404],
    ['a header that claims 60,000 by 60,000 pixels', 'huge.png', 422],
    ['such a header, to be made small', '10x10/huge.png', 422],
    ['a size beyond the limits', 'stretch/9999x9999/quarters.png', 422],
    ['a URL that has expired', 'filters:expire(1)/quarters.png', 410],
    ['more overlays than allowed', `filters:${'image(logo.png):'.repeat(33)}blur(1)/quarters.png`, 400],
  ];
  for (const [name, path, status] of cases) {
    it(`is made of ${name}`, async () => assert.equal(await refusal(path), status));
  }

  it('comes of a broken file as an error, or as much as there is', async () => {
    assert.equal(await refusal('header.jpg'), 406);
    const truncated = await ask('40x30/truncated.jpg');
    assert.ok(
      truncated.status === 200 || (truncated.status >= 400 && truncated.status < 500),
      String(truncated.status),
    );
  });

  it('leaves the server as it was', async () => {
    assert.equal((await ask('quarters.png')).status, 200);
    const events = server.log.map(({ msg }) => msg);
    assert.ok(!events.includes('worker lost') && !events.includes('request failed'), events.join());
  });
});

describe('other answers', () => {
  it('explain a URL', async () => {
    const response = await fetch(`${server.url}/params/unsafe/fit-in/9x9/a%20b.png`);
    const { image, fit_in, unsafe } = (await response.json()) as Record<string, unknown>;
    assert.deepEqual({ image, fit_in, unsafe }, { image: 'a b.png', fit_in: true, unsafe: true });
  });

  it('say that the server is there', async () => {
    for (const path of ['/', '/healthcheck', '/favicon.ico']) {
      assert.equal((await fetch(server.url + path)).status, 200);
    }
  });

  it('refuse other methods', async () => {
    const response = await ask('quarters.png', { method: 'POST', body: PNG as Uint8Array<ArrayBuffer> });
    assert.deepEqual([response.status, response.headers.get('allow')], [405, 'GET, HEAD']);
  });
});
