import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateBinding } from './generate-vips/binding.ts';

// writes src/vips/*.gen.ts from the installed libvips; with --check, says which of them is stale instead

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../src/vips');
const stale: string[] = [];
for (const [name, text] of Object.entries(generateBinding())) {
  const file = path.join(folder, name);
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) stale.push(name);
}
if (stale.length > 0) {
  process.stderr.write(`stale: ${stale.join(', ')}; run npm run generate\n`);
  process.exitCode = 1;
}
