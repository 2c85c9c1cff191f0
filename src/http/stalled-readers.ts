import type { Server } from 'node:http';
import type { Connections } from './connections.ts';

/**
 * Closes connections whose client takes nothing more of an answer: each one holds its picture in memory. Node looks at
 * what the kernel has taken, so a slow reader is left alone as long as he reads at all. A connection over which nothing
 * goes because the answer is not there yet is left alone, too.
 *
 * @param timeoutMs Milliseconds without a byte; up to twice as many, since Node compares with what it saw that long ago.
 */
export function cutOffStalledReaders(server: Server, connections: Connections, timeoutMs: number): void {
  server.setTimeout(timeoutMs, (socket) => {
    // with a listener, what Node would have closed is left to it: kept connections over which no request came, too
    const isOurTurn = connections.isAnswering(socket) && socket.writableLength === 0;
    if (!isOurTurn) socket.destroy();
  });
}
