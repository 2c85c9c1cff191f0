import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkSignature, type S3Keys } from './s3-signature.ts';
import type { S3Request } from './s3-wire.ts';

const KEYS: S3Keys = {
  account: 'example',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const NOW = new Date('2013-05-24T00:00:00Z');
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** The examples of the Amazon S3 API Reference, "Signature Calculations for the Authorization Header". */
const EXAMPLES: Record<string, { target: string; body?: string; headers?: Record<string, string>; signature: string }> =
  {
    'GET of a range': {
      target: 'GET /test.txt',
      headers: { range: 'bytes=0-9' },
      signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    },
    PUT: {
      target: 'PUT /test$file.text',
      body: 'Welcome to Amazon S3.',
      headers: {
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      },
      signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    },
    'GET of a sub-resource': {
      target: 'GET /?lifecycle',
      signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    },
    'GET with a query': {
      target: 'GET /?max-keys=2&prefix=J',
      signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    },
  };

function requestOf({ target, body = '', headers = {}, signature }: (typeof EXAMPLES)[string]): S3Request {
  const [method = '', path = '', query = ''] = target.split(/[ ?]/);
  const signed: Record<string, string> = {
    host: 'examplebucket.s3.amazonaws.com',
    'x-amz-content-sha256': EMPTY_SHA256,
    'x-amz-date': '20130524T000000Z',
    ...headers,
  };
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${KEYS.accessKeyId}/20130524/us-east-1/s3/aws4_request,` +
    `SignedHeaders=${Object.keys(signed).sort().join(';')},Signature=${signature}`;
  return {
    method,
    path,
    query,
    headers: new Map(Object.entries({ ...signed, authorization })),
    body: Buffer.from(body),
  };
}

for (const [name, example] of Object.entries(EXAMPLES)) {
  test(`believes Amazon's own example: ${name}`, () => {
    assert.deepEqual(checkSignature(requestOf(example), [KEYS], NOW), { account: 'example', region: 'us-east-1' });
  });
}

const example = requestOf(EXAMPLES['PUT'] as (typeof EXAMPLES)[string]);

/** The example with some headers changed, added or, where undefined, left out. */
function withHeaders(changes: Record<string, string | undefined>): S3Request {
  const entries = Object.entries({ ...Object.fromEntries(example.headers), ...changes });
  return {
    ...example,
    headers: new Map(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
  };
}

const REFUSED: Record<string, { request?: S3Request; keys?: S3Keys; now?: string; code: string }> = {
  'another body': { request: { ...example, body: Buffer.from('Welcome') }, code: 'XAmzContentSHA256Mismatch' },
  'another path': { request: { ...example, path: '/test$file.txt' }, code: 'SignatureDoesNotMatch' },
  'a path escaped twice': { request: { ...example, path: '/test%2524file.text' }, code: 'SignatureDoesNotMatch' },
  'another query': { request: { ...example, query: 'acl' }, code: 'SignatureDoesNotMatch' },
  'another method': { request: { ...example, method: 'DELETE' }, code: 'SignatureDoesNotMatch' },
  'another value of a header': {
    request: withHeaders({ 'x-amz-storage-class': 'STANDARD' }),
    code: 'SignatureDoesNotMatch',
  },
  'a header that is not signed': { request: withHeaders({ 'x-amz-acl': 'public-read' }), code: 'AccessDenied' },
  'no signature': { request: withHeaders({ authorization: undefined }), code: 'AccessDenied' },
  'a signature of another kind': {
    request: withHeaders({ authorization: 'AWS AKIAIOSFODNN7EXAMPLE:frJIUN8DYpKDtOLCwo=' }),
    code: 'AuthorizationHeaderMalformed',
  },
  'an unknown key': { keys: { ...KEYS, accessKeyId: 'AKIAOTHER' }, code: 'InvalidAccessKeyId' },
  'another secret': { keys: { ...KEYS, secretAccessKey: 'guess' }, code: 'SignatureDoesNotMatch' },
  'a token that is missing': { keys: { ...KEYS, sessionToken: 'token' }, code: 'InvalidAccessKeyId' },
  'a token nobody asked for': { request: withHeaders({ 'x-amz-security-token': 'token' }), code: 'InvalidToken' },
  'a clock that is slow': { now: '2013-05-24T00:15:01Z', code: 'RequestTimeTooSkewed' },
  'a clock that is fast': { now: '2013-05-23T23:44:59Z', code: 'RequestTimeTooSkewed' },
  'a date of another day': { request: withHeaders({ 'x-amz-date': '20130525T000000Z' }), code: 'AccessDenied' },
};

for (const [name, { request = example, keys = KEYS, now = NOW, code }] of Object.entries(REFUSED)) {
  test(`refuses ${name}`, () => {
    assert.throws(() => checkSignature(request, [keys], new Date(now)), { code });
  });
}

test('takes clocks that are a quarter of an hour off', () => {
  checkSignature(example, [KEYS], new Date('2013-05-24T00:15:00Z'));
  checkSignature(example, [KEYS], new Date('2013-05-23T23:45:00Z'));
});
