import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'undici';

/** How long to put load on: until both are reached. */
export interface Span {
  readonly seconds: number;
  readonly answers: number;
}

/** One connection to a server, for one request at a time. */
export interface Connection {
  /** Waits for the whole answer. @throws Error on any status but 200. */
  get(path: string): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Asks for each path again and again, over a connection of its own that sends the next request when it has had its
 * answer. Requests under way when the span is over are waited for, so that nothing runs on into what is measured next;
 * those answers do not count.
 *
 * @param paths All different, for a server may do the same work for several clients once.
 * @param connect Opens a connection; by default to a client that keeps the whole answer.
 * @returns when each answer was complete, in ms since the epoch, ascending.
 * @throws Error on any status but 200.
 */
export async function closedLoop(
  origin: string,
  paths: readonly string[],
  span: Span,
  connect: (origin: string) => Connection = openClient,
): Promise<number[]> {
  const completedAtMs: number[] = [];
  const endMs = nowMs() + span.seconds * 1000;
  let isOver = false;
  const connection = async (path: string): Promise<void> => {
    const client = connect(origin);
    try {
      while (!isOver) {
        await client.get(path);
        if (!isOver) completedAtMs.push(nowMs());
        isOver ||= nowMs() >= endMs && completedAtMs.length >= span.answers;
      }
    } finally {
      isOver = true;
      await client.close();
    }
  };
  await Promise.all(paths.map(connection));
  return completedAtMs;
}

/**
 * Asks for a path at a steady pace, whatever else is going on, until `until` settles.
 *
 * @returns how long each answer took, in ms.
 */
export async function probe(origin: string, path: string, everyMs: number, until: Promise<unknown>): Promise<number[]> {
  const client = new Client(origin);
  const latenciesMs: number[] = [];
  let isOver = false;
  const stop = (): void => {
    isOver = true;
  };
  until.then(stop, stop);
  try {
    while (!isOver) {
      const startMs = nowMs();
      await get(client, path);
      latenciesMs.push(nowMs() - startMs);
      await delay(everyMs);
    }
  } finally {
    await client.close();
  }
  await until;
  return latenciesMs;
}

/** One answer's body. */
export async function getOnce(origin: string, path: string): Promise<Uint8Array> {
  const client = new Client(origin);
  try {
    return await get(client, path);
  } finally {
    await client.close();
  }
}

/** Milliseconds since the epoch, with fractions: comparable between processes. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

function openClient(origin: string): Connection {
  const client = new Client(origin);
  return { get: (path) => get(client, path), close: () => client.close() };
}

async function get(client: Client, path: string): Promise<Uint8Array> {
  const { statusCode, body } = await client.request({ method: 'GET', path });
  const bytes = await body.bytes();
  if (statusCode !== 200)
    throw new Error(`${path} was answered with ${statusCode}: ${new TextDecoder().decode(bytes)}`);
  return bytes;
}
