import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createObjectKey } from './object-key.ts';

const PLAIN = { baseDir: '', pathPrefix: '', safeChars: '', keptChars: '' };
const S3 = { ...PLAIN, keptChars: '!"()*' };

test('escapes what is not safe, as configured', () => {
  const cases = [
    [PLAIN, '/foo/b{:}ar', 'foo/b%7B%3A%7Dar'],
    [{ ...PLAIN, safeChars: '{}' }, '/foo/b{:}ar', 'foo/b{%3A}ar'],
    [{ ...PLAIN, safeChars: '--' }, '/foo/b{:}ar é', 'foo/b{:}ar é'],
    [PLAIN, 'a b+c é%20.jpg', 'a+b%2Bc+%C3%A9%2520.jpg'],
    [{ ...PLAIN, safeChars: ' +%' }, 'a b+c%20.jpg', 'a b+c%20.jpg'],
    [PLAIN, 'filters:format(jpeg)/a.jpg', 'filters%3Aformat%28jpeg%29/a.jpg'],
    [S3, 'filters:format(jpeg)/a.jpg', 'filters%3Aformat(jpeg)/a.jpg'],
    [PLAIN, '/../../a.jpg', 'a.jpg'],
  ] as const;
  for (const [options, key, name] of cases) assert.equal(createObjectKey(options)(key), name);
});

test('drops the prefix, by whole segments, and adds the base directory', () => {
  for (const pathPrefix of ['avatars', '/avatars', '/avatars/', 'avatars//']) {
    for (const baseDir of ['source', '/source/', 'source//']) {
      const nameOf = createObjectKey({ ...PLAIN, baseDir, pathPrefix });
      assert.equal(nameOf('avatars/user-1.jpg'), 'source/user-1.jpg');
      for (const key of ['avatars2/user.jpg', 'avatars', 'a/avatars/x', '/avatars/../x']) {
        assert.equal(nameOf(key), undefined, key);
      }
    }
  }
  assert.equal(createObjectKey({ ...PLAIN, pathPrefix: '/' })('a.jpg'), 'a.jpg');
});

test('makes one slash of several unless asked to keep them', () => {
  assert.equal(createObjectKey({ ...PLAIN, safeChars: '--' })('a//b.jpg'), 'a/b.jpg');
  for (const safeChars of ['//', '--//']) {
    const nameOf = createObjectKey({ ...PLAIN, baseDir: 'source', pathPrefix: 'x', safeChars });
    assert.equal(nameOf('/x/a//b/../c.jpg'), 'source/a//c.jpg');
    assert.equal(nameOf('//x/a///b.jpg/'), 'source/a///b.jpg');
    assert.throws(() => nameOf('x/a//../b.jpg'), { code: 'invalid' });
  }
  assert.equal(createObjectKey({ ...PLAIN, safeChars: '--//' })('a b//é'), 'a b//é');
});

test('refuses ways up, nothing at all, nulls and half characters', () => {
  const nameOf = createObjectKey({ ...PLAIN, safeChars: '--' });
  const keys = ['', '/', '.', '..', '../a', 'a/%2e%2E/b', '..%2fa', 'a\\..\\b', 'a/.%2e', 'a\0b', '\ud800.jpg'];
  for (const key of keys) assert.throws(() => nameOf(key), { code: 'invalid' }, key);
  for (const key of ['.hidden/...', 'a\\b', 'a..b/..c', '🖼.png']) assert.equal(nameOf(key), key);
});

test('refuses names that no bucket could hold', () => {
  const nameOf = createObjectKey({ ...PLAIN, baseDir: 'b', safeChars: '--' });
  assert.equal(nameOf('é'.repeat(511))?.length, 513);
  assert.throws(() => nameOf('é'.repeat(512)), { code: 'invalid' });
});

test('never leads out of the base directory', () => {
  const piece = fc.oneof(
    fc.constantFrom('..', '.', '/', '\\', '\0', '%2e', '%2f', '\n', '\u2028', 'a', 'up'),
    fc.string(),
  );
  const anyKey = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(anyKey, fc.constantFrom('', '--', '%.', '//', '--//'), (key, safeChars) => {
      let name: string | undefined;
      try {
        name = createObjectKey({ ...PLAIN, baseDir: 'base', safeChars })(key);
      } catch {
        return;
      }
      if (name === undefined) return;
      assert.ok(name.startsWith('base/') && name !== 'base/');
      const decoded = name.replace(/%(2e|2f|5c)/gi, (octet) => decodeURIComponent(octet));
      assert.ok(!decoded.split(/[/\\]/).some((segment) => segment === '.' || segment === '..'));
      assert.ok(!/[\0\n\r]/.test(name));
    }),
    { numRuns: 2_000 },
  );
});
