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

/** The start of one of several answers, and all that came with it. */
export interface WrittenAnswer {
  readonly status: number;
  readonly text: string;
}

/** Milliseconds without an answer, or without more of it, after which a client hangs up. */
const QUIET_MS = { beforeAnswer: 150, afterAnswer: 15 };

/** Sends any bytes, reads what answers come, and hangs up when nothing more does. */
export async function exchange(port: number, bytes: Uint8Array): Promise<WrittenAnswer[]> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Uint8Array[] = [];
  const quiet = setTimeout(() => socket.end(), QUIET_MS.beforeAnswer);
  let more: NodeJS.Timeout | undefined;
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    clearTimeout(more);
    more = setTimeout(() => socket.end(), QUIET_MS.afterAnswer);
  });
  socket.on('error', () => {}); // a server that has read enough may reset the connection
  socket.write(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
  clearTimeout(quiet);
  clearTimeout(more);
  const received = Buffer.concat(chunks).toString('latin1');
  const texts = received.split(/(?=HTTP\/1\.1 \d{3} )/).filter((text) => text !== '');
  return texts.map((text) => ({ status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0), text }));
}
