import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Why Node's parser gives a request up, by its error codes, as far as there is something to tell the client. */
const FAILURES: Readonly<Record<string, { readonly status: number; readonly message: string }>> = {
  HPE_INVALID_URL: { status: 400, message: 'the URL holds characters that must be percent-encoded' },
  HPE_HEADER_OVERFLOW: { status: 431, message: 'the URL and the headers are too long' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'timeout' },
};

/**
 * Answers what could not even be read as a request, and closes the connection.
 *
 * @param isAnswering An answer to an earlier request is on its way, which must not be written into.
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex, isAnswering: boolean): void {
  if (isAnswering || !socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const failure = FAILURES[error.code ?? ''] ?? { status: 400, message: 'invalid' };
  const body = JSON.stringify({ message: failure.message, status: failure.status });
  const head = [
    `HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status]}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
