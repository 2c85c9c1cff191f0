import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failsWith } from '../../test/support/hand-made-app.ts';
import { readBlob } from '../core/blob.ts';
import { AppError } from '../errors.ts';
import { multipartFile } from './multipart.ts';

const TYPE = 'multipart/form-data; boundary=xx';

const part = (disposition: string, content: string, type = 'image/png'): string =>
  `--xx\r\nContent-Disposition: form-data; ${disposition}\r\nContent-Type: ${type}\r\n\r\n${content}\r\n`;
const file = (name: string, content: string): string => part(`name="${name}"; filename="a.png"`, content);

/** A body of these pieces; `cancelled` once nobody reads it any more. */
function bodyOf(pieces: Iterable<string | Error>) {
  const iterator = pieces[Symbol.iterator]();
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { done, value } = iterator.next();
        if (done) controller.close();
        else if (value instanceof Error) controller.error(value);
        else controller.enqueue(Buffer.from(value));
      },
      cancel() {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, isCancelled: () => cancelled };
}

async function textOf(...pieces: (string | Error)[]): Promise<string> {
  return Buffer.from(await readBlob(await multipartFile(bodyOf(pieces).body, TYPE, 'image'))).toString();
}

describe('multipartFile', () => {
  it('finds the file of a field, however it arrives', async () => {
    const form = `${part('name="note"', 'hello', 'text/plain')}${file('image', 'the\r\n--x picture')}--xx--\r\n`;
    assert.equal(await textOf(form), 'the\r\n--x picture');
    assert.equal(await textOf(...form), 'the\r\n--x picture');
    const { contentType } = await multipartFile(bodyOf([form]).body, TYPE, 'image');
    assert.equal(contentType, 'image/png');
  });

  it('takes the first of two files, and leaves those of other fields', async () => {
    const form = [file('other', 'x'.repeat(100_000)), file('image', 'one'), file('image', 'two'), '--xx--\r\n'];
    assert.equal(await textOf(...form), 'one');
    assert.equal(await textOf(form.join('')), 'one');
  });

  it('reads an empty file', async () => {
    assert.equal(await textOf(`${file('image', '')}--xx--\r\n`), '');
  });

  it('says what a form lacks', async () => {
    const lacking = [
      `${file('picture', 'x')}--xx--\r\n`,
      `${part('name="image"', 'text, no file', 'text/plain')}--xx--\r\n`,
      '--xx--\r\n',
    ];
    for (const form of lacking) {
      await assert.rejects(textOf(form), { code: 'invalid', publicMessage: 'the form has no file "image"' }, form);
    }
  });

  it('refuses what is no form', async () => {
    const broken = { code: 'invalid', publicMessage: 'the form is broken' };
    for (const form of [
      '',
      'nonsense',
      '--yy\r\n',
      '--xx\r\n',
      '--xx\r\nContent-Disposition: form-data; name="image"',
    ]) {
      await assert.rejects(textOf(form), broken, form);
    }
    for (const type of ['multipart/form-data', 'multipart/form-data; boundary', 'text/plain']) {
      await assert.rejects(multipartFile(bodyOf([file('image', 'x')]).body, type, 'image'), broken, type);
    }
  });

  it('does not take a file that was cut off for a whole one', async () => {
    const whole = file('image', 'x'.repeat(200_000));
    for (const length of [100, 1_000, 100_000, whole.length - 2]) {
      await assert.rejects(textOf(whole.slice(0, length)), failsWith('invalid'), String(length));
      await assert.rejects(textOf(whole.slice(0, 90), whole.slice(90, length)), failsWith('invalid'), String(length));
    }
  });

  it('tells of a body that fails, before the file and in it', async () => {
    const gone = new AppError('client-gone');
    await assert.rejects(textOf(gone), gone);
    await assert.rejects(textOf(file('image', 'x').slice(0, 20), gone), gone);
    await assert.rejects(textOf(file('image', 'x'.repeat(100_000)).slice(0, 90_000), gone), gone);
  });

  it('tells of a body that has failed before anybody read the file', async () => {
    const gone = new AppError('client-gone');
    const { body } = bodyOf([file('image', 'x'.repeat(1_000)).slice(0, 900), gone]);
    const found = await multipartFile(body, TYPE, 'image');
    await new Promise(setImmediate);
    await assert.rejects(readBlob(found), gone);
  });

  it('reads no further than it is asked to, and stops when the file is left', async () => {
    let pieces = 0;
    const endless = function* (): Generator<string> {
      yield file('image', '').slice(0, -2);
      for (;;) {
        pieces += 1;
        yield 'x'.repeat(65_536);
      }
    };
    const { body, isCancelled } = bodyOf(endless());
    const found = await multipartFile(body, TYPE, 'image');
    const reader = found.body.getReader();
    await reader.read();
    await new Promise(setImmediate);
    assert.ok(pieces < 5, `${pieces} pieces for one`);
    await reader.cancel();
    await new Promise(setImmediate);
    assert.equal(isCancelled(), true);
  });

  it('reads no further than the file', async () => {
    const { body, isCancelled } = bodyOf([file('image', 'one'), file('more', 'two'), 'rest', 'rest', 'rest']);
    assert.equal(Buffer.from(await readBlob(await multipartFile(body, TYPE, 'image'))).toString(), 'one');
    await new Promise(setImmediate);
    assert.equal(isCancelled(), true);
  });
});
