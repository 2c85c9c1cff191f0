import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { readBlob } from '../../core/blob.ts';
import type { IoContext, Storage } from '../../core/ports.ts';
import type { AppError } from '../../errors.ts';
import { createS3Client, type S3Client } from './client.ts';
import { createS3Storage, type S3StorageOptions } from './storage.ts';

const MODIFIED = 'Mon, 23 Nov 2026 10:00:00 GMT';

let server: Server;
/** Takes the requests, in order; the last one takes all further ones. */
let answers: RequestListener[] = [];
let requests: IncomingMessage[] = [];
let sockets: Set<Socket>;
let client: S3Client;

beforeEach(async () => {
  answers = [];
  requests = [];
  sockets = new Set();
  server = createServer((request, response) => {
    requests.push(request);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    request.resume().on('end', () => answer?.(request, response));
  });
  server.on('connection', (socket) => sockets.add(socket.on('close', () => sockets.delete(socket))));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  client = await connect();
});
afterEach(async () => {
  await client.close();
  server.closeAllConnections();
  await once(server.close(), 'close');
});

function connect(maxIdleConnections = 100): Promise<S3Client> {
  const { port } = server.address() as AddressInfo;
  return createS3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    accessKeyId: 'key',
    secretAccessKey: 'secret',
    sessionToken: '',
    forcePathStyle: true,
    maxIdleConnections,
    retryDelayMs: 1,
  });
}

function storage(options: Partial<S3StorageOptions> = {}): Storage {
  return createS3Storage({ client, bucket: 'pictures', ...options });
}

function context(signal: AbortSignal = new AbortController().signal): IoContext {
  return { signal, headers: new Headers() };
}

function ok(body: string): RequestListener {
  const headers = {
    'content-type': 'image/png',
    'content-length': body.length,
    etag: '"e"',
    'last-modified': MODIFIED,
  };
  return ({ method }, response) => void response.writeHead(200, headers).end(method === 'HEAD' ? undefined : body);
}

function fail(status: number, code: string, headers: Record<string, string> = {}): RequestListener {
  return (_, response) => void response.writeHead(status, headers).end(`<Error><Code>${code}</Code></Error>`);
}

const hangUp: RequestListener = (_, response) => void response.destroy();

async function text(from: Storage, key = 'a.jpg'): Promise<string> {
  const blob = await from.get(key, context());
  assert.ok(blob);
  return Buffer.from(await readBlob(blob)).toString();
}

function regionsAsked(): (string | undefined)[] {
  return requests.map(({ headers }) => headers.authorization?.split('/')[2]);
}

test('reads an object with what is known of it', async () => {
  answers = [ok('bytes')];
  const blob = await storage().get('dir/a b+[1].jpg', context());
  assert.ok(blob?.body instanceof Uint8Array);
  const stat = { size: 5, modifiedAt: new Date(MODIFIED), etag: '"e"', contentType: 'image/png' };
  assert.deepEqual(
    { ...blob, body: String(Buffer.from(blob.body)) },
    { body: 'bytes', contentType: 'image/png', stat },
  );
  assert.equal(requests[0]?.url, '/pictures/dir/a%2Bb%252B%255B1%255D.jpg');
  assert.deepEqual(await storage().stat('a.jpg', context()), stat);
  assert.equal(requests[1]?.method, 'HEAD');
  for (let round = 0; round < 10; round++) await text(storage());
  assert.ok(sockets.size <= 2, 'connections are reused');
});

test('writes in one piece, with what is configured', async () => {
  answers = [(_, response) => void response.end()];
  const tagging = 'source=imagor&lifecycle=derived';
  const configured = storage({ storageClass: 'STANDARD_IA', acl: 'public-read', tagging: ` ${tagging} ` });
  await configured.put('a.jpg', { body: Buffer.from('bytes'), contentType: 'image/jpeg' }, context());
  const { headers } = requests[0] as IncomingMessage;
  assert.equal(headers['content-length'], '5');
  assert.equal(headers['content-type'], 'image/jpeg');
  assert.equal(headers['x-amz-storage-class'], 'STANDARD_IA');
  assert.equal(headers['x-amz-acl'], 'public-read');
  assert.equal(headers['x-amz-tagging'], tagging);
  assert.equal(headers['transfer-encoding'], undefined);
  await storage().put('a.jpg', { body: new Uint8Array() }, context());
  const plain = (requests[1] as IncomingMessage).headers;
  assert.equal(plain['content-length'], '0');
  assert.equal(plain['content-type'], 'application/octet-stream');
  assert.deepEqual(
    Object.keys(plain).filter((name) => /^x-amz-(acl|tagging|storage)/.test(name)),
    [],
  );
});

test('does not read what is known', async () => {
  const notModified: RequestListener = (_, response) => void response.writeHead(304, { etag: '"e"' }).end();
  answers = [notModified, ok('bytes')];
  const found = await storage().getIfChanged('a.jpg', { etag: 'W/"e"' }, context());
  assert.deepEqual(found, {
    stat: { size: 5, modifiedAt: new Date(MODIFIED), etag: '"e"', contentType: 'image/png' },
  });
  assert.equal(requests[0]?.headers['if-none-match'], '"e"');
  assert.equal(requests[1]?.method, 'HEAD', 'for the date');
  const changed = await storage().getIfChanged('a.jpg', { modifiedAt: new Date(MODIFIED) }, context());
  assert.ok(changed?.body);
  assert.equal(requests[2]?.headers['if-modified-since'], MODIFIED);
});

test('takes expired objects for absent', async () => {
  answers = [ok('bytes')];
  const expiring = storage({ expirationMs: Date.now() - Date.parse(MODIFIED) - 10_000 });
  await assert.rejects(expiring.get('a.jpg', context()), { code: 'not-found' });
  await assert.rejects(expiring.stat('a.jpg', context()), { code: 'not-found' });
  const keeping = storage({ expirationMs: Date.now() - Date.parse(MODIFIED) + 600_000 });
  assert.equal(await text(keeping), 'bytes');
  assert.ok(sockets.size <= 2, 'what was not wanted does not cost its connection');
});

test('tries again what may pass', async () => {
  answers = [fail(503, 'SlowDown'), hangUp, fail(500, 'InternalError'), ok('bytes')];
  assert.equal(await text(storage()), 'bytes');
  answers = [fail(503, 'SlowDown')];
  await assert.rejects(storage().get('a.jpg', context()), { code: 'unavailable', status: 503 });
  assert.equal(requests.length, 8);
  answers = [hangUp];
  await assert.rejects(storage().get('a.jpg', context()), { code: 'source-failed', status: 502 });
  assert.equal(requests.length, 12);
});

test('asks once for what will not change', async () => {
  answers = [fail(403, 'AccessDenied')];
  await assert.rejects(storage().get('a.jpg', context()), { code: 'source-not-allowed', status: 403 });
  await assert.rejects(storage({ forbiddenAsNotFound: true }).get('a.jpg', context()), { code: 'not-found' });
  answers = [fail(403, 'SignatureDoesNotMatch')];
  await assert.rejects(storage({ forbiddenAsNotFound: true }).get('a.jpg', context()), { code: 'source-failed' });
  answers = [fail(404, 'NoSuchKey')];
  await assert.rejects(storage().get('a.jpg', context()), { code: 'not-found' });
  await storage().delete('a.jpg', context());
  assert.equal(requests.length, 5);
  assert.ok(sockets.size <= 2, 'refusals do not cost their connections');
});

test('follows to the region of the bucket once, and remembers it', async () => {
  const moved = { 'x-amz-bucket-region': 'eu-west-1' };
  answers = [fail(301, 'PermanentRedirect', moved), ok('bytes')];
  assert.equal(await text(storage()), 'bytes');
  assert.equal(await text(storage()), 'bytes');
  assert.deepEqual(regionsAsked(), ['us-east-1', 'eu-west-1', 'eu-west-1']);
  answers = [
    fail(301, 'PermanentRedirect', { 'x-amz-bucket-region': 'a-1' }),
    fail(400, 'AuthorizationHeaderMalformed', { 'x-amz-bucket-region': 'a-2' }),
    fail(301, 'PermanentRedirect', { 'x-amz-bucket-region': 'a-3' }),
  ];
  await assert.rejects(storage({ bucket: 'circle' }).get('a.jpg', context()), { code: 'source-failed' });
  answers = [fail(301, 'PermanentRedirect', { 'x-amz-bucket-region': 'evil.com/' })];
  await assert.rejects(storage({ bucket: 'evil' }).get('a.jpg', context()), { code: 'source-failed' });
  assert.equal(regionsAsked().at(-1), 'us-east-1');
});

test('corrects a clock that is off', async () => {
  const serverMs = Date.now() + 3_600_000;
  answers = [fail(403, 'RequestTimeTooSkewed', { date: new Date(serverMs).toUTCString() }), ok('bytes')];
  assert.equal(await text(storage()), 'bytes');
  const [day = '', time = ''] = new Date(serverMs).toISOString().split('T');
  const asked = String(requests[1]?.headers['x-amz-date']);
  assert.ok(asked.startsWith(`${day.replaceAll('-', '')}T${time.slice(0, 2)}`), asked);
});

test('corrects a clock that is off for all who asked by it at the same time', async () => {
  const date = new Date(Date.now() + 3_600_000).toUTCString();
  const waiting: (() => void)[] = [];
  const refuse: RequestListener = (request, response) => {
    waiting.push(() => fail(403, 'RequestTimeTooSkewed', { date })(request, response));
    if (waiting.length === 3) for (const answer of waiting) answer();
  };
  answers = [refuse, refuse, refuse, ok('bytes')];
  assert.deepEqual(await Promise.all([1, 2, 3].map(() => text(storage()))), ['bytes', 'bytes', 'bytes']);
  assert.equal(requests.length, 6);
});

test('takes a refusal for a missing object only where it may mean one', async () => {
  const lenient = storage({ forbiddenAsNotFound: true });
  for (const code of ['InvalidObjectState', 'AllAccessDisabled', 'AccountProblem', 'RequestExpired']) {
    answers = [fail(403, code)];
    await assert.rejects(lenient.get('a.jpg', context()), ({ code: ours }: AppError) => ours !== 'not-found', code);
  }
  answers = [fail(403, 'AccessDenied')];
  await assert.rejects(lenient.get('a.jpg', context()), { code: 'not-found' });
});

test('goes by what S3 says of a bucket, not by what a key says', async () => {
  const wild = storage({ bucket: '*', missingBucketTtlMs: 60_000, safeChars: ': ' });
  answers = [fail(404, 'NoSuchKey'), ok('bytes')];
  await assert.rejects(wild.get('pictures/a: NoSuchBucket x.jpg', context()), { code: 'not-found' });
  assert.equal(await text(wild, 'pictures/a.jpg'), 'bytes');
});

test('gives no truncated object', async () => {
  answers = [
    (_, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('not all', () => response.destroy());
    },
  ];
  await assert.rejects(storage().get('a.jpg', context()), { code: 'source-failed' });
  answers = [
    (_, response) => {
      response.writeHead(200, { 'content-length': 50_000_000 });
      response.write('not all', () => response.destroy());
    },
  ];
  await assert.rejects(text(storage()), { code: 'source-failed' });
});

test('gives objects of unknown length as a stream, up to a limit', async () => {
  answers = [(_, response) => void response.write('some', () => response.end(' bytes'))];
  assert.equal(await text(storage({ maxBytes: 10 })), 'some bytes');
  await assert.rejects(text(storage({ maxBytes: 9 })), { code: 'max-size-exceeded' });
  answers = [ok('0123456789')];
  await assert.rejects(storage({ maxBytes: 9 }).get('a.jpg', context()), { code: 'max-size-exceeded' });
});

test('lets go of the connection when nobody waits any more', async () => {
  const reason = new Error('enough');
  const aborting = async (answer: (response: ServerResponse) => void): Promise<void> => {
    const controller = new AbortController();
    answers = [
      (_, response) => {
        response.on('close', () => server.emit('left'));
        answer(response);
        setImmediate(() => controller.abort(reason));
      },
    ];
    const left = once(server, 'left');
    await assert.rejects(storage().get('a.jpg', context(controller.signal)), reason);
    await left;
  };
  await aborting(() => {});
  await aborting((response) => void response.writeHead(200, { 'content-length': 100 }).write('not all'));
  answers = [fail(503, 'SlowDown')];
  await client.close();
  client = await connect();
  const controller = new AbortController();
  server.once('request', () => controller.abort(reason));
  await assert.rejects(storage().get('a.jpg', context(controller.signal)), reason);
});

test('does not wait for a stream that nobody reads', async () => {
  answers = [(_, response) => void response.write(Buffer.alloc(1_000_000))];
  const blob = await storage().get('a.jpg', context());
  assert.ok(blob?.body instanceof ReadableStream);
  const [socket] = sockets;
  assert.ok(socket);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await blob.body.cancel();
  await closed;
});

test('keeps as many idle connections as it may', async () => {
  for (const maxIdleConnections of [0, 2]) {
    await client.close();
    client = await connect(maxIdleConnections);
    const waiting: (() => void)[] = [];
    answers = [
      (request, response) => {
        waiting.push(() => ok('bytes')(request, response));
        if (waiting.length === 6) server.emit('all');
      },
    ];
    const all = once(server, 'all');
    const reading = Array.from({ length: 6 }, (_, index) => text(storage(), `${index}.jpg`));
    await all;
    assert.equal(sockets.size, 6, 'there is no limit to what is used at a time');
    const trimmed = once(server, 'trimmed');
    for (const socket of [...sockets]) {
      socket.once('close', () => sockets.size === maxIdleConnections && server.emit('trimmed'));
    }
    for (const answer of waiting) answer();
    assert.deepEqual(await Promise.all(reading), Array(6).fill('bytes'));
    await trimmed;
    assert.equal(sockets.size, maxIdleConnections);
    answers = [ok('bytes')];
    assert.equal(await text(storage()), 'bytes', 'the pool goes on');
  }
});
