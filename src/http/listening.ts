import type { Server } from 'node:http';

/** A place to listen at. */
export interface ListenAddress {
  /** Undefined for all interfaces. */
  readonly host?: string;
  /** TCP port; 0 for a free one. */
  readonly port: number;
}

/**
 * Has a server listen.
 *
 * @returns the port it listens on.
 * @throws the system's error when it cannot.
 */
export async function listening(server: Server, { host, port }: ListenAddress): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host ? { host } : {}) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}
