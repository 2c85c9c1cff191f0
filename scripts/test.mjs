// npm test [-- PATTERN …]: installs and builds what is missing, then runs every test whose path has one of the patterns.
// Those of faults are for `npm run faults`, unless a pattern names them.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { ensureBuilt, root } from './ensure-built.mjs';

await ensureBuilt();
const patterns = process.argv.slice(2);
const files = ['src', 'test', 'bench']
  .flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true }).map((file) => path.join(folder, file)))
  .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
  .filter((file) =>
    patterns.length === 0 ? !file.includes('test/faults/') : patterns.some((pattern) => file.includes(pattern)),
  )
  // from the sources' list, since dist may still hold tests that have been deleted
  .map((file) => path.join('dist', file.replace(/\.ts$/, '.js')));
if (files.length === 0) {
  process.stderr.write('no test has such a path\n');
  process.exit(1);
}
const { status } = spawnSync(
  process.execPath,
  ['--test', '--test-timeout=120000', `--test-concurrency=${availableParallelism()}`, ...files],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
process.exit(status ?? 1);
