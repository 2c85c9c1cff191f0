import { availableParallelism } from 'node:os';
import { Server, type ServerRecipe } from './contestants/server.ts';
import { median } from './quantile.ts';
import type { Bar, Chart, Figure, Outcome } from './report.ts';
import { residentMb } from './resident.ts';
import { FIRST_JOB } from './scenarios.ts';

const START_FLOOR_MS = 1000;
const RESIDENT_FLOOR_MB = 150;

/**
 * Starts each server several times, by turns: how long until it has answered with a picture, and how much memory the
 * server and its workers take once every core has had one to do.
 */
export async function measureStart(recipes: readonly ServerRecipe[], rounds: number): Promise<Outcome> {
  const starts = recipes.map(({ name }) => ({ name, startMs: [] as number[], residentMb: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    for (const [index, recipe] of recipes.entries()) {
      await using server = await Server.start(recipe);
      starts[index]?.startMs.push(server.startMs);
      await Promise.all(Array.from({ length: availableParallelism() }, () => server.answer(FIRST_JOB)));
      const resident = residentMb(server.pid);
      if (resident !== undefined) starts[index]?.residentMb.push(resident);
    }
  }
  const timed: Chart = { title: 'start to first picture', unit: 'ms', bars: starts.map((s) => bar(s.name, s.startMs)) };
  const weighed: Chart = {
    title: 'memory of server and idle workers',
    unit: 'MB',
    bars: starts.filter((s) => s.residentMb.length > 0).map((s) => bar(s.name, s.residentMb)),
  };
  return {
    figures: [...ours(timed, START_FLOOR_MS), ...ours(weighed, RESIDENT_FLOOR_MB)],
    charts: [timed, weighed].filter(({ bars }) => bars.length > 0),
  };
}

function bar(name: Bar['name'], samples: readonly number[]): Bar {
  return { name, value: median(samples), samples };
}

function ours({ title, unit, bars }: Chart, atMost: number): Figure[] {
  const own = bars.find(({ name }) => name === 'imagor-ts');
  return own ? [{ what: title, value: own.value, unit, floor: { atMost } }] : [];
}
