// What `npm start` and `npm test` do first: install and build whatever is missing or stale, and nothing else.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

// not the compiler's own .tsbuildinfo: `tsc --noEmit` renews that one and builds nothing
const STAMP = path.join(root, 'dist/.built');

const SOURCES = ['src', 'test', 'bench', 'scripts'];

// what `npm run bench` puts beside its sources
const NOT_SOURCES = new Set(['node_modules', 'results']);

/**
 * Runs `npm ci` when node_modules does not match the lock file, and the compiler when a source is newer than the last
 * build. Output goes to stderr, so that a server's stdout stays its own. Ends the process when either fails.
 */
export async function ensureBuilt() {
  if (!isInstalled()) run('installing', 'npm', ['ci', '--include=dev', '--no-audit', '--no-fund']);
  if (isBuilt()) return;
  run('building', process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc')]);
  writeFileSync(STAMP, '');
}

// npm writes node_modules/.package-lock.json last, after everything in it is in place
function isInstalled() {
  const installed = path.join(root, 'node_modules/.package-lock.json');
  return existsSync(installed) && modifiedAt(installed) >= modifiedAt(path.join(root, 'package-lock.json'));
}

function isBuilt() {
  if (!existsSync(STAMP)) return false;
  const builtAt = modifiedAt(STAMP);
  const inputs = ['tsconfig.json', 'package.json', ...SOURCES.flatMap(sourceFiles)];
  return inputs.every((file) => modifiedAt(path.join(root, file)) <= builtAt);
}

// folders count as well, since a deleted file shows in nothing else
function sourceFiles(folder) {
  const inside = readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return NOT_SOURCES.has(entry.name) ? [] : sourceFiles(file);
    return entry.name.endsWith('.ts') ? [file] : [];
  });
  return [folder, ...inside];
}

function modifiedAt(file) {
  return statSync(file).mtimeMs;
}

function run(what, command, args) {
  process.stderr.write(`imagor-ts: ${what} …\n`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  process.stderr.write(`imagor-ts: ${what} failed${error ? `: ${error.message}` : ''}\n`);
  process.exit(1);
}
