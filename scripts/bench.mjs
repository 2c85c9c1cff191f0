// npm run bench [-- --smoke] [--only NAME] [--seconds N]: see bench/README.md.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt, root } from './ensure-built.mjs';

await ensureBuilt();
ensureRivalsInstalled();
await import('../dist/bench/main.js');

// what imagor-ts is compared with, and the photograph, have an install of their own
function ensureRivalsInstalled() {
  const folder = path.join(root, 'bench');
  const installed = path.join(folder, 'node_modules/.package-lock.json');
  const lock = path.join(folder, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  process.stderr.write('imagor-ts: installing what the benchmarks compare with …\n');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(1);
}
