// npm run faults [-- --short] [PATTERN …]: the tests of faults, 1,000 rounds of each instead of a few; 60 when short.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt, root } from './ensure-built.mjs';

await ensureBuilt();
const args = process.argv.slice(2);
const isShort = args.includes('--short');
const patterns = args.filter((arg) => arg !== '--short');
const files = readdirSync(path.join(root, 'test/faults'))
  .filter((file) => file.endsWith('.test.ts'))
  .filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)))
  .map((file) => path.join('dist/test/faults', file.replace(/\.ts$/, '.js')));
if (files.length === 0) {
  process.stderr.write('no test has such a path\n');
  process.exit(1);
}
const { status } = spawnSync(process.execPath, ['--test', '--test-concurrency=1', ...files], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, FAULT_ROUNDS: isShort ? '60' : '1000' },
});
process.exit(status ?? 1);
