import { optionsOrUsage } from '../test/support/options-or-usage.ts';
import type { Contestant } from './contestants/contestant.ts';
import { imagor } from './contestants/imagor.ts';
import { ipx } from './contestants/ipx.ts';
import { sharp } from './contestants/sharp.ts';
import { startContestants } from './contestants/start-contestants.ts';
import { describeMachine } from './machine.ts';
import { measureHealth } from './measure-health.ts';
import { measureHitFile } from './measure-hit-file.ts';
import { measureHitS3 } from './measure-hit-s3.ts';
import { measureMemory } from './measure-memory.ts';
import { measureOverload } from './measure-overload.ts';
import { measureShrink } from './measure-shrink.ts';
import { measureStart } from './measure-start.ts';
import { measureThroughput } from './measure-throughput.ts';
import { parseOptions, USAGE } from './options.ts';
import { makePhotos } from './photos.ts';
import { formatChart, formatTable, type Outcome } from './report.ts';
import { saveResults } from './save-results.ts';
import { FIRST_JOB, THROUGHPUT_SCENARIOS } from './scenarios.ts';

/** A load average from which on somebody else's work distorts the ratios. */
const BUSY = 0.2;

/** Those that ask the same servers. */
const SHARED = [...THROUGHPUT_SCENARIOS.map(({ name }) => name), 'health'];

const SETTLING = { seconds: 1, answers: 2_000 };

/** Takes as long as all the others, so it has to be asked for. */
const SLOW = ['memory'];

const NAMES = [...SHARED, 'start', 'hit-file', 'hit-s3', 'overload', 'shrink', ...SLOW];

const options = optionsOrUsage(USAGE, NAMES, (args) => parseOptions(args, NAMES, SLOW));
// leaving by way of `exit` takes the servers along
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

const machine = describeMachine();
if (machine.busyCores > BUSY && !options.smoke) {
  print(`this machine is busy (load average ${machine.busyCores.toFixed(1)}): the ratios will not be fair\n`);
}
const photos = await makePhotos(options.smoke ? 'smoke' : 'full');
const recipes = [imagor(photos), sharp(photos), ipx(photos)] as const;
const outcomes: Outcome[] = [];
if (options.only.some((name) => SHARED.includes(name))) {
  await using contestants = await startContestants(recipes, photos);
  if (!options.smoke) await settleIn(contestants.all);
  for (const scenario of THROUGHPUT_SCENARIOS) {
    await measure(scenario.name, () => measureThroughput(scenario, contestants.all, photos, options));
  }
  await measure('health', () => measureHealth(contestants.imagor, options.span));
}
await measure('start', () => measureStart(recipes, options.rounds));
await measure('hit-file', () => measureHitFile(photos, options));
await measure('overload', () => measureOverload(photos, options));
await measure('shrink', () => measureShrink(recipes[0], photos, options.smoke));
await measure('hit-s3', () => measureHitS3(photos, options, { endpoint: options.s3Endpoint, env: process.env }));
await measure('memory', () => measureMemory(options.smoke, options.plot, machine));

if (options.smoke) print('everything works; the figures of so short a run mean nothing\n');
else print(formatTable(outcomes.flatMap(({ figures }) => figures)));
print(`saved as ${saveResults(machine, options, outcomes)}\n`);

/**
 * Has everyone do small jobs until V8 has compiled what they are made of, which takes a thousand answers and more: what
 * is measured is a server as it is on all of its days but the first minute.
 */
async function settleIn(contestants: readonly Contestant[]): Promise<void> {
  print('letting everyone settle in …\n');
  for (const contestant of contestants) await contestant.work(FIRST_JOB, SETTLING);
}

async function measure(name: string, run: () => Promise<Outcome>): Promise<void> {
  if (!options.only.includes(name)) return;
  print(`measuring ${name} …\n`);
  const outcome = await run();
  outcomes.push(outcome);
  if (options.smoke) return;
  for (const chart of outcome.charts) print(`${formatChart(chart)}\n`);
}

function print(text: string): void {
  process.stdout.write(text);
}
