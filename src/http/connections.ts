import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** The open connections of a server. */
export interface Connections {
  /** Whether an answer is on its way over this connection. */
  isAnswering(socket: Duplex): boolean;
  /** Closes those without a request under way, now, and the others as soon as theirs is answered. */
  closeWhenIdle(): void;
}

/**
 * Keeps track of a server's connections from now on. Node's own closeIdleConnections() spares those over which no
 * request has come yet, such as browsers open ahead of need, and those that become idle later.
 */
export function trackConnections(server: Server): Connections {
  const requests = new Map<Duplex, number>();
  let isClosing = false;
  server.on('connection', (socket: Duplex) => {
    requests.set(socket, 0);
    socket.once('close', () => requests.delete(socket));
  });
  server.on('request', ({ socket }, outgoing) => {
    const count = (change: number): number => {
      const left = (requests.get(socket) ?? 0) + change;
      if (requests.has(socket)) requests.set(socket, left);
      return left;
    };
    count(1);
    outgoing.once('close', () => {
      if (count(-1) === 0 && isClosing) socket.destroy();
    });
  });
  return {
    isAnswering: (socket) => (requests.get(socket) ?? 0) > 0,
    closeWhenIdle() {
      isClosing = true;
      for (const [socket, count] of requests) if (count === 0) socket.destroy();
    },
  };
}
