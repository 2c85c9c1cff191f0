import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/**
 * A process: `s3-server.js PORT`. The least that can stand for S3: objects in memory, put and got by path. It wants
 * requests to be signed and does not compute the signature again, which would take more time of the same cores than all
 * the rest; the tests' S3 and the Ceph gateway do.
 */
const [port] = process.argv.slice(2);
if (port === undefined) throw new Error('a port is needed');

interface StoredObject {
  readonly bytes: Uint8Array;
  readonly headers: Readonly<Record<string, string | number>>;
}

const objects = new Map<string, StoredObject>();

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[^/]+\/s3\/aws4_request, SignedHeaders=[a-z0-9;-]+, Signature=[0-9a-f]{64}$/;

const server = createServer((request, response) => {
  const { method, url = '', headers } = request;
  if (url === '/healthcheck') return response.end();
  if (!AUTHORIZATION.test(headers.authorization ?? '') || headers['x-amz-date'] === undefined) {
    return refuse(response, 403, 'AccessDenied');
  }
  switch (method) {
    case 'GET': {
      const object = objects.get(url);
      if (!object) return refuse(response, 404, 'NoSuchKey');
      return response.writeHead(200, object.headers).end(object.bytes);
    }
    case 'PUT':
      return void keep(request, response, url);
    case 'DELETE':
      objects.delete(url);
      return response.writeHead(204).end();
    default:
      return refuse(response, 501, 'NotImplemented');
  }
});
// the connections of a pool outlive the pauses between the turns of the contestants
server.keepAliveTimeout = 0;
server.listen(Number(port), '127.0.0.1');

async function keep(request: IncomingMessage, response: ServerResponse, url: string): Promise<void> {
  const bytes = await buffer(request);
  const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
  objects.set(url, {
    bytes,
    headers: {
      'content-type': request.headers['content-type'] ?? 'binary/octet-stream',
      'content-length': bytes.length,
      'last-modified': new Date().toUTCString(),
      etag,
      'accept-ranges': 'bytes',
      'x-amz-request-id': 'bench',
    },
  });
  response.writeHead(200, { etag, 'content-length': 0 }).end();
}

function refuse(response: ServerResponse, status: number, code: string): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': body.length }).end(body);
}
