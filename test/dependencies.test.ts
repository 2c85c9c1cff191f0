import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

interface Lock {
  readonly packages: Readonly<
    Record<string, { hasInstallScript?: true; dev?: true; resolved?: string; integrity?: string }>
  >;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
const installed = Object.entries(packages).filter(([name]) => name !== '');

/** koffi's script builds what its packages for each platform bring ready-made: nothing fails where it does not run. */
const NEEDLESS = ['node_modules/koffi'];

test('no dependency needs a script to be installed', () => {
  const scripts = installed.filter(([, { hasInstallScript, dev }]) => hasInstallScript && !dev).map(([name]) => name);
  assert.deepEqual(scripts, NEEDLESS);
});

test('every dependency is held to its bytes, and none to a host', () => {
  for (const [name, { integrity, resolved, dev }] of installed) {
    if (!dev) assert.match(integrity ?? '', /^sha512-/, name);
    assert.equal(resolved, undefined, name);
  }
});
