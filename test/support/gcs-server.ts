import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { CRC32C } from '@google-cloud/storage';
import { type GcsUpload, parseUpload } from './gcs-server-upload.ts';
import type { Lifetime } from './lifetime.ts';
import { type Origin, startOrigin } from './origin.ts';

/** An object as the server keeps it. */
export interface StoredObject extends GcsUpload {
  readonly generation: number;
  updated: Date;
  /** Base64; composite objects have none. */
  md5?: string;
  contentEncoding?: string;
}

/** What goes wrong with one request: an error's status, the connection lost, or no answer at all. */
export type GcsFault = number | 'reset' | 'reset-half-way' | 'cut-short' | 'hang' | 'no-date';

/** A request that the server has had. */
export interface GcsServerRequest {
  /** `METHOD /path?query` */
  readonly line: string;
  readonly authorization: string | undefined;
  readonly socket: Socket;
}

/** Google Cloud Storage's JSON API on 127.0.0.1, as far as objects are read, written and deleted. */
export interface GcsServer extends Origin {
  /** By `bucket/name`. */
  readonly objects: Map<string, StoredObject>;
  /** One a request, in order; what follows works. */
  readonly faults: GcsFault[];
  /** Told of each fault as it happens. */
  onFault: ((fault: GcsFault) => void) | undefined;
  readonly requests: GcsServerRequest[];
}

/** Starts a server with some buckets in it. */
export async function startGcsServer(test: Lifetime, buckets: readonly string[] = ['pictures']): Promise<GcsServer> {
  const objects: GcsServer['objects'] = new Map();
  const faults: GcsFault[] = [];
  const requests: GcsServer['requests'] = [];
  let generation = 1_700_000_000_000_000;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url: target = '', headers } = request;
    requests.push({ line: `${method} ${target}`, authorization: headers.authorization, socket: request.socket });
    const body = await buffer(request);
    const fault = faults.shift();
    if (fault !== undefined) server.onFault?.(fault);
    if (typeof fault === 'number') return sendError(response, fault);
    if (fault === 'hang') return;
    if (fault === 'reset') return void request.socket.resetAndDestroy();
    // they are slow, and only the official client looks at them
    const wantsSums = headers['x-goog-api-client'] !== undefined;
    const url = new URL(target, 'http://gcs.test');
    const [, upload, bucket = '', name] =
      /^(\/upload)?\/storage\/v1\/b\/([^/]+)\/o(?:\/(.+))?$/.exec(url.pathname) ?? [];
    if (!buckets.includes(decodeURIComponent(bucket))) return sendError(response, 404);
    if (upload && method === 'POST') {
      const uploaded = parseUpload(url.searchParams, headers['content-type'] ?? '', body);
      const md5 = createHash('md5').update(uploaded.bytes).digest('base64');
      const object = { ...uploaded, generation: ++generation, updated: new Date(), md5 };
      objects.set(`${bucket}/${object.name}`, object);
      return sendJson(response, 200, {
        ...metadata(bucket, object),
        ...(wantsSums && { crc32c: crc32c(object.bytes) }),
      });
    }
    if (!name) return sendJson(response, 200, { items: list(bucket, url.searchParams.get('prefix') ?? '') });
    const key = `${bucket}/${decodeURIComponent(name)}`;
    const object = objects.get(key);
    if (!object) return sendError(response, 404);
    if (method === 'DELETE') {
      objects.delete(key);
      return void response.writeHead(204).end();
    }
    if (url.searchParams.get('ifGenerationNotMatch') === String(object.generation)) return sendError(response, 304);
    if (url.searchParams.get('alt') === 'media') {
      const sums = wantsSums ? [`crc32c=${crc32c(object.bytes)}`] : [];
      return sendMedia(response, object, sums, fault);
    }
    return sendJson(response, 200, metadata(bucket, object));
  };

  const list = (bucket: string, prefix: string): object[] =>
    [...objects].filter(([key]) => key.startsWith(`${bucket}/${prefix}`)).map(([, object]) => metadata(bucket, object));

  const origin = await startOrigin(test, (request, response) => {
    // an upload that is broken off leaves nothing behind
    answer(request, response).catch(() => response.destroy());
  });
  const server: GcsServer = { ...origin, objects, faults, requests, onFault: undefined };
  return server;
}

function sendMedia(
  response: ServerResponse,
  object: StoredObject,
  sums: readonly string[],
  fault: GcsFault | undefined,
): void {
  const { bytes, contentType, contentEncoding, generation, updated } = object;
  response.writeHead(200, {
    'content-type': contentType,
    'content-length': bytes.length,
    etag: `"${generation}"`,
    'x-goog-generation': generation,
    ...(object.md5 && { 'x-goog-hash': [...sums, `md5=${object.md5}`].join() }),
    'x-goog-stored-content-encoding': contentEncoding ?? 'identity',
    ...(contentEncoding && { 'content-encoding': contentEncoding }),
    ...(fault !== 'no-date' && { 'last-modified': updated.toUTCString() }),
  });
  const half = bytes.subarray(0, bytes.length / 2);
  if (fault === 'reset-half-way') response.write(half, () => response.socket?.resetAndDestroy());
  else if (fault === 'cut-short') response.write(half, () => response.destroy());
  else response.end(bytes);
}

function metadata(bucket: string, object: StoredObject): object {
  const { name, contentType, generation, updated, bytes, contentEncoding } = object;
  return {
    kind: 'storage#object',
    bucket,
    name,
    contentType,
    generation: String(generation),
    metageneration: '1',
    updated: updated.toISOString(),
    size: String(bytes.length),
    ...(contentEncoding && { contentEncoding }),
    ...(object.md5 && { md5Hash: object.md5 }),
  };
}

function crc32c(bytes: Buffer): string {
  const sum = new CRC32C();
  sum.update(bytes);
  return sum.toString();
}

function sendError(response: ServerResponse, status: number): void {
  const message = 'robot@project.iam.gserviceaccount.com does not have storage.objects access';
  sendJson(response, status, { error: { code: status, message } });
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));
}
