import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createFilePath } from './file-path.ts';

const NO_PREFIX = { baseDir: '/home/pictures', pathPrefix: '', safeChars: '' };

test('escapes what is not safe, as configured', () => {
  const cases = [
    ['', '/foo/b{:}ar', '/home/pictures/foo/b%7B%3A%7Dar'],
    ['{}', '/foo/b{:}ar', '/home/pictures/foo/b{%3A}ar'],
    ['--', '/foo/b{:}ar é', '/home/pictures/foo/b{:}ar é'],
    ['', 'a b+c.jpg', '/home/pictures/a+b%2Bc.jpg'],
    ['', '//a//b/', '/home/pictures/a/b'],
    ['', '/../../etc/passwd', '/home/pictures/etc/passwd'],
  ] as const;
  for (const [safeChars, key, path] of cases) assert.equal(createFilePath({ ...NO_PREFIX, safeChars })(key), path);
});

test('serves keys below its prefix, by whole segments', () => {
  for (const pathPrefix of ['avatars', '/avatars', '/avatars/', 'avatars//']) {
    const pathOf = createFilePath({ ...NO_PREFIX, pathPrefix });
    assert.equal(pathOf('avatars/a/user.jpg'), '/home/pictures/a/user.jpg');
    assert.equal(pathOf('avatars2/user.jpg'), undefined);
    assert.equal(pathOf('avatars'), undefined);
    assert.equal(pathOf('other/avatars/user.jpg'), undefined);
    assert.equal(pathOf('/avatars/../../etc/passwd'), undefined);
  }
  assert.equal(createFilePath({ ...NO_PREFIX, pathPrefix: '/' })('a.jpg'), '/home/pictures/a.jpg');
});

test('refuses hidden names, backslashes, nulls, nothing at all, and absurd depth', () => {
  const keys = [
    'a/.git',
    '.git/config',
    'a/.git/logs/HEAD',
    '..',
    '../a.jpg',
    '',
    '/',
    'a\\b',
    'a\0b',
    'a/'.repeat(201),
  ];
  const pathOf = createFilePath({ ...NO_PREFIX, safeChars: '--' });
  for (const key of keys) assert.throws(() => pathOf(key), { code: 'invalid' }, key);
  assert.ok(pathOf('a/'.repeat(200)));
});

test('never leads out of the base directory', () => {
  const piece = fc.oneof(fc.constantFrom('..', '.', '/', '\\', '\0', '%2e', '%2f', '\n', '\u2028', 'a'), fc.string());
  const anyKey = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(anyKey, fc.constantFrom('', '--', '%.'), (key, safeChars) => {
      let path = '';
      try {
        path = createFilePath({ ...NO_PREFIX, safeChars })(key) ?? '';
      } catch {
        return;
      }
      assert.ok(path.startsWith('/home/pictures/'));
      assert.ok(path.split('/').every((segment) => !segment.startsWith('.')));
    }),
    { numRuns: 2_000 },
  );
});
