import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { nodeProblem } from './node-version.ts';

test('asks for the Node that package.json asks for, and takes every newer one', () => {
  const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const oldest = String(engines.node).replace('>=', '');
  for (const version of [`${oldest}.0`, '22.0.0', '24.1.0']) assert.equal(nodeProblem(version), undefined, version);
  for (const version of ['20.18.3', '18.20.8', '16.0.0']) {
    assert.equal(nodeProblem(version), `this is Node ${version}; install Node ${oldest} or newer.`);
  }
});
