import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Where the head of an answer ends. */
const HEAD_END = '\r\n\r\n';

/** Of what is read at once; one buffer a connection is used again and again. */
const READ_BYTES = 65_536;

/** Of an answer, whose body is thrown away. */
export interface LeanAnswer {
  readonly status: number;
  /** Status line and headers, as they came. */
  readonly head: string;
}

interface Waiting {
  resolve(answer: LeanAnswer): void;
  reject(error: Error): void;
}

/**
 * A client of HTTP/1.1 that costs as little as one can in Node, so that the server is what is measured: it looks at the
 * status and the length of each answer, and throws its bytes away. One request at a time.
 */
export class LeanConnection {
  readonly #socket: Socket;
  readonly #host: string;
  #waiting: Waiting | undefined;
  /** Of an answer whose head is not complete. */
  #head = '';
  /** The answer whose body is on its way. */
  #answer: LeanAnswer | undefined;
  /** Bytes of the answer that are to come; undefined before its head is complete. */
  #left: number | undefined;

  constructor(origin: string) {
    const { hostname, port, host } = new URL(origin);
    this.#host = host;
    const buffer = new Uint8Array(READ_BYTES);
    const callback = (length: number): boolean => {
      this.#read(buffer, length);
      return true;
    };
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true, onread: { buffer, callback } });
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('the server has closed a connection')));
  }

  /**
   * Asks for a path and waits for the end of the answer.
   *
   * @throws Error on any status but 200, and as {@link ask}.
   */
  async get(path: string): Promise<void> {
    const { status, head } = await this.ask(path);
    if (status !== 200) throw new Error(`the answer was no 200: ${head.slice(0, 500)}`);
  }

  /**
   * Asks for a path and waits for the end of the answer, whatever its status.
   *
   * @throws Error on an answer of no declared length, and when the connection ends.
   */
  ask(path: string): Promise<LeanAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(`GET ${path} HTTP/1.1\r\nhost: ${this.#host}\r\n\r\n`);
    });
  }

  /** To be called when no request is under way. */
  async close(): Promise<void> {
    if (this.#socket.destroyed) return;
    this.#socket.destroy();
    await once(this.#socket, 'close');
  }

  #read(buffer: Uint8Array, length: number): void {
    const body = this.#left === undefined ? this.#readHead(buffer, length) : length;
    if (this.#left === undefined) return;
    this.#left -= body;
    if (this.#left > 0) return;
    this.#left = undefined;
    this.#head = '';
    if (this.#answer) this.#waiting?.resolve(this.#answer);
  }

  /** @returns how many bytes of the body came along. */
  #readHead(buffer: Uint8Array, length: number): number {
    const before = this.#head.length;
    this.#head += Buffer.from(buffer.buffer, 0, length).toString('latin1');
    const end = this.#head.indexOf(HEAD_END);
    if (end < 0) return 0;
    const head = this.#head.slice(0, end);
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1];
    const size = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (status === undefined || size === undefined) {
      this.#fail(new Error(`the answer was of no declared length: ${this.#head.slice(0, 500)}`));
      this.#socket.destroy();
      return 0;
    }
    this.#left = Number(size);
    this.#answer = { status: Number(status), head };
    return before + length - end - HEAD_END.length;
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
  }
}
