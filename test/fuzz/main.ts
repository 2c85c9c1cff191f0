import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { optionsOrUsage } from '../support/options-or-usage.ts';
import { FuzzSession } from './fuzz-session.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { parseOptions, USAGE } from './options.ts';
import { Progress } from './progress.ts';
import { TARGETS } from './targets.ts';

/** Under the project's folder, in which npm starts this. */
const FOUND = path.resolve('test/fuzz/found');

const NAMES = TARGETS.map(({ name }) => name);

const options = optionsOrUsage(USAGE, NAMES, (args) => parseOptions(args, NAMES));
// leaving by way of `exit` takes servers and workers along
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

print(`seed ${options.seed}\n`);
const results: object[] = [];
let failures = 0;
for (const target of TARGETS) {
  if (options.only.includes(target.name)) await fuzz(target);
}
mkdirSync(FOUND, { recursive: true });
writeFileSync(path.join(FOUND, 'last-run.json'), `${JSON.stringify({ ...options, results }, null, 2)}\n`);
print(failures === 0 ? 'no failures\n' : `${failures} failures; inputs and reasons are in ${FOUND}\n`);
process.exit(failures === 0 ? 0 : 1);

async function fuzz(target: FuzzTarget): Promise<void> {
  const runs = options.runs ?? target.runs[options.short ? 'short' : 'long'];
  const progress = new Progress(target.name);
  const folder = path.join(FOUND, target.name);
  const session = new FuzzSession(runs, options.seed, folder, (current) => progress.show(current));
  let broken: string | undefined;
  try {
    await target.run(session);
  } catch (error) {
    broken = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const seconds = progress.end();
  const { done, outcomes, findings } = session;
  print(`${target.name}: ${target.what}\n`);
  print(
    `  ${done} inputs in ${seconds.toFixed(1)} s: ${outcomes.map(([name, count]) => `${name} ${count}`).join(', ')}\n`,
  );
  for (const { kind, file, reason } of findings) print(`  ${kind}: ${reason.split('\n', 1)[0]}\n    ${file}\n`);
  if (broken) print(`  failure: the run did not end well: ${broken}\n`);
  failures += findings.filter(({ kind }) => kind === 'failure').length + (broken ? 1 : 0);
  const kept = findings.map(({ kind, file, reason }) => ({ kind, file: path.relative(FOUND, file), reason }));
  results.push({ name: target.name, done, seconds, outcomes: Object.fromEntries(outcomes), findings: kept, broken });
}

function print(text: string): void {
  process.stdout.write(text);
}
