import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestHeaders } from './request-headers.ts';

const URL_PLAIN = new URL('https://foo.test/a.jpg');
const OPTIONS = { userAgent: 'tests', accept: 'image/*', forwardHeaders: [] };
const CLIENT = new Headers({
  'user-agent': 'Browser',
  accept: 'text/html',
  'x-ping': 'pong',
  authorization: 'Bearer client',
  cookie: 'a=1',
  host: 'imagor.test',
  connection: 'keep-alive, X-Hop',
  'x-hop': 'one',
  'keep-alive': 'timeout=5',
  'proxy-authorization': 'Basic x',
  te: 'trailers',
  'transfer-encoding': 'chunked',
  upgrade: 'h2c',
  'accept-encoding': 'zstd',
  'content-length': '5',
  'content-type': 'image/png',
  range: 'bytes=0-1',
  'if-none-match': '"x"',
  'if-modified-since': 'Mon, 02 Jan 2006 15:04:05 GMT',
  expect: '100-continue',
});
const OWN = { 'user-agent': 'tests', accept: 'image/*', 'accept-encoding': 'gzip, br' };

test('sends what is configured, and nothing of the client unasked', () => {
  assert.deepEqual(requestHeaders(URL_PLAIN, CLIENT, OPTIONS), OWN);
  const { accept, ...withoutAccept } = OWN;
  assert.deepEqual(requestHeaders(URL_PLAIN, CLIENT, { ...OPTIONS, accept: '' }), withoutAccept);
});

test('forwards the headers named, in any case, over its own', () => {
  const forwardHeaders = ['USER-AGENT', 'X-Ping', 'X-Missing', 'Range', 'Host'];
  assert.deepEqual(requestHeaders(URL_PLAIN, CLIENT, { ...OPTIONS, forwardHeaders }), {
    ...OWN,
    'user-agent': 'Browser',
    'x-ping': 'pong',
  });
});

test("forwards all but those of the client's connection, body and cache", () => {
  assert.deepEqual(requestHeaders(URL_PLAIN, CLIENT, { ...OPTIONS, forwardHeaders: ['*'] }), {
    'user-agent': 'Browser',
    accept: 'text/html',
    'accept-encoding': 'gzip, br',
    'x-ping': 'pong',
    authorization: 'Bearer client',
    cookie: 'a=1',
  });
});

test('forwards nothing where the client is not to be known', () => {
  assert.deepEqual(requestHeaders(URL_PLAIN, undefined, { ...OPTIONS, forwardHeaders: ['*'] }), OWN);
});

test("makes an authorization of a URL's credentials, unless the client's is forwarded", () => {
  const url = new URL('https://us%65r:p%40ss%E2%82%AC%ff@foo.test/');
  const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
  assert.match(requestHeaders(url, CLIENT, OPTIONS)['authorization'] ?? '', /^Basic /);
  assert.equal(
    requestHeaders(new URL('https://us%65r:p%40ss@foo.test/'), undefined, OPTIONS)['authorization'],
    basic('user:p@ss'),
  );
  assert.equal(requestHeaders(new URL('https://key@foo.test/'), undefined, OPTIONS)['authorization'], basic('key:'));
  const forwarding = { ...OPTIONS, forwardHeaders: ['Authorization'] };
  assert.equal(requestHeaders(url, CLIENT, forwarding)['authorization'], 'Bearer client');
});
