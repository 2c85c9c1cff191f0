import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { OPTIONS, type Option } from '../../src/config/option.ts';
import { createSigner } from '../../src/endpoint/sign.ts';
import { blackPng } from '../fixtures/black-png.ts';
import { type ImagorProcess, makeDir, runImagor, startImagor } from '../support/imagor-process.ts';
import { startOrigin } from '../support/origin.ts';
import { childrenOf } from '../support/processes.ts';
import { startOwnTarget } from '../support/s3-server/s3-target.ts';

/** In the value of every option that holds a secret, so that it is found wherever it comes out. */
const MARK = 'S3cr3tMark';

const SECRETS = OPTIONS.filter(({ row }) => row.secret);

const target = await startOwnTarget({ after });
const origin = await startOrigin({ after }, (request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://origin.test');
  // an origin that repeats what it was told, as debug pages do
  const echo = JSON.stringify({ url: request.url, headers: request.headers });
  if (pathname.endsWith('/broken.png')) return void response.writeHead(500).end(echo);
  if (pathname.endsWith('/denied.png')) return void response.writeHead(403, { 'x-echo': MARK }).end(echo);
  if (pathname.endsWith('/cut.png'))
    return void response.writeHead(200, { 'content-length': 99 }).write(echo, () => response.destroy());
  if (pathname.endsWith('/words.png')) return void response.end('no picture');
  if (pathname.endsWith('/moved.png'))
    return void response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
  if (pathname.endsWith('/never.png')) return;
  response.end(blackPng(8, 6));
});

/** A value that its option takes, with the mark in it. */
function marked({ row, env }: Option): string {
  const mark = `${MARK}-${env}`;
  switch (row.type) {
    case 'url':
    case 'urls':
      return `http://${mark}:${mark}@127.0.0.1:${origin.port}/1`;
    case 'dsn':
      return `http://${MARK}:${MARK}@127.0.0.1:${origin.port}/1`;
    case 'pairs':
      return `authorization=${mark}`;
    default:
      return mark;
  }
}

const SETTINGS: Readonly<Record<string, string>> = Object.fromEntries(
  SECRETS.map((option) => [option.env, marked(option)]),
);

// an account that S3 knows, so that its own answers are about more than the key
target.server.keys.push({
  account: 'alice',
  accessKeyId: SETTINGS['AWS_LOADER_ACCESS_KEY_ID'] ?? '',
  secretAccessKey: SETTINGS['AWS_LOADER_SECRET_ACCESS_KEY'] ?? '',
  sessionToken: SETTINGS['AWS_LOADER_SESSION_TOKEN'] ?? '',
});

const dir = await makeDir({ after });
await writeFile(path.join(dir, 'local.png'), blackPng(8, 6));
await writeFile(path.join(dir, 'broken.jpg'), '\xff\xd8\xff\xe0 no picture');

const S3 = {
  S3_ENDPOINT: target.endpoint,
  S3_FORCE_PATH_STYLE: '1',
  S3_LOADER_BUCKET: 'no-such-bucket',
  S3_STORAGE_BUCKET: 'no-such-bucket',
  S3_RESULT_STORAGE_BUCKET: 'no-such-bucket',
};

const start = (env: Readonly<Record<string, string>>): Promise<ImagorProcess> =>
  startImagor(
    { after },
    [
      ...['-debug', '-server-access-log', '-imagor-unsafe', '-imagor-workers', '1', '-upload-loader-enable'],
      ...['-file-loader-base-dir', dir, '-imagor-load-timeout', '3s', '-imagor-save-timeout', '500ms'],
      ...['-imagor-response-raw-on-error', '-vips-max-width', '2000'],
    ],
    { ...SETTINGS, ...env },
  );

// by the proxy and the base URL, by the base URL alone, and by neither
const [direct, byBase, byProxy] = await Promise.all([
  start({ ...S3, IMAGOR_SECRETS: '', HTTP_LOADER_PROXY_URLS: '', HTTP_LOADER_BASE_URL: '' }),
  start({ IMAGOR_SECRET: '', HTTP_LOADER_PROXY_URLS: '' }),
  start({ IMAGOR_SECRETS: '', HTTP_LOADER_BASE_URL: '' }),
]);

function fromEverywhere(name: string): string[] {
  const url = `http://127.0.0.1:${origin.port}/${name}.png`;
  return [`/unsafe/${name}.png`, `/unsafe/${url}`, `/unsafe/filters:raw()/${url}`];
}

/** Requests of every kind that fail, and of some that do not. */
const PATHS: readonly string[] = [
  ...['/', '/healthcheck', '/params/unsafe/9x9/a.png', '/unsafe/meta/local.png', '/unsafe/9x9/local.png', '/metrics'],
  ...[
    '/wrong-signature/9x9/local.png',
    '/unsafe/missing.png',
    '/unsafe/filters:raw()/missing.png',
    '/unsafe/broken.jpg',
  ],
  ...[
    '/unsafe/9999x9999/filters:upscale()/local.png',
    '/unsafe/filters:expire(1)/local.png',
    '/unsafe/..%2f..%2fa.png',
  ],
  ...['/unsafe/filters:watermark(missing.png)/local.png', '/unsafe/http://127.0.0.1:1/closed.png', '/unsafe/%00.png'],
  ...[
    '/unsafe/filters:image(a(b)/local.png',
    `/unsafe/${'filters:'.repeat(500)}`,
    '/unsafe/http://no-such-host.invalid/a.png',
  ],
  ...['broken', 'denied', 'cut', 'words', 'moved', 'fine'].flatMap(fromEverywhere),
];
const NEVER = fromEverywhere('never');

const METHODS = ['GET', 'POST'];

/** All that a server answers to all that is asked of it. */
async function provoke(server: ImagorProcess): Promise<{ said: string; statuses: Set<number> }> {
  const said: string[] = [];
  const statuses = new Set<number>();
  const ask = async (pathname: string, method: string): Promise<void> => {
    const headers = { 'content-type': 'image/png', accept: 'image/avif' };
    const response = await fetch(server.url + pathname, {
      method,
      headers,
      redirect: 'manual',
      body: method === 'POST' ? 'x' : null,
    });
    statuses.add(response.status);
    said.push(JSON.stringify([...response.headers]), Buffer.from(await response.arrayBuffer()).toString('latin1'));
  };
  // one by one, so that only what never comes is late; and that of all together
  for (const method of METHODS) {
    const late = NEVER.map((pathname) => ask(pathname, method));
    for (const pathname of PATHS) await ask(pathname, method);
    await Promise.all(late);
  }
  for (const pid of await childrenOf(server.pid)) process.kill(pid, 'SIGKILL');
  await server.logged('worker lost');
  await ask('/unsafe/5x5/local.png', 'GET');
  const { sign } = createSigner({ secrets: [SETTINGS['IMAGOR_SECRET'] ?? ''], algorithm: 'sha1', truncate: 0 });
  await ask(`/${sign('6x6/local.png')}/6x6/local.png`, 'GET');
  return { said: said.join('\n'), statuses };
}

function assertKept(text: string): void {
  const at = text.indexOf(MARK);
  assert.equal(at, -1, `told: …${text.slice(Math.max(0, at - 200), at + 60)}…`);
}

describe('secrets are in no answer and no line of the log', { concurrency: true }, () => {
  const servers = [
    { how: 'S3 and HTTP', server: direct, expected: [200, 403, 404, 406, 408, 410, 422, 502] },
    { how: 'a base URL', server: byBase, expected: [200, 400, 403, 406, 408, 410, 422, 500] },
    { how: 'a proxy', server: byProxy, expected: [200, 400, 403, 406, 408, 410, 422, 500, 502] },
  ];
  for (const { how, server, expected } of servers) {
    it(`with sources by ${how}`, { timeout: 110_000 }, async () => {
      const { said, statuses } = await provoke(server);
      assert.deepEqual([...statuses].sort(), expected);
      assertKept(said);
      server.kill('SIGTERM');
      const { stdout, stderr } = await server.ended;
      assert.ok(stdout.includes('request failed') || stdout.includes('"code"'), 'no failure was logged');
      assertKept(stdout);
      assert.equal(stderr, '');
    });
  }
});

describe('secrets', () => {
  it('were in use', async () => {
    assert.ok(SECRETS.length > 15);
    const loads = target.server.requests.filter(({ headers }) =>
      headers.authorization?.includes('LOADER_ACCESS_KEY_ID'),
    );
    assert.ok(loads.length > 0, 'S3 was never asked');
    assert.ok(origin.sockets.length > 0);
  });

  it('are in no message about a start that failed', async () => {
    const flags = SECRETS.flatMap((option) => [`-${option.flag}`, marked(option)]);
    const { exitCode, stdout, stderr } = await runImagor(['-port', 'no-port', ...flags], SETTINGS);
    assert.equal(exitCode, 1);
    assertKept(stdout + stderr);
  });
});
