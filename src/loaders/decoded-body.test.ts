import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { closed } from '../../test/support/closed.ts';
import { readBlob } from '../core/blob.ts';
import { AppError } from '../errors.ts';
import { type DecodedBodyOptions, decodedBody, isEncoded } from './decoded-body.ts';

const TEXT = Buffer.from('a picture in words, '.repeat(10_000));

const PLAIN: DecodedBodyOptions = {
  contentEncoding: '',
  maxBytes: 0,
  toError: (thrown) => (thrown instanceof AppError ? thrown : new AppError('source-failed', { cause: thrown })),
};

function inPieces(bytes: Buffer): Readable {
  const pieces = Array.from({ length: Math.ceil(bytes.length / 1_000) }, (_, index) =>
    bytes.subarray(index * 1_000, index * 1_000 + 1_000),
  );
  return Readable.from(pieces, { objectMode: false });
}

async function read(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  return Buffer.from(await readBlob({ body: stream }));
}

test('undoes codings, several in their order', async () => {
  const cases = [
    ['', TEXT],
    ['identity', TEXT],
    ['gzip', gzipSync(TEXT)],
    ['GZIP', gzipSync(TEXT)],
    ['x-gzip', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['br', brotliCompressSync(TEXT)],
    ['gzip, br', brotliCompressSync(gzipSync(TEXT))],
    ['gzip,aws-chunked', gzipSync(TEXT)],
    ['utf-8', TEXT],
  ] as const;
  for (const [contentEncoding, bytes] of cases) {
    const stream = decodedBody(inPieces(bytes), { ...PLAIN, contentEncoding });
    assert.ok(TEXT.equals(await read(stream)), contentEncoding);
    assert.equal(isEncoded(contentEncoding), bytes !== TEXT, contentEncoding);
  }
});

test('counts decoded bytes, and stops a bomb after the first one too many', async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  const body = inPieces(bomb);
  const stream = decodedBody(body, { ...PLAIN, contentEncoding: 'gzip', maxBytes: 100_000 });
  await assert.rejects(read(stream), { code: 'max-size-exceeded' });
  await closed(body);
  const exact = decodedBody(inPieces(gzipSync(TEXT)), { ...PLAIN, contentEncoding: 'gzip', maxBytes: TEXT.length });
  assert.equal((await read(exact)).length, TEXT.length);
  const one = decodedBody(inPieces(gzipSync(TEXT)), { ...PLAIN, contentEncoding: 'gzip', maxBytes: TEXT.length - 1 });
  await assert.rejects(read(one), { code: 'max-size-exceeded' });
});

test('fails for damaged and for truncated bodies', async () => {
  const damaged = gzipSync(TEXT);
  damaged.fill(0xff, 100, 120);
  for (const bytes of [damaged, gzipSync(TEXT).subarray(0, 200), Buffer.from('no gzip'), Buffer.alloc(0)]) {
    const body = inPieces(bytes);
    await assert.rejects(read(decodedBody(body, { ...PLAIN, contentEncoding: 'gzip' })), { code: 'source-failed' });
    await closed(body);
  }
});

test('refuses more layers than anybody needs', () => {
  const body = inPieces(TEXT);
  const contentEncoding = Array(4).fill('gzip').join();
  assert.throws(() => decodedBody(body, { ...PLAIN, contentEncoding }), { code: 'source-failed' });
  assert.ok(body.destroyed);
});

test('destroys a body that is cancelled, read or not', async () => {
  for (const contentEncoding of ['', 'gzip']) {
    const untouched = inPieces(gzipSync(TEXT));
    await decodedBody(untouched, { ...PLAIN, contentEncoding }).cancel();
    await closed(untouched);
    const begun = inPieces(Buffer.concat([gzipSync(TEXT), Buffer.alloc(1_000_000)]));
    const reader = decodedBody(begun, { ...PLAIN, contentEncoding }).getReader();
    await reader.read();
    await reader.cancel();
    await closed(begun);
  }
});

test('reads no further than it is asked to', async () => {
  let produced = 0;
  const body = new Readable({
    highWaterMark: 1_000,
    read() {
      produced += 1_000;
      this.push(Buffer.alloc(1_000));
    },
  });
  const reader = decodedBody(body, PLAIN).getReader();
  await reader.read();
  assert.ok(produced < 20_000, String(produced));
  await reader.cancel();
});

test('passes on an error of the body, in its own words', async () => {
  const body = new Readable({ read: () => {} });
  const reading = read(decodedBody(body, { ...PLAIN, toError: () => new AppError('timeout') }));
  body.destroy(new Error('socket hang up'));
  await assert.rejects(reading, { code: 'timeout' });
});
