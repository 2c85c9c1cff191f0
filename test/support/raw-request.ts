import { once } from 'node:events';
import { connect } from 'node:net';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Status line and headers. */
  readonly head: string;
  readonly body: string;
}

/**
 * Sends a GET byte by byte as written, which no HTTP client would do: with dots, backslashes and raw UTF-8 in the target.
 *
 * @param lines Replaces the headers; `Connection: close` comes on top.
 */
export async function rawGet(
  port: number,
  target: string,
  lines: readonly string[] = ['Host: localhost'],
): Promise<RawAnswer> {
  return rawRequest(port, [`GET ${target} HTTP/1.1`, ...lines, 'Connection: close', '', ''].join('\r\n'));
}

/** Sends any text and reads what comes until the server closes the connection. */
export async function rawRequest(port: number, text: string): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Uint8Array[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(text);
  await once(socket, 'close');
  const answer = Buffer.concat(chunks).toString();
  const [head = '', ...body] = answer.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head, body: body.join('\r\n\r\n') };
}
