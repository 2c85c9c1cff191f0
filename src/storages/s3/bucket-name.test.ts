import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkBucketName } from './bucket-name.ts';

test('takes names by the rules of S3', () => {
  for (const name of ['abc', 'my-site', '0.1', 'my.site-prod', 'a'.repeat(63), 'a--b', '1.2.3.4.5']) {
    assert.doesNotThrow(() => checkBucketName(name), name);
  }
});

test('refuses all others, and what would lead to another host', () => {
  const wrong = [
    '',
    'ab',
    'a'.repeat(64),
    'My-Site',
    'my_site',
    '-abc',
    'abc-',
    '.abc',
    'abc.',
    'a..b',
    'a.-b',
    'a-.b',
  ];
  const hosts = [
    '127.0.0.1',
    'evil.com:80',
    'evil.com#',
    'evil.com?',
    'u@evil.com',
    'a%2fb',
    'a\\b',
    'a/b',
    'abc\n',
    'bücher',
  ];
  for (const name of [...wrong, ...hosts]) {
    assert.throws(() => checkBucketName(name), { code: 'invalid', status: 400 }, JSON.stringify(name));
  }
});
