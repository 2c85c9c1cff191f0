// judge-conformance.mjs RESULT.json: holds a run of the conformance suite against the differences that are known and
// argued in docs/differences.md. Fails on any other, and on known ones that are none any more.
import { readFileSync } from 'node:fs';

const known = new Map(
  readFileSync(new URL('conformance-known.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t')),
);
const rows = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const failed = new Set(rows.filter(({ result }) => result === 'fail').map(({ path }) => path));
const surprises = [...failed].filter((path) => !known.has(path));
const gone = [...known.keys()].filter((path) => !failed.has(path));
for (const path of surprises) console.log(`fails, and is not known to: ${path}`);
for (const path of gone) console.log(`is known to fail, and passes: ${path}; take it out of .ci/conformance-known.txt`);
console.log(`${rows.length - failed.size} passed or skipped, ${failed.size} failed, ${known.size} of which are known`);
process.exit(surprises.length + gone.length > 0 ? 1 : 0);
