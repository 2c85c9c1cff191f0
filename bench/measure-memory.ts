import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'undici';
import { imagor } from './contestants/imagor.ts';
import { ServerProcess } from './contestants/server-process.ts';
import type { Machine } from './machine.ts';
import { drawMemoryPlot } from './memory-plot.ts';
import type { Quarters } from './memory-plot-svg.ts';
import { makeMixSources } from './mix-sources.ts';
import { type MixedRequest, mixedRequests } from './mixed-requests.ts';
import { Progress } from './progress.ts';
import type { Outcome } from './report.ts';
import { type MemorySample, sampleMemory } from './sample-memory.ts';

const REQUESTS = 20_000;
const SMOKE_REQUESTS = 120;

/** Enough that every worker is busy and some requests wait. */
const CONNECTIONS = 4 * availableParallelism();

const SAMPLE_EVERY_MS = 1_000;
const SMOKE_SAMPLE_EVERY_MS = 20;

/** The last quarter's memory by the second's: in the first, the server is still growing to its size. */
const FLOOR = 1.1;

/**
 * Asks for a long mix of everything and looks at the memory of the server and its workers all the while.
 *
 * @param plot A PNG to draw it into; undefined for none.
 * @param machine Named in the plot.
 * @throws Error when a request is not answered as it has to be.
 */
export async function measureMemory(isSmoke: boolean, plot: string | undefined, machine: Machine): Promise<Outcome> {
  const results = mkdtempSync(path.join(tmpdir(), 'imagor-ts-bench-'));
  try {
    const recipe = imagor(await makeMixSources());
    const program = {
      ...recipe,
      arguments: (port: number) => [...recipe.arguments(port), `-file-result-storage-base-dir=${results}`],
    };
    await using server = await ServerProcess.start(program, '/healthcheck');
    const total = isSmoke ? SMOKE_REQUESTS : REQUESTS;
    const progress = new Progress('requests', total);
    let answered = 0;
    const load = askForAll(server.origin, total, () => progress.show(++answered));
    const everyMs = isSmoke ? SMOKE_SAMPLE_EVERY_MS : SAMPLE_EVERY_MS;
    const samples = await sampleMemory(server.pid, everyMs, load, () => answered);
    if (samples.length === 0) return { figures: [], charts: [] };
    const quarters = quartersOf(samples, total);
    if (plot !== undefined) await drawMemoryPlot(plot, { samples, quarters, total, caption: captionOf(machine) });
    return outcomeOf(samples, quarters, total);
  } finally {
    rmSync(results, { recursive: true, force: true });
  }
}

async function askForAll(origin: string, total: number, onDone: () => void): Promise<void> {
  const requests = mixedRequests();
  let left = total;
  const connection = async (): Promise<void> => {
    const client = new Client(origin);
    try {
      while (left-- > 0) {
        await ask(client, requests.next().value);
        onDone();
      }
    } finally {
      left = 0;
      await client.close();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
}

async function ask(client: Client, { path, status, abortAfterMs }: MixedRequest): Promise<void> {
  const signal = status === 'aborted' ? AbortSignal.timeout(abortAfterMs) : undefined;
  try {
    const { statusCode, body } = await client.request({ method: 'GET', path, signal });
    const bytes = await body.bytes();
    if (statusCode === status || (status === 'aborted' && statusCode === 200)) return;
    throw new Error(`${path} was answered with ${statusCode}: ${new TextDecoder().decode(bytes.subarray(0, 500))}`);
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}

function quartersOf(samples: readonly MemorySample[], total: number): Quarters {
  const mean = (quarter: number): number => {
    const own = samples.filter(({ answered }) => Math.min(3, Math.floor((answered / total) * 4)) === quarter);
    return own.reduce((sum, { residentMb }) => sum + residentMb, 0) / own.length;
  };
  return [mean(0), mean(1), mean(2), mean(3)];
}

function captionOf({ cores, cpu, node }: Machine): string {
  return `${cores} cores (${cpu ?? 'unknown'}), Node ${node}, ${CONNECTIONS} connections; pages that processes share counted once`;
}

function outcomeOf(samples: readonly MemorySample[], quarters: Quarters, total: number): Outcome {
  const title = `memory of server and workers over ${total.toLocaleString('en')} mixed requests`;
  const bars = quarters.map((value, index) => ({ name: `quarter ${index + 1}`, value, samples: [value] }));
  const most = Math.max(...samples.map(({ residentMb }) => residentMb));
  return {
    figures: [
      { what: title, against: 'second quarter', value: quarters[3] / quarters[1], unit: '×', floor: { atMost: FLOOR } },
      { what: `${title}, most of it`, value: most, unit: 'MB' },
    ],
    charts: [
      {
        title,
        unit: 'MB',
        bars: [...bars, { name: 'all', value: most, samples: samples.map((one) => one.residentMb) }],
      },
    ],
  };
}
