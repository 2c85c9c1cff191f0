import { once } from 'node:events';
import { connect } from 'node:net';

/** One of several answers over one connection. */
export interface WireAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * Sends requests over one connection, all at once, and reads their answers off the wire until the server closes it.
 *
 * @param requests Without `Host`; the last should ask for `Connection: close`.
 * @throws Error for bytes that belong to no answer: a body where none may be, or more of it than was said.
 */
export async function converse(port: number, requests: readonly (readonly string[])[]): Promise<WireAnswer[]> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Uint8Array[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(
    requests.map(([line, ...headers]) => [line, 'Host: localhost', ...headers, '', ''].join('\r\n')).join(''),
  );
  await once(socket, 'close');
  let rest: Buffer = Buffer.concat(chunks);
  const answers = requests.map(([line = '']) => {
    const end = rest.indexOf('\r\n\r\n');
    const [first = '', ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n');
    if (!first.startsWith('HTTP/1.1 ')) throw new Error(`no answer to ${line} but ${JSON.stringify(first)}`);
    const headers = Object.fromEntries(lines.map((header) => toEntry(header)));
    const status = Number(first.split(' ')[1]);
    const isEmpty = line.startsWith('HEAD') || status === 204 || status === 304;
    const length = isEmpty ? 0 : Number(headers['content-length']);
    const body = rest.subarray(end + 4, end + 4 + length);
    rest = rest.subarray(end + 4 + length);
    return { status, headers, body };
  });
  if (rest.length > 0) throw new Error(`${rest.length} bytes after the last answer`);
  return answers;
}

function toEntry(header: string): [string, string] {
  const colon = header.indexOf(':');
  return [header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim()];
}
