import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { resolveSourceUrl } from './source-url.ts';

const HTTPS = { baseUrl: undefined, defaultScheme: 'https' };
const BASE = { baseUrl: new URL('https://foo.test/bar.org/?old=query'), defaultScheme: 'https' };

test('takes URLs as they are, and gives others the default scheme', () => {
  const cases = [
    ['https://foo.test/a.jpg', 'https://foo.test/a.jpg', false],
    ['HTTP://Foo.Test:80/a.jpg', 'http://foo.test/a.jpg', false],
    ['foo.test/a.jpg', 'https://foo.test/a.jpg', true],
    ['foo.test:8080/a.jpg?x=1', 'https://foo.test:8080/a.jpg?x=1', true],
    ['localhost:8080/a.jpg', 'https://localhost:8080/a.jpg', true],
    ['foo.test?x=1', 'https://foo.test/?x=1', true],
    ['photo.jpg', 'https://photo.jpg/', true],
    ['foo.test/a.jpg#part', 'https://foo.test/a.jpg', true],
    ['https://foo.test/a b ü.jpg', 'https://foo.test/a%20b%20%C3%BC.jpg', false],
    ['https://foo.test/trailing space ', 'https://foo.test/trailing%20space%20', false],
    ['https://foo.test/50%25%20off.jpg', 'https://foo.test/50%25%20off.jpg', false],
    ['https://foo.test/a\\b.jpg', 'https://foo.test/a%5Cb.jpg', false],
    ['https://foo.test/a/../b/./c.jpg', 'https://foo.test/b/c.jpg', false],
    ['https://foo.test/a%2Fb.jpg', 'https://foo.test/a%2Fb.jpg', false],
    ['https://user:p%40ss@foo.test/a.jpg', 'https://user:p%40ss@foo.test/a.jpg', false],
    ['https://bücher.test/a.jpg', 'https://xn--bcher-kva.test/a.jpg', false],
    ['https://foo.test\\@bar.test/', 'https://foo.test%5C@bar.test/', false],
    ['ftp://foo.test/a.jpg', 'ftp://foo.test/a.jpg', false],
  ] as const;
  for (const [key, href, isGuess] of cases) {
    const source = resolveSourceUrl(key, HTTPS);
    assert.equal(source.url.href, href);
    assert.equal(source.isGuess, isGuess, key);
  }
  assert.equal(
    resolveSourceUrl('foo.test/a.jpg', { ...HTTPS, defaultScheme: 'http' }).url.href,
    'http://foo.test/a.jpg',
  );
});

test('refuses what cannot be a URL', () => {
  for (const key of [
    '',
    ' https://foo.test/a.jpg',
    'foo bar.test/a.jpg',
    '/a.jpg',
    '//foo.test/a.jpg',
    '?a=1',
    '#a',
    ':foo',
    'abc:def.jpg',
    'data:image/png;base64,AAAA',
    'https://foo.test/50%.jpg',
    'https://foo.test/%zz',
    'https://foo.test:port/',
    'https://[::1/',
    'foo.test/a\nb.jpg',
    'foo.test/a\tb.jpg',
    'foo.test/a\0.jpg',
  ]) {
    assert.throws(() => resolveSourceUrl(key, HTTPS), { code: 'invalid' }, JSON.stringify(key));
  }
});

test('takes what ends in a number for a directory, unless it is an address', () => {
  for (const key of ['2024/01/a.jpg', '1/2.jpg', '123456789012/a.jpg', 'v1.999/a.jpg', '0x7f.1/a.jpg', '127.1/a.jpg']) {
    assert.throws(() => resolveSourceUrl(key, HTTPS), { code: 'not-found' }, key);
  }
  for (const host of ['127.0.0.1', '10.0.0.1:8080', 'a1', '1.example', '[::1]']) {
    assert.equal(resolveSourceUrl(`${host}/a.jpg`, HTTPS).url.host, host);
  }
});

test('takes escapes without a scheme for the name of a file elsewhere', () => {
  for (const key of [
    'https%3A%2F%2Fexample.com.avif',
    'http%3A%2F%2Fexample.com%2Fimage.jpg',
    'some%2fpath%2Ffile.jpg',
    'https%253A%252F%252Fexample.com.avif',
  ]) {
    assert.throws(() => resolveSourceUrl(key, HTTPS), { code: 'invalid' }, key);
  }
});

test('refuses keys without a scheme when there is no default', () => {
  const options = { baseUrl: undefined, defaultScheme: '' };
  for (const key of ['abc*abc', 'foo.test/a.jpg', '']) {
    assert.throws(() => resolveSourceUrl(key, options), { code: 'invalid' }, key);
  }
  assert.equal(resolveSourceUrl('https://foo.test/a.jpg', options).url.href, 'https://foo.test/a.jpg');
});

test('puts every key under the base URL', () => {
  const cases = [
    ['some/path/a.jpg', 'https://foo.test/bar.org/some/path/a.jpg'],
    ['/a.jpg', 'https://foo.test/bar.org/a.jpg'],
    ['a.jpg?abc=123', 'https://foo.test/bar.org/a.jpg?abc=123'],
    ['a.jpg?b=?c#d', 'https://foo.test/bar.org/a.jpg?b=?c'],
    ['https://foo.test/bar.org/a.jpg', 'https://foo.test/bar.org/bar.org/a.jpg'],
    ['a:b.jpg', 'https://foo.test/bar.org/a:b.jpg'],
    ['12:30.jpg', 'https://foo.test/bar.org/12:30.jpg'],
    ['a//b.jpg', 'https://foo.test/bar.org/a/b.jpg'],
    ['//evil.test/a.jpg', 'https://foo.test/bar.org/evil.test/a.jpg'],
    ['../../etc/passwd', 'https://foo.test/bar.org/etc/passwd'],
    ['%2e%2e/%2E./secret', 'https://foo.test/bar.org/secret'],
    ['..\\..\\secret', 'https://foo.test/bar.org/..%5C..%5Csecret'],
    ['o/folder%2Fa b.jpg', 'https://foo.test/bar.org/o/folder%2Fa%20b.jpg'],
    ['literal%2520.jpg', 'https://foo.test/bar.org/literal%2520.jpg'],
  ] as const;
  for (const [key, href] of cases) assert.equal(resolveSourceUrl(key, BASE).url.href, href, key);
  assert.equal(
    resolveSourceUrl('a.jpg', { ...BASE, baseUrl: new URL('https://foo.test') }).url.href,
    'https://foo.test/a.jpg',
  );
});

test('never leads away from the base URL', () => {
  const piece = fc.oneof(
    fc.constantFrom('..', '/', '\\', '%2e', '%2f', '@', ':', '?', '#', 'https://evil.test'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      let href: string;
      try {
        href = resolveSourceUrl(pieces.join(''), BASE).url.href;
      } catch {
        return;
      }
      assert.ok(href.startsWith('https://foo.test/bar.org/'), href);
    }),
    { numRuns: 2_000 },
  );
});
