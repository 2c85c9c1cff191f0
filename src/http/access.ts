import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';

/** A request that has been answered. */
export interface Access {
  readonly method: string;
  readonly url: string;
  /** 499 when the client was gone before the answer was. */
  readonly status: number;
  readonly tookMs: number;
  /** Bytes of the answer, headers included. */
  readonly sentBytes: number;
  /** Of the other end of the connection, which may be a proxy. */
  readonly remoteAddress: string;
  /** Of the client, by what `X-Forwarded-For` or `X-Real-IP` claims; anybody can send those. */
  readonly forwardedFor: string | undefined;
  readonly userAgent: string;
  /** Undefined where the request never got to the handler. */
  readonly requestId: string | undefined;
}

/**
 * Tells of a request when its answer has been sent or the client has gone.
 *
 * @param requestIds The ids that requests have by then.
 */
export function reportWhenDone(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  requestIds: WeakMap<IncomingMessage, string>,
  report: (access: Access) => void,
): void {
  const start = performance.now();
  const { socket } = incoming;
  const sentBefore = socket.bytesWritten;
  const { remoteAddress = '' } = socket; // nobody knows it any more once the connection is closed
  let isSent = false;
  outgoing.once('finish', () => {
    isSent = !socket.destroyed; // as far as Node is concerned, an answer that was cut off has been finished, too
  });
  outgoing.once('close', () => {
    report({
      method: incoming.method ?? '',
      url: incoming.url ?? '',
      status: isSent ? outgoing.statusCode : 499,
      tookMs: performance.now() - start,
      sentBytes: socket.bytesWritten - sentBefore,
      remoteAddress,
      forwardedFor: forwardedFor(incoming.headers),
      userAgent: incoming.headers['user-agent'] ?? '',
      requestId: requestIds.get(incoming),
    });
  });
}

/** Nothing but an address gets into the log: the first that the proxies name. */
function forwardedFor(headers: IncomingHttpHeaders): string | undefined {
  const claims = [headers['x-forwarded-for'], headers['x-real-ip']].flatMap((claim) => claim ?? []).join(',');
  return claims
    .split(',')
    .map((claim) => claim.trim())
    .find((claim) => isIP(claim) !== 0);
}
