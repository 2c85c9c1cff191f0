import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { blackPng } from '../fixtures/black-png.ts';
import { plain } from '../fixtures/draw.ts';
import { garbageUrl } from '../fixtures/garbage-url.ts';
import { makeDir, startImagor } from '../support/imagor-process.ts';
import { rawGet, rawRequest } from '../support/raw-request.ts';
import { inScope } from '../support/vips.ts';

const root = await makeDir({ after });
const base = join(root, 'pictures');
const PNG = blackPng(8, 6);
for (const dir of ['pictures', 'pictures/sub', 'pictures-old', 'outside']) await mkdir(join(root, dir));
for (const file of [
  'a.png',
  'sub/b.png',
  '../secret.png',
  '../pictures-old/secret.png',
  '../outside/secret.png',
  '.env',
]) {
  await writeFile(join(base, file), PNG);
}
/** A small JPEG that says that it is large; its first row of blocks is there, and little else. */
function jpegBomb(width: number, height: number, interlace: boolean): Uint8Array {
  const jpeg = Buffer.from(inScope((scope) => plain(scope, 4000, 64, [9, 9, 9]).jpegsaveBuffer({ interlace })));
  const frame = jpeg.indexOf(Buffer.from([0xff, interlace ? 0xc2 : 0xc0]));
  jpeg.writeUInt16BE(height, frame + 5);
  jpeg.writeUInt16BE(width, frame + 7);
  return jpeg;
}
await writeFile(join(base, 'progressive-bomb.jpg'), jpegBomb(60_000, 60_000, true));
await writeFile(join(base, 'baseline-bomb.jpg'), jpegBomb(60_000, 60_000, false));
await writeFile(join(base, 'progressive-camera.jpg'), jpegBomb(11_600, 8_700, true));
await writeFile(join(base, 'baseline-camera.jpg'), jpegBomb(24_000, 16_000, false));
await symlink(join(root, 'outside'), join(base, 'link'));

const server = await startImagor({ after }, [
  ...['-imagor-unsafe', '-http-loader-disable', '-imagor-workers', '1'],
  ...['-file-loader-base-dir', base, '-file-safe-chars=--'],
]);

/** Every 4xx there is a reason for; anything else but 200 is a bug. */
function assertRefused(status: number, what: string): void {
  assert.ok([400, 403, 404, 406, 410, 422].includes(status), `${status} for ${what}`);
}

describe('a file loader', () => {
  const traversals = [
    '../secret.png',
    'sub/../../secret.png',
    './../secret.png',
    '..//secret.png',
    '%2e%2e/secret.png',
    '%2E%2E%2Fsecret.png',
    '..%2fsecret.png',
    '%252e%252e/secret.png',
    '..%5csecret.png',
    '..;/secret.png',
    'sub/..%2f..%2fsecret.png',
    '....//secret.png',
    '..%00/secret.png',
    '%2e%2e%0a/secret.png',
    '.%0a./secret.png',
    '../pictures-old/secret.png',
    '../../pictures-old/secret.png',
    'link/secret.png',
    '.env',
    'sub/../.env',
    `b64:${Buffer.from('../secret.png').toString('base64url')}`,
    `b64:${Buffer.from('/../secret.png').toString('base64url')}`,
    `${join(root, 'secret.png')}`,
    `/${join(root, 'secret.png')}`,
    encodeURIComponent(join(root, 'secret.png')),
    `file://${join(root, 'secret.png')}`,
    'filters:watermark(../secret.png)/a.png',
    'filters:watermark(%2e%2e%2fsecret.png)/a.png',
    'filters:image(/9x9/../secret.png)/a.png',
    `filters:watermark(b64:${Buffer.from('../secret.png').toString('base64url')})/a.png`,
  ];
  for (const path of traversals) {
    it(`does not leave its directory by ${path.replaceAll(root, 'DIR')}`, async () => {
      const { status, body } = await rawGet(server.port, `/unsafe/${path}`);
      assertRefused(status, path);
      assert.ok(!body.includes(root), body);
    });
  }

  it('follows dots that stay inside', async () => {
    assert.equal((await rawGet(server.port, '/unsafe/sub/../a.png')).status, 200);
    assert.equal((await rawGet(server.port, '/unsafe/./sub/./b.png')).status, 200);
  });
});

describe('a server', () => {
  it('answers URLs as long as they come', async () => {
    for (const path of [
      'a'.repeat(500_000),
      '../'.repeat(100_000),
      `filters:${'max_age(1):'.repeat(50_000)}blur(1)/a.png`,
    ]) {
      const { status } = await rawGet(server.port, `/unsafe/${path}`);
      assert.ok(status === 200 || status < 500, String(status));
    }
    assert.equal((await rawGet(server.port, `/unsafe/${'a'.repeat(1 << 20)}`)).status, 431);
    assertRefused((await rawGet(server.port, `/unsafe/filters:${'image('.repeat(20_000)}`)).status, 'deep nesting');
  });

  it('answers what is hardly HTTP', async () => {
    for (const text of [
      'GET\r\n\r\n',
      'GET /unsafe/a.png HTTP/9.9\r\n\r\n',
      'GET /unsafe/\0a.png HTTP/1.1\r\nHost: a\r\n\r\n',
      'GET /unsafe/a.png HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
      'GET /unsafe/a.png HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n',
      'GET /unsafe/a.png HTTP/1.1\r\nHost: a\r\nBad Header: b\r\n\r\n',
      'GET /unsafe/日本.png HTTP/1.1\r\nHost: a\r\n\r\n',
      'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    ]) {
      assert.equal((await rawRequest(server.port, text)).status, 400, JSON.stringify(text));
    }
  });

  it('refuses JPEGs that are far larger than their files, and decodes what cameras make', async () => {
    for (const name of ['progressive', 'baseline']) {
      for (const size of ['200x150', 'fit-in/9000x9000', '', 'meta', '200x150/filters:blur(1)', '0x0/10x10:200x200']) {
        const { status } = await rawGet(server.port, `/unsafe/${size}/${name}-bomb.jpg`);
        assert.equal(status, 422, `${size} of the ${name} one`);
      }
      assert.equal((await rawGet(server.port, `/unsafe/filters:image(${name}-bomb.jpg)/a.png`)).status, 422);
      assert.equal((await rawGet(server.port, `/unsafe/200x150/${name}-camera.jpg`)).status, 200);
    }
  });

  it('minds no headers that make no sense', async () => {
    const { status } = await rawGet(server.port, '/unsafe/a.png', [
      'Host: localhost',
      'Accept: ;;q=,*/*;q=x,image/',
      'Cache-Control: =,,"',
      'If-None-Match: "',
      'If-Modified-Since: yesterday',
      'Range: bytes=9-1',
      'X-Forwarded-For: ../../etc',
    ]);
    assert.equal(status, 200);
  });

  it('answers 1,000 garbage URLs with nothing worse than a refusal', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    after(async () => agent.destroy());
    const statusOf = (path: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const request = get({ port: server.port, host: '127.0.0.1', path, agent }, (response) => {
          response.resume().once('end', () => resolve(response.statusCode ?? 0));
        });
        request.once('error', reject);
      });
    await fc.assert(
      fc.asyncProperty(fc.array(garbageUrl(), { minLength: 10, maxLength: 10 }), async (paths) => {
        for (const [index, status] of (await Promise.all(paths.map(statusOf))).entries()) {
          if (status !== 200) assertRefused(status, paths[index] ?? '');
        }
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it('is well after all that', async () => {
    assert.equal((await rawGet(server.port, '/unsafe/4x3/a.png')).status, 200);
    const lost = server.log.filter(({ msg }) => msg === 'worker lost' || msg === 'request failed');
    assert.deepEqual(lost, []);
  });
});
