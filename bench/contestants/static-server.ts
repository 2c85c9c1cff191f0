import { closeSync, fstatSync, open, read } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { promisify } from 'node:util';

/**
 * A process: `static-server.js PORT FOLDER`. Pictures from files, as plainly and fast as `node:http` and `node:fs` serve
 * them: opening and reading in libuv's threads, what cannot wait for a disk without them. It keeps nothing in memory and
 * looks at no condition; of safety, it keeps `..` out.
 */
const [port, folder] = process.argv.slice(2);
if (port === undefined || folder === undefined) throw new Error('a port and a folder are needed');

const openFile = promisify(open);
const readFile = promisify(read);

const server = createServer(async (request, response) => {
  try {
    const name = decodeURIComponent(request.url ?? '');
    if (name.includes('..')) throw new Error('not below the folder');
    const descriptor = await openFile(path.join(folder, name), 'r');
    try {
      const { size, mtime } = fstatSync(descriptor);
      const bytes = Buffer.allocUnsafe(size);
      await readFile(descriptor, bytes, 0, size, 0);
      const headers = { 'content-type': 'image/jpeg', 'content-length': size, 'last-modified': mtime.toUTCString() };
      response.writeHead(200, { ...headers, 'cache-control': 'public, max-age=604800' }).end(bytes);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    response.writeHead(404, { 'content-length': 0 }).end();
  }
});
server.listen(Number(port), '127.0.0.1');
