import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Machine } from './machine.ts';
import type { BenchOptions } from './options.ts';
import { BENCH_FOLDER, loadSharp, packageVersion } from './packages.ts';
import type { Outcome } from './report.ts';

/**
 * Writes everything that was measured, every sample of it, as JSON.
 *
 * @returns the file, `bench/results/DATE.json`.
 */
export function saveResults(machine: Machine, options: BenchOptions, outcomes: readonly Outcome[]): string {
  const date = new Date().toISOString();
  const versions = {
    sharp: packageVersion('sharp'),
    libvipsOfSharp: loadSharp().versions.vips,
    ipx: packageVersion('ipx'),
  };
  const results = new URL('results/', BENCH_FOLDER);
  mkdirSync(results, { recursive: true });
  const file = fileURLToPath(new URL(`${date.replaceAll(':', '-')}.json`, results));
  writeFileSync(file, `${JSON.stringify({ date, machine, versions, options, outcomes }, undefined, 2)}\n`);
  return file;
}
