import { setTimeout as delay } from 'node:timers/promises';
import { residentMb } from './resident.ts';

/** Memory of a server and its workers at one moment. */
export interface MemorySample {
  /** How many requests had been answered by then. */
  readonly answered: number;
  readonly residentMb: number;
}

/**
 * Looks at the memory of a process and everything that it has started, again and again until `until` settles.
 *
 * @param answered How many requests have been answered so far.
 * @returns no samples on systems that do not tell.
 * @throws what `until` rejects with.
 */
export async function sampleMemory(
  pid: number,
  everyMs: number,
  until: Promise<unknown>,
  answered: () => number = () => 0,
): Promise<MemorySample[]> {
  const over = new AbortController();
  const stop = (): void => over.abort();
  until.then(stop, stop);
  const samples: MemorySample[] = [];
  while (!over.signal.aborted) {
    const resident = residentMb(pid);
    if (resident !== undefined) samples.push({ answered: answered(), residentMb: resident });
    await delay(everyMs, undefined, { signal: over.signal }).catch(() => {});
  }
  await until;
  return samples;
}
