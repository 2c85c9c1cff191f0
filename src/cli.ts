#!/usr/bin/env node
import { nodeProblem } from './node-version.ts';

// before anything is imported that an old Node does not even understand
const problem = nodeProblem(process.versions.node);
if (problem === undefined) await import('./main.ts');
else {
  process.stderr.write(`imagor: ${problem}\n`);
  process.exitCode = 1;
}
