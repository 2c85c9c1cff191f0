import { checkAnswer, expectedLook } from './check-answer.ts';
import type { Contestant } from './contestants/contestant.ts';
import type { Span } from './load.ts';
import { median } from './quantile.ts';
import { ratePerSecond } from './rate.ts';
import type { Bar, Figure, Outcome } from './report.ts';
import type { ThroughputScenario } from './scenarios.ts';

/** How thoroughly to measure. */
export interface Effort {
  /** Turns that each contestant has. */
  readonly rounds: number;
  /** One turn. */
  readonly span: Span;
  /** Before the first turn. */
  readonly warmUp: Span | undefined;
}

/**
 * Lets the contestants do one job by turns, A B C A B C, so that whatever else happens on the machine happens to all
 * of them. A ratio is taken within each round; the median over the rounds counts.
 *
 * @param contestants imagor-ts first, then its rivals.
 * @param photos The folder of sources.
 */
export async function measureThroughput(
  scenario: ThroughputScenario,
  contestants: readonly Contestant[],
  photos: string,
  effort: Effort,
): Promise<Outcome> {
  const { job, title, floors } = scenario;
  const look = await expectedLook(job, photos);
  const entries: { contestant: Contestant; bytes: number; rates: number[] }[] = [];
  for (const contestant of contestants) {
    entries.push({ contestant, bytes: await checkAnswer(contestant, job, look), rates: [] });
    if (effort.warmUp) await contestant.work(job, effort.warmUp);
  }
  for (let round = 0; round < effort.rounds; round++) {
    for (const { contestant, rates } of entries) {
      rates.push(ratePerSecond(await contestant.work(job, effort.span)));
    }
  }
  const [ours, ...rivals] = entries;
  const figures = rivals.map(({ contestant: { name }, rates }): Figure => {
    const value = median(rates.map((rate, round) => (ours?.rates[round] ?? 0) / rate));
    const atLeast = floors[name];
    return { what: title, against: name, value, unit: '×', ...(atLeast === undefined ? {} : { floor: { atLeast } }) };
  });
  const bars = entries.map(({ contestant: { name }, bytes, rates }): Bar => {
    return { name, value: median(rates), note: `${(bytes / 1000).toFixed(1)} kB each`, samples: rates };
  });
  return { figures, charts: [{ title, unit: 'a second', bars }] };
}
