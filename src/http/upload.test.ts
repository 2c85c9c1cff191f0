import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failsWith } from '../../test/support/hand-made-app.ts';
import { readBlob } from '../core/blob.ts';
import { type UploadOptions, uploadOf } from './upload.ts';

const OPTIONS: UploadOptions = {
  maxBytes: 10,
  accept: 'image/*, application/pdf',
  formFieldName: 'image',
  timeoutMs: 0,
};

const post = (
  contentType: string,
  body: NonNullable<RequestInit['body']> | null,
  headers: Record<string, string> = {},
): Request =>
  new Request('http://localhost/', {
    method: 'POST',
    body,
    headers: { ...headers, ...(contentType ? { 'content-type': contentType } : {}) },
    duplex: 'half',
  });

function formOf(name: string, content: string, type: string): Request {
  const form = new FormData();
  form.append(name, new Blob([content], { type }), 'a.png');
  return new Request('http://localhost/', { method: 'POST', body: form });
}

async function contentOf(
  request: Request,
  options: Partial<UploadOptions> = {},
): Promise<[string | undefined, string]> {
  const { contentType, ...blob } = await uploadOf(request, { ...OPTIONS, ...options });
  return [contentType, Buffer.from(await readBlob(blob)).toString()];
}

/** Sends this much, and tells whether anybody wanted more. */
function stream(...pieces: string[]): { body: ReadableStream; left: () => number } {
  const body = new ReadableStream(
    {
      pull(controller) {
        const piece = pieces.shift();
        if (piece === undefined) controller.close();
        else controller.enqueue(Buffer.from(piece));
      },
    },
    { highWaterMark: 0 },
  );
  return { body, left: () => pieces.length };
}

describe('uploadOf', () => {
  it('takes a body and a form', async () => {
    assert.deepEqual(await contentOf(post('Image/PNG; a=b', 'picture')), ['image/png', 'picture']);
    assert.deepEqual(await contentOf(formOf('image', 'picture', 'image/png')), ['image/png', 'picture']);
    assert.deepEqual(await contentOf(formOf('photo', 'x', 'image/png'), { formFieldName: 'photo' }), [
      'image/png',
      'x',
    ]);
  });

  it('takes the types that the operator accepts', async () => {
    for (const type of ['image/png', 'image/unheard-of', 'application/pdf']) {
      assert.deepEqual(await contentOf(post(type, 'a')), [type, 'a']);
      assert.deepEqual(await contentOf(formOf('image', 'a', type)), [type, 'a']);
    }
    const publicMessage = 'an upload must have a content type of image/* or application/pdf';
    for (const type of ['text/html', 'application/x-www-form-urlencoded', 'images/png', 'image', 'multipart/mixed']) {
      await assert.rejects(contentOf(post(type, 'a')), { code: 'unsupported-format', publicMessage }, type);
      await assert.rejects(contentOf(formOf('image', 'a', type)), failsWith('unsupported-format'), type);
    }
    for (const accept of ['', '*/*', ' , ']) {
      assert.deepEqual(await contentOf(post('text/html', 'a'), { accept }), ['text/html', 'a']);
    }
  });

  it('asks for a type', async () => {
    await assert.rejects(contentOf(post('', Buffer.from('a'))), failsWith('invalid'));
  });

  it('counts the bytes of the picture as they arrive', async () => {
    assert.equal((await contentOf(post('image/png', '0123456789')))[1], '0123456789');
    assert.equal((await contentOf(formOf('image', '0123456789', 'image/png')))[1], '0123456789');
    assert.equal((await contentOf(post('image/png', '0123456789a'), { maxBytes: 0 }))[1], '0123456789a');
    const { body, left } = stream('012345', '6789a', 'b', 'c');
    await assert.rejects(contentOf(post('image/png', body)), failsWith('max-size-exceeded'));
    assert.equal(left(), 2);
    await assert.rejects(contentOf(formOf('image', '0123456789a', 'image/png')), failsWith('max-size-exceeded'));
  });

  it('reads nothing that is declared to be too large', async () => {
    for (const [type, length] of [
      ['image/png', 11],
      ['multipart/form-data; boundary=x', 11 + 1_048_576],
    ] as const) {
      const { body, left } = stream('a', 'b');
      const request = post(type, body, { 'content-length': String(length) });
      await assert.rejects(contentOf(request), failsWith('max-size-exceeded'));
      assert.equal(left(), 2);
    }
  });

  it('bounds what is around the picture of a form', async () => {
    let sent = 0;
    const preamble = new ReadableStream({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(Buffer.alloc(65_536, 'x'));
      },
    });
    const request = post('multipart/form-data; boundary=x', preamble);
    await assert.rejects(contentOf(request), failsWith('max-size-exceeded'));
    assert.ok(sent < 2_000_000, `${sent} bytes`);
  });

  it('calls a client gone whose body breaks off', async () => {
    for (const type of ['image/png', 'multipart/form-data; boundary=x']) {
      const body = new ReadableStream({ pull: (controller) => controller.error(new Error('aborted')) });
      await assert.rejects(contentOf(post(type, body)), failsWith('client-gone'));
    }
  });

  it('reads a request without a body as an empty picture', async () => {
    assert.deepEqual(await contentOf(post('image/png', null)), ['image/png', '']);
  });
});
