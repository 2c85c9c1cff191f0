import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type S3Answer, sendAnswer } from './s3-read.ts';
import { S3Refusal } from './s3-refusal.ts';

/**
 * What goes wrong with one request: S3 refuses it for now; the connection is lost at once, when half of an upload has
 * come, or when half of an answer has gone; the answer ends too soon, comes bit by bit, stops half-way or never begins.
 */
export type S3Fault =
  | 'SlowDown'
  | 'InternalError'
  | 'reset'
  | 'reset-upload'
  | 'reset-half-way'
  | 'cut-short'
  | 'slow-body'
  | 'hang-half-way'
  | 'hang';

/** Has a request fail before its body has been read. */
export async function breakUpload(fault: S3Fault | undefined, request: IncomingMessage): Promise<void> {
  if (fault === 'reset-upload') {
    // of a body that does not fit into the buffers of the connection, so that the client is still sending
    const half = Number(request.headers['content-length'] ?? 0) / 2;
    let received = 0;
    for await (const chunk of request) {
      received += (chunk as Uint8Array).length;
      if (received >= half) break;
    }
  }
  if (fault === 'reset' || fault === 'reset-upload') {
    request.socket.resetAndDestroy();
    await once(request.socket, 'close');
  }
}

/** @throws S3Refusal for faults that are refusals. */
export function refuseFor(fault: S3Fault | undefined): void {
  if (fault === 'SlowDown') throw new S3Refusal(503, 'SlowDown', 'Please reduce your request rate.');
  if (fault === 'InternalError') throw new S3Refusal(500, 'InternalError', 'We encountered an internal error.');
}

/** Sends an answer, spoilt by the fault if there is one. */
export async function sendSpoilt(
  fault: S3Fault | undefined,
  response: ServerResponse,
  method: string,
  answer: S3Answer,
): Promise<void> {
  if (fault === 'hang') return;
  if (method === 'HEAD' || !['reset-half-way', 'cut-short', 'slow-body', 'hang-half-way'].includes(fault ?? '')) {
    return sendAnswer(response, method, answer);
  }
  const { status, headers, body } = answer;
  const half = Math.ceil(body.length / 2);
  response.writeHead(status, headers);
  await new Promise<void>((resolve) => response.write(body.subarray(0, half), () => resolve()));
  if (fault === 'reset-half-way') response.socket?.resetAndDestroy();
  if (fault === 'cut-short') response.destroy();
  if (fault !== 'slow-body') return;
  const step = Math.ceil((body.length - half) / 10);
  for (let at = half; at < body.length; at += step) {
    await delay(2);
    response.write(body.subarray(at, at + step));
  }
  response.end();
}
