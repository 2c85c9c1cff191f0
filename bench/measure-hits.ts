import { cpuTimeMs } from './cpu-time.ts';
import { LeanConnection } from './lean-connection.ts';
import { closedLoop, type Span } from './load.ts';
import type { Effort } from './measure-throughput.ts';
import { median } from './quantile.ts';
import { ratePerSecond } from './rate.ts';
import type { Bar, Chart, Figure, Outcome } from './report.ts';

/** Requests that are under way at a time. */
export const HIT_CONNECTIONS = 32;

/** What came of one turn. */
export interface HitTurn {
  /** When each answer was complete, in ms since the epoch, ascending. */
  readonly completedAtMs: readonly number[];
  /** That the contestant's process took for them; undefined where the system does not tell. */
  readonly cpuMs: number | undefined;
}

/** Somebody who answers with what lies ready. */
export interface HitContestant {
  readonly name: string;
  work(span: Span): Promise<HitTurn>;
}

/** What is compared. */
export interface HitComparison {
  readonly title: string;
  /** imagor-ts first. */
  readonly contestants: readonly [HitContestant, HitContestant];
  /** Answers a second. */
  readonly floor: number;
  /** Said of each answer. */
  readonly note: string;
}

/** A server that is asked for a path of its own over each connection. */
export function hitServer(
  name: string,
  server: { origin: string; pid: number },
  paths: readonly string[],
): HitContestant {
  return {
    name,
    async work(span) {
      const before = cpuTimeMs(server.pid);
      const completedAtMs = await closedLoop(server.origin, paths, span, (origin) => new LeanConnection(origin));
      const after = cpuTimeMs(server.pid);
      return { completedAtMs, cpuMs: before === undefined || after === undefined ? undefined : after - before };
    },
  };
}

/** Lets both answer by turns; rates and ratios as in `measureThroughput`, and the processor time of an answer. */
export async function measureHits(
  { title, contestants, floor, note }: HitComparison,
  effort: Effort,
): Promise<Outcome> {
  const entries = contestants.map(({ name, work }) => ({ name, work, rates: [] as number[], cpuMs: [] as number[] }));
  for (const { work } of entries) if (effort.warmUp) await work(effort.warmUp);
  for (let round = 0; round < effort.rounds; round++) {
    for (const { work, rates, cpuMs } of entries) {
      const turn = await work(effort.span);
      rates.push(ratePerSecond(turn.completedAtMs));
      if (turn.cpuMs !== undefined) cpuMs.push(turn.cpuMs / turn.completedAtMs.length);
    }
  }
  const rate: Chart = { title, unit: 'a second', bars: entries.map(({ name, rates }) => bar(name, rates, note)) };
  const timed = entries.filter(({ cpuMs }) => cpuMs.length > 0);
  const cpu: Chart = {
    title: `${title}: processor time of one`,
    unit: 'ms',
    bars: timed.map(({ name, cpuMs }) => bar(name, cpuMs)),
  };
  const figures = [
    { what: title, value: rate.bars[0]?.value ?? 0, unit: rate.unit, floor: { atLeast: floor } },
    ...against(title, entries, ({ rates }) => rates),
    ...cpu.bars.slice(0, 1).map(({ value }) => ({ what: cpu.title, value, unit: cpu.unit })),
    ...against(cpu.title, timed, ({ cpuMs }) => cpuMs),
  ];
  return { figures, charts: [rate, cpu].filter(({ bars }) => bars.length > 0) };
}

function bar(name: string, samples: readonly number[], note?: string): Bar {
  return { name, value: median(samples), samples, ...(note === undefined ? {} : { note }) };
}

/** The first's figures by the others', round by round. */
function against<Entry extends { readonly name: string }>(
  what: string,
  [ours, ...rivals]: readonly Entry[],
  samplesOf: (entry: Entry) => readonly number[],
): Figure[] {
  return rivals.map((rival) => {
    const ratios = samplesOf(rival).map((sample, round) => (ours ? (samplesOf(ours)[round] ?? 0) : 0) / sample);
    return { what, against: rival.name, value: median(ratios), unit: '×' };
  });
}
