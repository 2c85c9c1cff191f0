import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escapeKey, signRequest } from './sign.ts';

// the worked examples of "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk"
const CREDENTIALS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const SCOPE = { region: 'us-east-1', service: 's3', date: new Date('2013-05-24T00:00:00Z') };
const HOST = 'examplebucket.s3.amazonaws.com';

function signatureOf(headers: Record<string, string>): string {
  return /Signature=(\w+)$/.exec(headers['authorization'] ?? '')?.[1] ?? '';
}

test('signs a GET as AWS does', () => {
  const headers = signRequest(
    { method: 'GET', path: '/test.txt', headers: { host: HOST, range: 'bytes=0-9' } },
    CREDENTIALS,
    SCOPE,
  );
  assert.equal(
    headers['authorization'],
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ' +
      'SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, ' +
      'Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  );
  assert.equal(headers['x-amz-date'], '20130524T000000Z');
});

test('signs a PUT as AWS does', () => {
  const headers = signRequest(
    {
      method: 'PUT',
      path: `/${escapeKey('test$file.text')}`,
      headers: { host: HOST, date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
      body: Buffer.from('Welcome to Amazon S3.'),
    },
    CREDENTIALS,
    SCOPE,
  );
  assert.equal(headers['x-amz-content-sha256'], '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072');
  assert.equal(signatureOf(headers), '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd');
});

test('signs the session token, other regions, services and keys differently', () => {
  const request = { method: 'GET', path: '/a', headers: { host: HOST } };
  const token = signRequest(request, { ...CREDENTIALS, sessionToken: 'token' }, SCOPE);
  assert.equal(token['x-amz-security-token'], 'token');
  assert.match(
    token['authorization'] ?? '',
    /SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,/,
  );
  const signatures = [
    token,
    signRequest(request, CREDENTIALS, SCOPE),
    signRequest(request, { ...CREDENTIALS, secretAccessKey: 'other' }, SCOPE),
    signRequest(request, CREDENTIALS, { ...SCOPE, region: 'eu-west-1' }),
    signRequest(request, CREDENTIALS, { ...SCOPE, service: 's3express' }),
    signRequest(request, CREDENTIALS, { ...SCOPE, date: new Date('2013-05-25T00:00:00Z') }),
    signRequest({ ...request, method: 'HEAD' }, CREDENTIALS, SCOPE),
  ].map(signatureOf);
  assert.equal(new Set(signatures).size, signatures.length);
  assert.deepEqual(signRequest(request, CREDENTIALS, SCOPE), signRequest(request, CREDENTIALS, SCOPE));
});

test('escapes a key once, so that decoding gives it back', () => {
  assert.equal(escapeKey("a b+c/%20/(1)!*'~é.jpg"), 'a%20b%2Bc/%2520/%281%29%21%2A%27~%C3%A9.jpg');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (key) => {
      const escaped = escapeKey(key);
      assert.match(escaped, /^(?:[A-Za-z0-9/._~-]|%[0-9A-F]{2})*$/);
      assert.equal(decodeURIComponent(escaped), key);
    }),
  );
});
