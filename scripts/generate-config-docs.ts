import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { configurationPage, envExample } from '../src/config/docs-page.ts';

// writes docs/configuration.md and .env.example from the option table; with --check, says which of them is stale instead

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const texts = { 'docs/configuration.md': configurationPage(), '.env.example': envExample() };
const stale: string[] = [];
for (const [name, text] of Object.entries(texts)) {
  const file = path.join(root, name);
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) stale.push(name);
}
if (stale.length > 0) {
  process.stderr.write(`stale: ${stale.join(', ')}; run npm run generate\n`);
  process.exitCode = 1;
}
