import { createServer } from 'node:http';
import { type ListenAddress, listening } from './listening.ts';

/** Metrics as they are now. */
export interface MetricsText {
  /** Media type of the text. */
  readonly contentType: string;
  text(): Promise<string>;
}

/** Where metrics are served. */
export interface MetricsServerOptions extends ListenAddress {
  /** Begins with a slash; whoever asks for another path is sent there, as by imagor. */
  readonly path: string;
}

/** A metrics server that listens. */
export interface MetricsServer {
  readonly port: number;
  /** Closes the socket and all connections. */
  close(): void;
}

/**
 * Serves metrics on a socket of their own, so that clients of the pictures cannot read them.
 *
 * @throws the system's error when the address cannot be listened on.
 */
export async function serveMetrics(metrics: MetricsText, options: MetricsServerOptions): Promise<MetricsServer> {
  const server = createServer(async ({ url = '/' }, answer) => {
    if (options.path !== '/' && url.split('?', 1)[0] !== options.path) {
      answer.writeHead(308, { location: options.path }).end();
      return;
    }
    try {
      const text = await metrics.text();
      answer.writeHead(200, { 'content-type': metrics.contentType }).end(text);
    } catch {
      answer.writeHead(500).end(); // to Prometheus the target is down, which is true of its metrics
    }
  });
  const port = await listening(server, options);
  return {
    port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
