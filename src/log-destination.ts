import { fstatSync, write, writeSync } from 'node:fs';
import { Socket } from 'node:net';

/** Takes whole lines. */
export interface LogDestination {
  write(lines: string): void;
}

/** Writes all of the bytes, or fails. */
type Sink = (bytes: Uint8Array, done: (error: NodeJS.ErrnoException | null) => void) => void;

/** Characters that may wait for a reader that does not read; what comes then is lost. */
const MAX_WAITING = 4_194_304;

/** What passes by itself, and the milliseconds after which it is tried again. */
const PASSING: ReadonlySet<string | undefined> = new Set(['EAGAIN', 'EBUSY', 'EINTR']);
const RETRY_MS = 100;

/**
 * Opens a descriptor for a log. Lines are written in the background, in order. A log that cannot be written – a full
 * disk, a terminal that is gone, a reader that stops – costs its lines and nothing else: whoever logs never waits and
 * never fails. stderr is told when lines begin to get lost, and when they no longer do.
 *
 * @param descriptor stays open; what is written to it otherwise may come in between.
 */
export function openLogDestination(descriptor: number): LogDestination {
  const kind = fstatSync(descriptor);
  const sink = kind.isFIFO() || kind.isSocket() ? socketSink(descriptor) : fileSink(descriptor);
  let waiting = '';
  let isWriting = false;
  let lost = 0;
  let isTorn = false;

  const lose = (lines: string, why: string): void => {
    if (lost === 0) complain(`the log cannot be written (${why}): its lines are lost until it can`);
    lost += lines.split('\n').length - 1;
  };

  const writeOn = (): void => {
    if (waiting === '') {
      isWriting = false;
      return;
    }
    isWriting = true;
    const lines = waiting;
    waiting = '';
    // what a failed write has left of a line must not spoil the next
    sink(Buffer.from(isTorn ? `\n${lines}` : lines), (error) => {
      isTorn = error !== null;
      if (error) lose(lines, error.code ?? error.message);
      else if (lost > 0) {
        complain(`the log is written again; ${lost} lines were lost`);
        lost = 0;
      }
      writeOn();
    });
  };

  // when the program ends in the middle of things; whoever does not read now is not waited for
  process.once('exit', () => tryWriteSync(descriptor, waiting));

  return {
    write(lines) {
      if (waiting.length + lines.length > MAX_WAITING) return lose(lines, 'nobody reads it');
      waiting += lines;
      if (!isWriting) writeOn();
    },
  };
}

/** Files and terminals: written by libuv's threads. */
function fileSink(descriptor: number): Sink {
  const writeFrom: (at: number, ...rest: Parameters<Sink>) => void = (at, bytes, done) => {
    write(descriptor, bytes, at, bytes.length - at, null, (error, written) => {
      if (error && PASSING.has(error.code)) setTimeout(writeFrom, RETRY_MS, at, bytes, done);
      else if (error || at + written === bytes.length) done(error);
      else writeFrom(at + written, bytes, done);
    });
  };
  return (bytes, done) => writeFrom(0, bytes, done);
}

/** Pipes: a thread that writes to one that nobody reads would be waited for when the program ends. */
function socketSink(descriptor: number): Sink {
  const socket = new Socket({ fd: descriptor, readable: false, writable: true });
  socket.unref();
  socket.on('error', () => {}); // each write is told by itself
  return (bytes, done) => void socket.write(bytes, (error) => done(error ?? null));
}

function complain(text: string): void {
  tryWriteSync(2, `imagor: ${text}\n`);
}

function tryWriteSync(descriptor: number, text: string): void {
  if (text === '') return;
  try {
    writeSync(descriptor, text);
  } catch {
    // there is nobody left to tell
  }
}
