import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { hasEnded, ownIdentity } from './process-identity.ts';

const MODULE = new URL('./process-identity.js', import.meta.url).href;

/** Tells its identity and waits for the end of its input. */
const TELL = `import(${JSON.stringify(MODULE)}).then((m) => console.log(m.ownIdentity())); process.stdin.resume();`;

test('knows which processes run, and that one has ended', async (t) => {
  assert.ok(!hasEnded(ownIdentity()));
  const child = spawn(process.execPath, ['-e', TELL], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const identity = line.toString().trim();
  assert.match(identity, new RegExp(`^[0-9a-f]{16}-${child.pid}-[0-9]+$`));
  assert.ok(!hasEnded(identity));
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.ok(hasEnded(identity));
});

test('does not take a later process for one that had the same id', () => {
  assert.equal(hasEnded(ownIdentity().replace(/\d+$/, '1')), existsSync('/proc/self/stat'));
});

test('says of nobody else that he has ended', () => {
  const [space = '', , begunAt] = ownIdentity().split('-');
  const noId = 2 ** 31 - 1;
  assert.ok(hasEnded(`${space}-${noId}-${begunAt}`));
  const another = space.replace(/./g, (digit) => (digit === 'f' ? '0' : 'f'));
  for (const other of [`${another}-${noId}-${begunAt}`, `${space}-0-1`, `${space}--1-1`, space, '', 'a-b-c']) {
    assert.ok(!hasEnded(other), other);
  }
});
