import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Lifetime } from '../lifetime.ts';
import { startOrigin } from '../origin.ts';
import { addressOf, type Bucket, checkAccess, createBucket, missing } from './s3-bucket.ts';
import { aclDocument, listDocument, taggingDocument } from './s3-documents.ts';
import { breakUpload, refuseFor, type S3Fault, sendSpoilt } from './s3-fault.ts';
import { readObject, type S3Answer } from './s3-read.ts';
import { S3Refusal, sendRefusal } from './s3-refusal.ts';
import { checkSignature, type S3Keys, type S3Signer } from './s3-signature.ts';
import { queryOf, readWire, type S3Request } from './s3-wire.ts';
import { checkUpload, readUpload } from './s3-write.ts';

/** A request that has been answered, or not. */
export interface LoggedRequest {
  readonly method: string;
  /** As it came. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /** Undefined while, or because, there is no answer. */
  status?: number;
}

/** An S3 on this machine. */
export interface S3Server {
  /** `http://localhost:port`: buckets may stand in the path, or in the host name before `.localhost`. */
  readonly url: string;
  readonly keys: S3Keys[];
  readonly buckets: Map<string, Bucket>;
  /** One a request, in order; what follows works. */
  readonly faults: S3Fault[];
  /** Told of each request as it comes, before its fault is looked for. */
  onRequest: (() => void) | undefined;
  /** Told of each fault as it begins. */
  onFault: ((fault: S3Fault) => void) | undefined;
  readonly requests: LoggedRequest[];
  /** By how many milliseconds its clock is ahead of ours. */
  clockOffsetMs: number;
  /** Every connection there ever was. */
  readonly sockets: readonly Socket[];
}

const EMPTY: Uint8Array = new Uint8Array();

/**
 * Starts a server. It believes nobody: signatures, payloads, clocks and tokens are checked, and an account sees no bucket
 * but its own.
 *
 * @param keys Whom it knows.
 */
export async function startS3Server(test: Lifetime, keys: readonly S3Keys[]): Promise<S3Server> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url: target = '', headers } = request;
    const logged: LoggedRequest = { method, target, headers };
    server.requests.push(logged);
    response.on('finish', () => {
      logged.status = response.statusCode;
    });
    server.onRequest?.();
    const fault = server.faults.shift();
    if (fault) server.onFault?.(fault);
    response.setHeader('date', new Date(Date.now() + server.clockOffsetMs).toUTCString());
    await breakUpload(fault, request);
    try {
      const wire = await readRequest(request);
      refuseFor(fault);
      await sendSpoilt(fault, response, method, respond(wire));
    } catch (error) {
      if (!(error instanceof S3Refusal)) throw error;
      sendRefusal(response, method, error);
    }
  };

  const respond = (request: S3Request): S3Answer => {
    const now = new Date(Date.now() + server.clockOffsetMs);
    const signer = checkSignature(request, server.keys, now);
    const { bucket: name, key } = addressOf(request);
    const bucket = server.buckets.get(name);
    if (bucket) checkAccess(bucket, signer);
    if (key === '' && request.method === 'PUT') {
      if (bucket) throw new S3Refusal(409, 'BucketAlreadyOwnedByYou');
      server.buckets.set(name, createBucket(name, signer.account, signer.region));
      return { status: 200, headers: { 'content-length': 0 }, body: EMPTY };
    }
    if (!bucket) throw new S3Refusal(404, 'NoSuchBucket', 'The specified bucket does not exist');
    return key === '' ? respondAsBucket(bucket, request) : respondAsObject(bucket, key, request, signer);
  };

  const origin = await startOrigin(test, (request, response) => {
    // an upload that is broken off leaves nothing behind
    answer(request, response).catch(() => response.destroy());
  });
  const server: S3Server = {
    url: `http://localhost:${origin.port}`,
    keys: [...keys],
    buckets: new Map(),
    faults: [],
    onRequest: undefined,
    onFault: undefined,
    requests: [],
    clockOffsetMs: 0,
    sockets: origin.sockets,
  };
  return server;
}

async function readRequest(request: IncomingMessage): Promise<S3Request> {
  const head = readWire(request, EMPTY);
  if (head.method === 'PUT') checkUpload(head.headers);
  return { ...head, body: await buffer(request) };
}

function respondAsBucket(bucket: Bucket, request: S3Request): S3Answer {
  const query = queryOf(request);
  if (request.method === 'HEAD') {
    return { status: 200, headers: { 'x-amz-bucket-region': bucket.region }, body: EMPTY };
  }
  if (request.method !== 'GET' || query.get('list-type') !== '2') throw new S3Refusal(501, 'NotImplemented');
  return listDocument(bucket, query.get('prefix') ?? '');
}

function respondAsObject(bucket: Bucket, key: string, request: S3Request, signer: S3Signer): S3Answer {
  const { method } = request;
  if (method === 'PUT') {
    const object = readUpload(request, bucket);
    bucket.objects.set(key, object);
    return { status: 200, headers: { etag: object.etag, 'content-length': 0 }, body: EMPTY };
  }
  if (method === 'DELETE') {
    bucket.objects.delete(key);
    return { status: 204, headers: {}, body: EMPTY };
  }
  if (method !== 'GET' && method !== 'HEAD') throw new S3Refusal(405, 'MethodNotAllowed');
  const object = bucket.objects.get(key);
  if (!object) throw missing(bucket, key, signer);
  const query = queryOf(request);
  if (query.has('tagging')) return taggingDocument(object);
  if (query.has('acl')) return aclDocument(object, bucket.owner);
  return readObject(object, request);
}
