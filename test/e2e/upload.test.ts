import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, describe, it } from 'node:test';
import { blackPng } from '../fixtures/black-png.ts';
import { type ImagorProcess, startImagor } from '../support/imagor-process.ts';
import { rawRequest } from '../support/raw-request.ts';

const PNG = blackPng(8, 6);
const MAX_BYTES = 50_000;

const start = (...flags: readonly string[]): Promise<ImagorProcess> =>
  startImagor({ after }, ['-upload-loader-enable', '-imagor-workers', '1', '-debug', ...flags]);

const [server, signed] = await Promise.all([
  start('-imagor-unsafe', '-upload-loader-max-allowed-size', String(MAX_BYTES), '-imagor-auto-webp'),
  start('-imagor-secret', 'mysecret'),
]);

function formOf(bytes: Uint8Array, { name = 'image', type = 'image/png' } = {}): FormData {
  const form = new FormData();
  form.append('note', 'of no interest');
  form.append(name, new Blob([Buffer.from(bytes)], { type }), 'a.png');
  return form;
}

const post = (path: string, body: FormData): Promise<Response> =>
  fetch(`${server.url}${path}`, { method: 'POST', body, headers: { accept: 'image/png' } });

const postRaw = (path: string, bytes: Uint8Array, type = 'image/png'): Promise<Response> =>
  fetch(`${server.url}${path}`, { method: 'POST', body: Buffer.from(bytes), headers: { 'content-type': type } });

/** Width and height in pixels, as the header of a PNG has them. */
async function sizeOf(response: Response): Promise<[number, number]> {
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.equal(bytes.toString('latin1', 1, 4), 'PNG', bytes.toString('latin1', 0, 200));
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

async function refusal(answer: Promise<Response>): Promise<string> {
  const { message, status } = (await (await answer).json()) as { message: string; status: number };
  return `${status} ${message}`;
}

describe('an upload', () => {
  it('that stops before its picture gets as long as any request', async () => {
    const impatient = await start('-imagor-unsafe', '-imagor-request-timeout', '300ms');
    const client = connect(impatient.port, '127.0.0.1');
    client.write('POST /unsafe/4x3/ HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n');
    client.write('Content-Type: multipart/form-data; boundary=B\r\n\r\n--B\r\nContent-Dis');
    let answer = '';
    for await (const chunk of client) answer += chunk;
    assert.match(answer, /^HTTP\/1\.1 408 /);
  });

  it('is made into what the path says, as a form or as it is', async () => {
    for (const path of ['/unsafe/4x3/', '/4x3/', '/unsafe/4x3/filters:format(png)/ignored.jpg']) {
      assert.deepEqual(await sizeOf(await post(path, formOf(PNG))), [4, 3], path);
      assert.deepEqual(await sizeOf(await postRaw(path, PNG)), [4, 3], path);
    }
    assert.deepEqual(await sizeOf(await post('/', formOf(PNG))), [8, 6]);
  });

  it('is answered like a picture that can be asked for once', async () => {
    const response = await post('/unsafe/4x3/filters:attachment(a.png)/', formOf(PNG));
    const headers = ['content-type', 'content-disposition', 'vary', 'etag', 'last-modified', 'accept-ranges'];
    assert.deepEqual(
      headers.map((name) => response.headers.get(name)),
      ['image/png', 'attachment; filename="a.png"', 'Accept', null, null, null],
    );
    assert.deepEqual(await sizeOf(response), [4, 3]);
  });

  it('must be a picture that is accepted', async () => {
    const typed = 'an upload must have a content type of image/*';
    assert.equal(await refusal(postRaw('/unsafe/4x3/', PNG, 'text/html')), `406 ${typed}`);
    assert.equal(await refusal(post('/unsafe/4x3/', formOf(PNG, { type: 'text/html' }))), `406 ${typed}`);
    assert.match(await refusal(postRaw('/unsafe/4x3/', Buffer.from('no picture'))), /^406 /);
    assert.equal(await refusal(post('/unsafe/4x3/', formOf(new Uint8Array()))), '400 the upload is empty');
    assert.equal(await refusal(postRaw('/unsafe/4x3/', new Uint8Array())), '400 the upload is empty');
    assert.equal(await refusal(post('/unsafe/4x3/', formOf(PNG, { name: 'b' }))), '400 the form has no file "image"');
  });

  it('must be whole', async () => {
    const body =
      '--xx\r\nContent-Disposition: form-data; name="image"; filename="a"\r\nContent-Type: image/png\r\n\r\n123';
    const headers = `Host: localhost\r\nContent-Type: multipart/form-data; boundary=xx\r\nContent-Length: ${body.length}`;
    const answer = await rawRequest(
      server.port,
      `POST /unsafe/4x3/ HTTP/1.1\r\n${headers}\r\n\r\n${body}GET /healthcheck HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    assert.equal(answer.status, 400);
    // the connection goes on with what comes after the body
    assert.match(answer.body, /^\{"message":"the form is broken","status":400\}HTTP\/1\.1 200 OK\r\n/);
  });

  it('may be no larger than the operator allows', async () => {
    const large = Buffer.concat([PNG, Buffer.alloc(MAX_BYTES)]);
    assert.equal(await refusal(post('/unsafe/4x3/', formOf(large))), '400 maximum size exceeded');
    assert.equal(await refusal(postRaw('/unsafe/4x3/', large)), '400 maximum size exceeded');
  });

  it('is answered while it goes on and on, and then cut off', { timeout: 20_000 }, async () => {
    const socket = connect(server.port, '127.0.0.1');
    const received: Uint8Array[] = [];
    socket.on('data', (chunk) => received.push(chunk));
    socket.on('error', () => {}); // a reset, when the server has had enough
    socket.write(
      'POST /unsafe/4x3/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    const piece = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const more = (error?: Error | null): void => void (error || socket.destroyed || socket.write(piece, more));
    more();
    await new Promise((resolve) => socket.once('close', resolve));
    assert.match(Buffer.concat(received).toString(), /^HTTP\/1\.1 400 .*"maximum size exceeded"/s);
  });

  it('of a client that leaves is dropped, and logged once', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      'POST /unsafe/leaving/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 99\r\n\r\n1',
    );
    await once(socket, 'connect');
    socket.end();
    await server.logged('request refused', ({ code }) => code === 'client-gone');
    assert.equal((await post('/unsafe/4x3/', formOf(PNG))).status, 200);
    assert.equal(server.log.filter(({ code }) => code === 'client-gone').length, 1);
    assert.deepEqual(
      server.log.filter(({ msg }) => msg === 'request failed'),
      [],
    );
  });
});

describe('the form', () => {
  it('is shown where a path names no image', async () => {
    const response = await fetch(`${server.url}/unsafe/4x3/`);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    assert.match(await response.text(), /<form method="post"/);
    const head = await fetch(`${server.url}/unsafe/4x3/`, { method: 'HEAD' });
    assert.ok(Number(head.headers.get('content-length')) > 500);
  });

  it('takes nobody’s place', async () => {
    assert.match(await (await fetch(server.url)).text(), /imagor-ts is running/);
    assert.equal((await fetch(`${server.url}/params/unsafe/4x3/`)).headers.get('content-type'), 'application/json');
    assert.equal((await fetch(`${server.url}/unsafe/4x3/none.png`)).status, 404);
  });
});

describe('a server that asks for signatures', () => {
  it('takes no uploads and shows no form', async () => {
    const answer = await fetch(`${signed.url}/unsafe/4x3/`, { method: 'POST', body: formOf(PNG) });
    assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'GET, HEAD']);
    assert.equal((await fetch(`${signed.url}/unsafe/4x3/`)).status, 403);
  });
});
