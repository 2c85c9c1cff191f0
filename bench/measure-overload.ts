import { availableParallelism } from 'node:os';
import { imagor } from './contestants/imagor.ts';
import { ServerProcess } from './contestants/server-process.ts';
import { insistentLoad, type Tally } from './insistent-load.ts';
import type { Effort } from './measure-throughput.ts';
import { LANES } from './photos.ts';
import { median, quantile } from './quantile.ts';
import { ratePerSecond } from './rate.ts';
import type { Bar, Chart, Figure, Outcome } from './report.ts';
import { sampleMemory } from './sample-memory.ts';
import { BUSY_JOB } from './scenarios.ts';

/** Connections under overload, as a multiple of those that keep every worker busy. */
const OVERLOAD = 10;

/** Requests that may wait for each worker: more than come at the peak, far fewer than come under overload. */
const WAITING_PER_WORKER = 4;

/** A tenth of what `Retry-After` asks for at the least: clients that insist. */
const PAUSE_MS = 100;

const SAMPLE_EVERY_MS = 250;

const THROUGHPUT_FLOOR = 0.9;
const MEMORY_FLOOR = 1.25;

/** Widths and heights that are asked for: the square of it is so many pictures that no two under way are the same. */
const SIZES = 100;

/** What came of the turns at one load. */
interface Side {
  readonly name: string;
  readonly connections: number;
  readonly rates: number[];
  readonly memoryMb: number[];
  readonly tallies: Tally[];
}

/**
 * What a server still does when ten times as many clients come as it can serve: by turns with as many as it can.
 *
 * @param photos The folder of sources.
 */
export async function measureOverload(photos: string, effort: Effort): Promise<Outcome> {
  const recipe = imagor(photos);
  const program = {
    ...recipe,
    arguments: (port: number) => [
      ...recipe.arguments(port),
      `-imagor-process-queue-size=${WAITING_PER_WORKER * availableParallelism()}`,
    ],
  };
  await using server = await ServerProcess.start(program, '/healthcheck');
  let asked = 0;
  const nextPath = (): string => {
    const width = BUSY_JOB.width + (asked % SIZES);
    const height = BUSY_JOB.height + (Math.floor(asked / SIZES) % SIZES);
    asked += 1;
    return recipe.pathOf({ ...BUSY_JOB, width, height }, BUSY_JOB.source);
  };
  const turn = async ({ connections, rates, memoryMb, tallies }: Side): Promise<void> => {
    const load = insistentLoad(server.origin, { ...effort.span, connections, pauseMs: PAUSE_MS, nextPath });
    const samples = await sampleMemory(server.pid, SAMPLE_EVERY_MS, load);
    const tally = await load;
    tallies.push(tally);
    rates.push(ratePerSecond(tally.completedAtMs));
    memoryMb.push(...samples.map(({ residentMb }) => residentMb));
  };
  const peak = side('peak', LANES.length);
  const overload = side('overload', OVERLOAD * LANES.length);
  if (effort.warmUp) await turn(side('warm-up', LANES.length));
  for (let round = 0; round < effort.rounds; round++) for (const one of [peak, overload]) await turn(one);
  return outcomeOf(peak, overload);
}

function side(name: string, connections: number): Side {
  return { name: `${name}, ${connections} connections`, connections, rates: [], memoryMb: [], tallies: [] };
}

function outcomeOf(peak: Side, overload: Side): Outcome {
  const what = `at ${OVERLOAD} times the load`;
  const refused = overload.tallies.reduce((sum, tally) => sum + tally.refused, 0);
  const accepted = overload.tallies.reduce((sum, { completedAtMs }) => sum + completedAtMs.length, 0);
  const memory = [peak, overload].filter(({ memoryMb }) => memoryMb.length > 0);
  const charts: Chart[] = [
    {
      title: 'pictures made',
      unit: 'a second',
      bars: [peak, overload].map(({ name, rates }) => bar(name, rates, 0.5)),
    },
    {
      title: 'time of a picture, waiting included, p99',
      unit: 'ms',
      bars: [peak, overload].map(({ name, tallies }) =>
        bar(
          name,
          tallies.flatMap(({ latenciesMs }) => latenciesMs),
          0.99,
        ),
      ),
    },
    {
      title: 'memory of server and workers, most of it',
      unit: 'MB',
      bars: memory.map(({ name, memoryMb }) => bar(name, memoryMb, 1)),
    },
  ];
  const ratios = overload.rates.map((rate, round) => rate / (peak.rates[round] ?? Number.NaN));
  const [, slowest] = charts[1]?.bars ?? [];
  const [atPeak, atOverload] = charts[2]?.bars ?? [];
  const figures: Figure[] = [
    {
      what: `pictures ${what}`,
      against: 'peak',
      value: median(ratios),
      unit: '×',
      floor: { atLeast: THROUGHPUT_FLOOR },
    },
    { what: `answers of 429 ${what}`, value: (100 * refused) / (refused + accepted), unit: '%' },
    { what: `time of a picture ${what}, p99`, value: slowest?.value ?? Number.NaN, unit: 'ms' },
  ];
  if (atPeak && atOverload) {
    const value = atOverload.value / atPeak.value;
    figures.push({ what: `memory ${what}`, against: 'peak', value, unit: '×', floor: { atMost: MEMORY_FLOOR } });
  }
  return { figures, charts: charts.filter(({ bars }) => bars.length > 0) };
}

function bar(name: string, samples: readonly number[], share: number): Bar {
  return { name, value: quantile(samples, share), samples };
}
