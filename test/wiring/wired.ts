import { EventEmitter, once } from 'node:events';
import { compose, type Service } from '../../src/config/compose.ts';
import { parseConfig } from '../../src/config/parse.ts';
import type { Log } from '../../src/log.ts';
import type { Lifetime } from '../support/lifetime.ts';

/** Settings by their flags, without the dash. */
export type Flags = Readonly<Record<string, string>>;

/** What the operator was told. */
export interface LogLine {
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

/** A server without a socket, put together by the program's own code from settings as an operator writes them. */
export interface Wired {
  readonly service: Service;
  readonly log: readonly LogLine[];
  /** Before the test is over, to have it report what is left. */
  close(): Promise<void>;
  /** The first such line, which may be yet to come. */
  logged(event: string, isIt?: (line: LogLine) => boolean): Promise<LogLine>;
  /**
   * Asks for PNG, unless the headers say otherwise.
   *
   * @param target `/unsafe/…`
   */
  ask(target: string, init?: RequestInit): Promise<Answer>;
}

/** Starts one with an open door and one worker, and ends it with its test. */
export async function startWired(test: Lifetime, flags: Flags, env: Flags = {}): Promise<Wired> {
  const settings = { 'imagor-unsafe': '1', 'imagor-workers': '1', ...flags };
  const argv = Object.entries(settings).map(([flag, value]) => `-${flag}=${value}`);
  const parsed = parseConfig(argv, env, noFile);
  if (parsed.command !== 'serve') throw new Error('these flags ask for something else than a server');
  const log: LogLine[] = [];
  const arrivals = new EventEmitter();
  const add = (fields: object, event: string): void => {
    log.push({ event, fields: { ...fields } });
    arrivals.emit('line');
  };
  const sink: Log = { debug: add, info: add, warn: add, error: add };
  const service = await compose(parsed.config, env, sink);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= service.close(AbortSignal.timeout(1)); // saves that hang on purpose are not waited for
    return closing;
  };
  test.after(close);
  return {
    service,
    log,
    close,
    async logged(event, isIt = () => true) {
      for (;;) {
        const line = log.find((it) => it.event === event && isIt(it));
        if (line) return line;
        await once(arrivals, 'line');
      }
    },
    async ask(target, init = {}) {
      const headers = new Headers(init.headers);
      if (!headers.has('accept')) headers.set('accept', 'image/png,image/gif'); // no server chooses another format then
      const response = await service.handler(new Request(`http://localhost${target}`, { ...init, headers }), target);
      return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
    },
  };
}

function noFile(): never {
  throw Object.assign(new Error('there is none'), { code: 'ENOENT' });
}
