import { setTimeout as delay } from 'node:timers/promises';
import { LeanConnection } from './lean-connection.ts';
import { nowMs } from './load.ts';

/** What became of requests. */
export interface Tally {
  /** When each picture was complete, in ms since the epoch, ascending. */
  readonly completedAtMs: number[];
  /** How long each of them took, in ms. */
  readonly latenciesMs: number[];
  /** Answers of 429. */
  refused: number;
}

/** How to insist. */
export interface Insistence {
  readonly connections: number;
  readonly seconds: number;
  /** Pictures to have at least. */
  readonly answers: number;
  /** How long a connection waits after a 429 before it asks again. */
  readonly pauseMs: number;
  /** What to ask for next. */
  nextPath(): string;
}

/**
 * Asks over many connections, again and again; one that is turned away comes back soon. Requests under way when the time
 * is over are waited for and do not count.
 *
 * @throws Error on any status but 200 and 429, and on a 429 that does not say when to come again.
 */
export async function insistentLoad(origin: string, load: Insistence): Promise<Tally> {
  const tally: Tally = { completedAtMs: [], latenciesMs: [], refused: 0 };
  const endMs = nowMs() + load.seconds * 1000;
  let isOver = false;
  const connection = async (): Promise<void> => {
    const client = new LeanConnection(origin);
    try {
      while (!isOver) {
        const startMs = nowMs();
        const isAccepted = await get(client, load.nextPath());
        isOver ||= nowMs() >= endMs && tally.completedAtMs.length >= load.answers;
        if (isOver) break;
        if (isAccepted) {
          tally.completedAtMs.push(nowMs());
          tally.latenciesMs.push(nowMs() - startMs);
        } else {
          tally.refused += 1;
          await delay(load.pauseMs);
        }
      }
    } finally {
      isOver = true;
      await client.close();
    }
  };
  await Promise.all(Array.from({ length: load.connections }, connection));
  return tally;
}

async function get(client: LeanConnection, path: string): Promise<boolean> {
  const { status, head } = await client.ask(path);
  if (status === 200) return true;
  if (status === 429 && /\r\nretry-after:/i.test(head)) return false;
  throw new Error(`${path} was answered with ${head}`);
}
