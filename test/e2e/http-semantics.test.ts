import assert from 'node:assert/strict';
import { once } from 'node:events';
import { utimes, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { blackPng } from '../fixtures/black-png.ts';
import { converse, type WireAnswer } from '../support/conversation.ts';
import { createGate } from '../support/gate.ts';
import { makeDir, startImagor } from '../support/imagor-process.ts';
import { startOrigin } from '../support/origin.ts';

const LAST_MODIFIED = 'Sun, 02 Feb 2020 20:20:20 GMT';
const [dir, results] = [await makeDir({ after }), await makeDir({ after })];
const PNG = blackPng(8, 6);
/** Over the size from which parts are sent, each byte told from its neighbours. */
const BIG = Buffer.concat([PNG, Buffer.alloc(1_500_000, 'abcdefghij')]);
await writeFile(join(dir, 'a.png'), PNG);
await writeFile(join(dir, 'cut.png'), PNG.subarray(0, 40));
await writeFile(join(dir, 'big.png'), BIG);
await utimes(join(dir, 'big.png'), new Date(LAST_MODIFIED), new Date(LAST_MODIFIED));

const fetching = createGate();
const hanging = await startOrigin({ after }, () => fetching.open());
const server = await startImagor({ after }, [
  ...['-imagor-unsafe', '-debug', '-server-access-log', '-server-cors', '-imagor-workers', '1'],
  ...['-file-loader-base-dir', dir, '-file-result-storage-base-dir', results],
  ...['-imagor-response-raw-on-error', '-http-loader-default-scheme', 'http'],
]);

const A = '/unsafe/4x3/a.png';
const BIG_URL = '/unsafe/filters:raw()/big.png';
const CLOSE = ['GET /healthcheck HTTP/1.1', 'Connection: close'] as const;

/** The answers to requests over one connection, each of which must leave it in order for the next. */
async function ask(...requests: (readonly string[])[]): Promise<WireAnswer[]> {
  const answers = await converse(server.port, [...requests, CLOSE]);
  assert.equal(answers.pop()?.status, 200);
  return answers;
}

const get = (target: string, ...headers: string[]): string[] => [`GET ${target} HTTP/1.1`, ...headers];
const head = (target: string, ...headers: string[]): string[] => [`HEAD ${target} HTTP/1.1`, ...headers];
const statuses = (answers: readonly WireAnswer[]): number[] => answers.map(({ status }) => status);

describe('conditional requests over a connection', () => {
  it('answers 304 without a body or its headers, by tag and by date', async () => {
    const [first] = await ask(get(A));
    assert.equal(first?.status, 200);
    const { etag } = first?.headers ?? {};
    assert.match(etag ?? '', /^"[^"]+"$/);
    const answers = await ask(
      get(A, `If-None-Match: ${etag}`),
      get(A, 'If-None-Match: "x"', `If-None-Match: W/${etag}`),
      head(A, `If-None-Match: ${etag}`),
      get(A, `If-None-Match: ${etag}`, 'Cache-Control: no-cache'),
      get(A, 'If-None-Match: "x"'),
      get(A, 'If-Match: "x"'),
    );
    assert.deepEqual(statuses(answers), [304, 304, 304, 200, 200, 412]);
    for (const { headers } of answers.slice(0, 3)) {
      assert.equal(headers['etag'], etag);
      assert.ok(headers['cache-control'] && headers['expires'] && headers['date']);
      for (const name of ['content-length', 'content-type', 'transfer-encoding'])
        assert.equal(headers[name], undefined);
    }
  });

  it('goes by the date of a stored result', async () => {
    const url = '/unsafe/5x3/a.png';
    await ask(get(url));
    let stored: WireAnswer | undefined;
    // it is stored after it is answered
    while (!stored?.headers['last-modified']) [stored] = await ask(get(url));
    const [same, older] = await ask(
      get(url, `If-Modified-Since: ${stored.headers['last-modified']}`),
      get(url, `If-Modified-Since: ${LAST_MODIFIED}`),
    );
    assert.deepEqual([same?.status, older?.status], [304, 200]);
    assert.equal(same?.headers['last-modified'], stored.headers['last-modified']);
    assert.equal(older?.headers['etag'], stored.headers['etag']);
  });
});

describe('ranges over a connection', () => {
  it('sends parts that make up the whole', async () => {
    const size = BIG.length;
    const [whole, start, middle, end] = await ask(
      get(BIG_URL),
      get(BIG_URL, 'Range: bytes=0-999999'),
      get(BIG_URL, 'Range: bytes=1000000-1000009', `If-Range: ${LAST_MODIFIED}`),
      get(BIG_URL, `Range: bytes=-${size - 1_000_010}`),
    );
    assert.deepEqual(
      [whole, start, middle, end].map((answer) => answer?.status),
      [200, 206, 206, 206],
    );
    assert.equal(whole?.headers['accept-ranges'], 'bytes');
    assert.equal(whole?.headers['last-modified'], LAST_MODIFIED);
    assert.equal(middle?.headers['content-range'], `bytes 1000000-1000009/${size}`);
    const parts = [start, middle, end].map((answer) => answer?.body ?? new Uint8Array());
    assert.ok(BIG.equals(whole?.body ?? new Uint8Array()));
    assert.ok(BIG.equals(Buffer.concat(parts)));
  });

  it('refuses parts that there are not, and sends the whole for several', async () => {
    const answers = await ask(
      get(BIG_URL, `Range: bytes=${BIG.length}-`),
      head(BIG_URL, 'Range: bytes=0-1'),
      get(BIG_URL, 'Range: bytes=0-1,5-6'),
      get(BIG_URL, 'Range: bytes=0-1', 'If-Range: "other"'),
      get(A, 'Range: bytes=0-1'),
    );
    assert.deepEqual(statuses(answers), [416, 200, 200, 200, 200]);
    assert.equal(answers[0]?.headers['content-range'], `bytes */${BIG.length}`);
    assert.equal(answers[2]?.body.length, BIG.length);
  });
});

describe('HEAD', () => {
  it('has the headers of GET everywhere, and no body', async () => {
    const targets = [
      A,
      BIG_URL,
      '/',
      '/healthcheck',
      '/params/9x9/a.png',
      '/unsafe/none.png',
      '/a.png',
      '/unsafe/cut.png',
    ];
    for (const target of targets) {
      const [gotten, headed] = await ask(get(target), head(target));
      const own = ({ headers: { date, expires, 'x-request-id': _, ...others } }: WireAnswer) => others;
      assert.ok(gotten && headed);
      assert.equal(headed.status, gotten.status, target);
      assert.deepEqual(own(headed), own(gotten), target);
      assert.equal(headed.headers['transfer-encoding'], undefined, target);
    }
  });
});

describe('errors', () => {
  it('may be kept for a while where a picture is missing, and not at all where they may pass', async () => {
    const [missing, forbidden] = await ask(get('/unsafe/none.png'), get('/a.png'));
    assert.deepEqual([missing?.status, missing?.headers['cache-control']], [404, 'public, max-age=10']);
    assert.deepEqual([forbidden?.status, forbidden?.headers['cache-control']], [403, undefined]);
  });

  it('sends a source of which no picture can be made, marked as what it is', async () => {
    const [answer] = await ask(get('/unsafe/4x4/cut.png'));
    assert.ok(answer && answer.status >= 400, String(answer?.status));
    assert.deepEqual(answer.body, Buffer.from(PNG.subarray(0, 40)));
    assert.equal(answer.headers['content-type'], 'image/png');
    assert.equal(answer.headers['content-security-policy'], "sandbox; script-src 'none'");
    const line = await server.logged('request refused', ({ url }) => String(url).endsWith('/4x4/cut.png'));
    assert.equal(line['status'], answer.status);
  });

  it('refuses an upload, and keeps its bytes out of the next request', async () => {
    const body = 'GET /unsafe/smuggled HTTP/1.1\r\n\r\n';
    // the empty line begins the body, whose own empty line is the one after each request
    const [refused, next] = await ask(
      ['POST /unsafe/ HTTP/1.1', 'Content-Type: image/png', `Content-Length: ${body.length}`, '', body.trimEnd()],
      get('/healthcheck'),
    );
    assert.deepEqual([refused?.status, refused?.headers['allow']], [405, 'GET, HEAD, OPTIONS']);
    assert.equal(next?.status, 200);
  });
});

describe('CORS', () => {
  it('answers preflight requests and lets pages read what they need', async () => {
    const [preflight, answer] = await ask(
      [`OPTIONS ${A} HTTP/1.1`, 'Origin: https://example.com', 'Access-Control-Request-Method: GET'],
      get(A, 'Origin: https://example.com'),
    );
    assert.equal(preflight?.status, 204);
    assert.equal(preflight?.headers['content-length'], undefined);
    for (const { headers } of [preflight, answer] as WireAnswer[]) {
      assert.equal(headers['access-control-allow-origin'], '*');
      assert.match(headers['access-control-expose-headers'] ?? '', /ETag/);
    }
  });
});

describe('a client that leaves', () => {
  it('is logged once, and its work is stopped', async () => {
    const url = `/unsafe/4x3/127.0.0.1:${hanging.port}/a.png`;
    const client = connect(server.port, '127.0.0.1');
    client.write(`GET ${url} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await fetching.opened;
    const [socket] = hanging.sockets;
    assert.ok(socket);
    client.destroy();
    if (!socket.closed) await once(socket, 'close');
    const line = await server.logged('access', (entry) => entry['url'] === url);
    assert.equal(line['status'], 499);
    await server.logged('request refused', ({ code }) => code === 'client-gone');
    await ask();
    assert.equal(server.log.filter(({ code }) => code === 'client-gone').length, 1);
  });
});
