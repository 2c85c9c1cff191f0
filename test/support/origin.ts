import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { localhostCertificate } from '../fixtures/localhost-certificate.ts';
import type { Lifetime } from './lifetime.ts';

/** Who tests how connections are reused must not be hung up on by a busy machine: Node's own limit is 5 s. */
const PATIENT = { keepAliveTimeout: 100_000 };

/** A server of pictures on 127.0.0.1, closed with its test. */
export interface Origin {
  /** `http://127.0.0.1:port`, without a final slash. */
  readonly url: string;
  readonly port: number;
  /** Every connection there ever was. */
  readonly sockets: readonly Socket[];
}

/** Starts an HTTP server. */
export async function startOrigin(test: Lifetime, listener: RequestListener): Promise<Origin> {
  return listen(test, createHttpServer(PATIENT, listener), 'http');
}

/** Starts an HTTPS server with a certificate that nobody trusts. */
export async function startTlsOrigin(test: Lifetime, listener: RequestListener): Promise<Origin> {
  return listen(test, createHttpsServer(localhostCertificate, listener), 'https');
}

/** Starts a server that speaks for itself: whatever the listener writes. */
export async function startRawOrigin(test: Lifetime, listener: (socket: Socket) => void): Promise<Origin> {
  return listen(test, createTcpServer(listener), 'http');
}

async function listen(test: Lifetime, server: TcpServer, scheme: string): Promise<Origin> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    sockets.push(socket);
    socket.on('error', ignore);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  test.after(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    if (server.listening) await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return { url: `${scheme}://127.0.0.1:${port}`, port, sockets };
}

/** Clients of these servers hang up on them on purpose. */
function ignore(): void {}
