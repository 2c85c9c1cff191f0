import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { after, describe, it } from 'node:test';
import { blackPng } from '../fixtures/black-png.ts';
import { type ImagorProcess, startImagor } from '../support/imagor-process.ts';
import { startOrigin } from '../support/origin.ts';

const PNG = blackPng(8, 6);
const MAX_BYTES = 10_000;

/** What the origin does with a path; others are 404. */
const ROUTES: Record<string, (response: ServerResponse, request: IncomingMessage) => void> = {
  '/a.png': (response) => response.writeHead(200, { 'x-origin': 'yes' }).end(PNG),
  '/%E6%97%A5%20b.png': (response) => response.end(PNG),
  '/query.png?size=large&v=1': (response) => response.end(PNG),
  '/moved.png': (response) => response.writeHead(302, { location: '/a.png' }).end(),
  '/circle.png': (response) => response.writeHead(302, { location: '/circle.png' }).end(),
  '/gone.png': (response) => response.writeHead(410).end(),
  '/broken.png': (response) => response.writeHead(503).end('/srv/origin/secret'),
  '/page.html': (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>no picture</h1>'),
  '/large.png': (response) => response.end(Buffer.concat([PNG, Buffer.alloc(MAX_BYTES)])),
  '/endless.png': (response) => {
    const more = (): void => {
      if (!response.destroyed) response.write(PNG, more);
    };
    more();
  },
  '/liar.png': (response) => {
    response.writeHead(200, { 'content-length': String(PNG.length + 100) });
    response.write(PNG, () => response.destroy());
  },
  '/slow.png': () => {},
  '/stalling.png': (response) => void response.write(PNG.subarray(0, 20)),
  '/cookie.png': (response, { headers }) => response.writeHead(headers.cookie === undefined ? 200 : 500).end(PNG),
};

const origin = await startOrigin({ after }, (request, response) => {
  const route = ROUTES[request.url ?? ''];
  response.setHeader('content-type', 'image/png');
  if (route) route(response, request);
  else response.writeHead(404).end();
});

const start = (...flags: readonly string[]): Promise<ImagorProcess> =>
  startImagor({ after }, ['-imagor-unsafe', '-imagor-workers', '1', ...flags], {
    HTTP_LOADER_MAX_ALLOWED_SIZE: String(MAX_BYTES),
    HTTP_LOADER_ACCEPT: 'image/*',
    HTTP_LOADER_DEFAULT_SCHEME: 'http',
    HTTP_LOADER_OVERRIDE_RESPONSE_HEADERS: 'x-origin',
  });

const [server, impatient] = await Promise.all([start(), start('-imagor-load-timeout', '100ms')]);

const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(`${server.url}/unsafe/4x3/${path}`, init);

/** The status of an answer that must be an error, told without a word about the origin. */
async function refusal({ url }: ImagorProcess, path: string): Promise<number> {
  const response = await fetch(`${url}/unsafe/4x3/${origin.url}/${path}`);
  const { message, status } = (await response.json()) as { message: string; status: number };
  assert.ok(!/127\.0\.0\.1|secret|ECONN|UND_ERR|\/srv/.test(message), message);
  const mayPass = status === 408 || status >= 500;
  const kept = status === 404 ? 'public, max-age=10' : null;
  assert.equal(response.headers.get('cache-control'), mayPass ? 'no-store' : kept);
  return status;
}

describe('a source behind HTTP', () => {
  const found = {
    'by its URL': `${origin.url}/a.png`,
    'by its escaped URL': encodeURIComponent(`${origin.url}/a.png`),
    'by its URL in base64': `b64:${Buffer.from(`${origin.url}/a.png`).toString('base64url')}`,
    'without a scheme': `127.0.0.1:${origin.port}/a.png`,
    'with a name beyond ASCII': encodeURIComponent(`${origin.url}/日 b.png`),
    'with a query': encodeURIComponent(`${origin.url}/query.png?size=large&v=1`),
    'over a redirect': `${origin.url}/moved.png`,
    'behind escaped filters': `filters%3Ablur%281%29/${origin.url}/a.png`,
    'without the client’s cookies': `${origin.url}/cookie.png`,
  };
  for (const [how, path] of Object.entries(found)) {
    it(`is found ${how}`, async () => {
      const response = await ask(path, { headers: { cookie: 'session=secret' } });
      assert.equal(response.status, 200, await response.text());
      assert.equal(response.headers.get('content-type'), 'image/png');
    });
  }

  it('passes on the headers that the operator names', async () => {
    assert.equal((await ask(`${origin.url}/a.png`)).headers.get('x-origin'), 'yes');
  });

  const refused: [string, string, number][] = [
    ['that is not there', 'missing.png', 404],
    ['that is gone', 'gone.png', 410],
    ['that is broken', 'broken.png', 503],
    ['that redirects for ever', 'circle.png', 502],
    ['that is no picture', 'page.html', 406],
    ['that is too large', 'large.png', 400],
    ['that never ends', 'endless.png', 400],
    ['that ends too early', 'liar.png', 502],
  ];
  for (const [what, path, status] of refused) {
    it(`is answered ${status} when it is one ${what}`, async () => assert.equal(await refusal(server, path), status));
  }

  it('times out when it does not come, or stops half-way', async () => {
    const statuses = await Promise.all(['slow.png', 'stalling.png'].map((path) => refusal(impatient, path)));
    assert.deepEqual(statuses, [408, 408]);
  });

  it('is a bad gateway when nobody listens there', async () => {
    assert.equal((await ask('http://127.0.0.1:1/a.png')).status, 502);
  });

  it('is refused where the cloud keeps credentials', async () => {
    for (const host of ['169.254.169.254', '[::ffff:169.254.169.254]', '[fe80::1]', '2852039166', '0xa9.254.43518']) {
      const { status } = await ask(encodeURIComponent(`http://${host}/latest/meta-data`));
      assert.equal(status, 403, host);
    }
  });
});
