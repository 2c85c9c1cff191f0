import { createServer, type IncomingMessage, type Server } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { AppError } from '../errors.ts';
import { type Access, reportWhenDone } from './access.ts';
import { answerClientError } from './client-error.ts';
import { type Connections, trackConnections } from './connections.ts';
import { type ErrorStyle, errorResponse } from './error-response.ts';
import type { Handler } from './handler.ts';
import { type ListenAddress, listening } from './listening.ts';
import { cutOffStalledReaders } from './stalled-readers.ts';

/** Where to listen, and how long a client may take. */
export interface ServerOptions extends ListenAddress {
  /** Milliseconds that requests under way get to finish once the server is to stop. */
  readonly shutdownTimeoutMs: number;
  /** Milliseconds that a client may take nothing of an answer before it is cut off, or up to twice that; 60 s without it. */
  readonly stalledReaderTimeoutMs?: number;
  /** Called when an answer has been sent, or the client has gone. */
  onAccess?: ((access: Access) => void) | undefined;
}

/** A server that listens. */
export interface RunningServer {
  /** The port it listens on. */
  readonly port: number;
  /** Goes on accepting, but has every answer say `Connection: close`, so that clients come back elsewhere. */
  drain(): void;
  /** Stops accepting, lets requests finish within the shutdown timeout, then closes what is left. */
  close(): Promise<void>;
}

/** Bytes of a request's headers; imagor allows as many. */
const MAX_HEADER_BYTES = 1 << 20;

/** Milliseconds that an idle connection stays open: longer than the 60 s of common load balancers, which must close first. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

/** Milliseconds for a client to go on reading. */
const STALLED_READER_TIMEOUT_MS = 60_000;

/** For those whose request never gets to the handler. */
const STYLE: ErrorStyle = { hasBody: true, notFoundTtlMs: 0, allow: '' };

/** Milliseconds for a client to send its request's headers. */
const HEADERS_TIMEOUT_MS = 15_000;

/**
 * Serves a fetch handler over HTTP/1.1.
 *
 * @throws the system's error when the address cannot be listened on.
 */
export async function listen(handler: Handler, options: ServerOptions): Promise<RunningServer> {
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
  });
  const connections = trackConnections(server);
  cutOffStalledReaders(server, connections, options.stalledReaderTimeoutMs ?? STALLED_READER_TIMEOUT_MS);
  const requestIds = options.onAccess && new WeakMap<IncomingMessage, string>();
  const listener = createListener(handler, requestIds);
  server.on('clientError', (error, socket) => answerClientError(error, socket, connections.isAnswering(socket)));
  server.on('request', (incoming, outgoing) => {
    if (requestIds && options.onAccess) reportWhenDone(incoming, outgoing, requestIds, options.onAccess);
    void listener(incoming, outgoing);
  });
  const port = await listening(server, options);
  return {
    port,
    drain: () => connections.closeAfterAnswers(),
    close: () => close(server, connections, options.shutdownTimeoutMs),
  };
}

/**
 * @param requestIds Takes the ids that the handler gave, where they are of interest: it sends them past Node's own record
 * of headers.
 */
function createListener(
  handler: Handler,
  requestIds: WeakMap<IncomingMessage, string> | undefined,
): ReturnType<typeof getRequestListener> {
  return getRequestListener(
    (request, env) => {
      const { incoming } = env as HttpBindings;
      const response = handler(request, incoming.url ?? '/');
      return requestIds ? withId(response, (id) => requestIds.set(incoming, id)) : response;
    },
    // HTTP/1.0, which some health checks speak, has no Host; targets and hosts that make no URL are turned away
    { hostname: 'localhost', errorHandler: (cause) => errorResponse(new AppError('invalid', { cause }), STYLE) },
  );
}

async function withId(response: Promise<Response>, record: (id: string) => void): Promise<Response> {
  const settled = await response;
  record(settled.headers.get('x-request-id') ?? '');
  return settled;
}

function close(server: Server, connections: Connections, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), timeoutMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    connections.closeAfterAnswers();
    connections.closeWhenIdle();
  });
}
