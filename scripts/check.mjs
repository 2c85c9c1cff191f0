// npm run check: types, lint, walls, format, dead code and generated files. Everything that is wrong is told at once.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensureBuilt, root } from './ensure-built.mjs';

const bin = (name) => path.join(root, 'node_modules/.bin', name);

const CHECKS = {
  types: [bin('tsc'), []],
  'lint, walls and format': [bin('biome'), ['check', '--error-on-warnings', '.']],
  'dead code': [bin('knip'), []],
  'generated files': [process.execPath, ['scripts/generate.mjs', '--check']],
};

await ensureBuilt();
const failed = Object.entries(CHECKS).filter(([name, [command, args]]) => {
  process.stdout.write(`${name} …\n`);
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status !== 0;
});
if (failed.length > 0) {
  process.stdout.write(`failed: ${failed.map(([name]) => name).join(', ')}\n`);
  process.exit(1);
}
process.stdout.write('all checks passed\n');
