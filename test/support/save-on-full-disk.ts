// node save-on-full-disk.js DIRECTORY: where 5 MB do not fit, replaces an object by one of 5 MB, then by a small one, and
// prints as JSON what came of it.
import { readdir } from 'node:fs/promises';
import { readBlob } from '../../src/core/blob.ts';
import { AppError } from '../../src/errors.ts';
import { createFileStorage } from '../../src/storages/file.ts';

const [baseDir = ''] = process.argv.slice(2);
const context = { signal: new AbortController().signal, headers: new Headers() };
const storage = createFileStorage({ baseDir });

async function put(body: Uint8Array): Promise<object | undefined> {
  try {
    await storage.put('folder/a.jpg', { body }, context);
    return undefined;
  } catch (error) {
    const { code, publicMessage, detail } = AppError.from(error);
    return { code, publicMessage, detail };
  }
}

async function read(): Promise<string> {
  const blob = await storage.get('folder/a.jpg', context);
  return blob ? Buffer.from(await readBlob(blob)).toString() : '';
}

const first = await put(Buffer.from('old'));
const failure = await put(Buffer.alloc(5_000_000));
const kept = await read();
const files = await readdir(baseDir, { recursive: true });
const last = await put(Buffer.from('new'));
process.stdout.write(JSON.stringify({ first, failure, kept, files: files.sort(), last, replaced: await read() }));
