import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The open connections of a server. */
export interface Connections {
  /** Whether an answer is on its way over this connection. */
  isAnswering(socket: Duplex): boolean;
  /** Has answers say `Connection: close` from now on, those to requests under way too unless their head has been sent. */
  closeAfterAnswers(): void;
  /** Closes those without a request under way, now, and the others as soon as theirs is answered. */
  closeWhenIdle(): void;
}

/**
 * Keeps track of a server's connections from now on. Node's own closeIdleConnections() spares those over which no
 * request has come yet, such as browsers open ahead of need, and those that become idle later.
 */
export function trackConnections(server: Server): Connections {
  const answers = new Map<Duplex, Set<ServerResponse>>();
  let isLast = false;
  let isClosing = false;
  server.on('connection', (socket: Duplex) => {
    answers.set(socket, new Set());
    socket.once('close', () => answers.delete(socket));
  });
  server.on('request', ({ socket }, outgoing) => {
    const underWay = answers.get(socket);
    underWay?.add(outgoing);
    if (isLast) outgoing.shouldKeepAlive = false;
    outgoing.once('close', () => {
      underWay?.delete(outgoing);
      if (underWay?.size === 0 && isClosing) socket.destroy();
    });
  });
  return {
    isAnswering: (socket) => (answers.get(socket)?.size ?? 0) > 0,
    closeAfterAnswers() {
      isLast = true;
      for (const underWay of answers.values()) {
        const last = [...underWay].at(-1); // Node drops what a client has sent behind a request answered with `close`
        if (last) last.shouldKeepAlive = false;
      }
    },
    closeWhenIdle() {
      isClosing = true;
      for (const [socket, underWay] of answers) if (underWay.size === 0) socket.destroy();
    },
  };
}
