import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../errors.ts';
import { createHostMatcher, createSourcePolicy, type SourcePolicyOptions } from './source-policy.ts';

const NONE: SourcePolicyOptions = { allowedSources: [], allowedSourceRegexps: [], httpsOnly: false };

function isAllowed(url: string, options: Partial<SourcePolicyOptions>): boolean {
  const check = createSourcePolicy({ ...NONE, ...options });
  try {
    check(new URL(url));
    return true;
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === 'source-not-allowed' && error.status === 403, String(error));
    return false;
  }
}

test('allows every host without lists, of http and https alone', () => {
  for (const url of ['http://a.test/x', 'https://b.test:8443/']) assert.ok(isAllowed(url, {}));
  for (const url of [
    'ftp://a.test/x',
    'file:///etc/passwd',
    'data:,x',
    'javascript:1',
    'gopher://a.test/',
    'ws://a.test',
  ]) {
    assert.ok(!isAllowed(url, {}), url);
  }
});

test('compares hosts by glob, with ports, whatever their case or script', () => {
  const allowedSources = ['foo.bar', '*.abc', 'Def.Def:8080', '*.bücher.test'];
  for (const url of [
    'https://foo.bar/x',
    'https://FOO.bar:443/',
    'http://x.abc/',
    'http://def.def:8080/',
    'http://a.BÜCHER.test/',
  ]) {
    assert.ok(isAllowed(url, { allowedSources }), url);
  }
  for (const url of [
    'https://fooXbar/x',
    'https://foo.bar:8443/x',
    'https://foo.barr/x',
    'https://foo.bar.evil.test/',
    'https://foo.bar@evil.test/',
    'https://evil.test/foo.bar',
    'https://evil.test?foo.bar',
    'https://evil.test\\@foo.bar/',
    'https://foo.bar./',
    'http://def.def/',
    'https://abc/',
  ]) {
    assert.ok(!isAllowed(url, { allowedSources }), url);
  }
});

test('finds expressions in the cleaned URL', () => {
  const allowedSourceRegexps = [String.raw`^https://(foo|bar)\.com/dogs/.*\.jpg$`, String.raw`^https://goo\.org/.*`];
  for (const url of ['https://goo.org/x', 'https://foo.com/dogs/dog.jpg', 'https://foo.com//dogs///dog.jpg#part']) {
    assert.ok(isAllowed(url, { allowedSourceRegexps }), url);
  }
  for (const url of [
    'https://goo2.org/https://goo.org/x',
    'https://gooXorg/x',
    'https://goo.org@evil.test/',
    'https://foo.com/dogs/../cats/cat.jpg',
    'https://foo.com/dogs/%2e%2e/cats/cat.jpg',
    'https://foo.com/dogs/..\\..\\cats/cat.jpg',
    'https://foo.com/dogs/dog.jpg?size=small',
    'http://foo.com/dogs/dog.jpg',
  ]) {
    assert.ok(!isAllowed(url, { allowedSourceRegexps }), url);
  }
  assert.ok(isAllowed('https://x.abc/', { allowedSourceRegexps, allowedSources: ['*.abc'] }), 'either list allows');
});

test('matches hostile expressions in linear time', () => {
  const allowedSourceRegexps = ['^https://a.test/(a+)+$'];
  assert.ok(!isAllowed(`https://a.test/${'a'.repeat(50_000)}!`, { allowedSourceRegexps }));
});

test('takes a guess that the lists lack for no picture, and refuses one for any other reason', () => {
  const check = createSourcePolicy({ ...NONE, allowedSources: ['a.test'], httpsOnly: true });
  assert.throws(() => check(new URL('https://b.test/x'), true), { code: 'not-found' });
  assert.throws(() => check(new URL('https://b.test/x'), false), { code: 'source-not-allowed' });
  assert.throws(() => check(new URL('http://a.test/x'), true), { code: 'source-not-allowed' });
  check(new URL('https://a.test/x'), true);
});

test('refuses plain http when told so', () => {
  assert.ok(isAllowed('https://a.test/', { httpsOnly: true }));
  assert.ok(!isAllowed('http://a.test/', { httpsOnly: true }));
});

test('refuses to start with a malformed pattern, which would open or close everything', () => {
  assert.throws(() => createSourcePolicy({ ...NONE, allowedSources: ['['] }), { code: 'invalid' });
  assert.throws(() => createSourcePolicy({ ...NONE, allowedSourceRegexps: ['('] }), { code: 'invalid' });
  assert.throws(() => createSourcePolicy({ ...NONE, allowedSourceRegexps: ['(?=a)'] }), { code: 'invalid' });
  assert.throws(() => createHostMatcher(['[']), { code: 'invalid' });
});
