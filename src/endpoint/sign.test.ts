import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createSigner, type SignatureAlgorithm } from './sign.ts';

const ALGORITHMS: readonly SignatureAlgorithm[] = ['sha1', 'sha256', 'sha512'];

describe('sign', () => {
  // RFC 2202 §3 and RFC 4231 §4.3, test case 2.
  for (const [algorithm, digest] of [
    ['sha1', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
    ['sha256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  ] as const) {
    test(`makes the HMAC of the RFC with ${algorithm}`, () => {
      const { sign } = createSigner({ algorithm, secrets: ['Jefe'], truncate: 0 });
      assert.equal(Buffer.from(sign('what do ya want for nothing?'), 'base64url').toString('hex'), digest);
    });
  }

  for (const algorithm of ALGORITHMS) {
    test(`signs as OpenSSL does with ${algorithm}`, () => {
      const secret = fc.string({ unit: 'grapheme', maxLength: 300 });
      fc.assert(
        fc.property(secret, fc.string({ unit: 'grapheme' }), fc.nat(100), (key, path, truncate) => {
          const whole = createHmac(algorithm, key)
            .update(path)
            .digest('base64')
            .replaceAll('+', '-')
            .replaceAll('/', '_');
          const { sign } = createSigner({ algorithm, secrets: [key], truncate });
          assert.equal(sign(path), truncate > 0 ? whole.slice(0, truncate) : whole);
        }),
      );
    });
  }

  test('signs again and again, in any order', () => {
    const { sign } = createSigner({ algorithm: 'sha1', secrets: ['secret'], truncate: 0 });
    const first = sign('a.jpg');
    sign('b.jpg');
    assert.equal(sign('a.jpg'), first);
  });
});

describe('verify', () => {
  const signer = createSigner({ algorithm: 'sha256', secrets: ['new', 'old', 'older'], truncate: 40 });
  const by = (secret: string): string =>
    createSigner({ algorithm: 'sha256', secrets: [secret], truncate: 40 }).sign('a.jpg');

  test('takes the signature of every secret; the first one signs', () => {
    assert.equal(signer.sign('a.jpg'), by('new'));
    for (const secret of ['new', 'old', 'older']) assert.equal(signer.verify('a.jpg', by(secret)), true, secret);
    assert.equal(signer.verify('a.jpg', by('other')), false);
  });

  test('refuses what is not the whole signature of this very path', () => {
    const hash = signer.sign('a.jpg');
    const swapped = hash.replace(/[a-z]/i, (letter) =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    );
    assert.notEqual(swapped, hash);
    for (const wrong of [
      '',
      hash.slice(1),
      hash.slice(0, -1),
      `${hash}=`,
      ` ${hash}`,
      swapped,
      `${hash.slice(0, -1)}é`,
    ]) {
      assert.equal(signer.verify('a.jpg', wrong), false, wrong);
    }
    assert.equal(signer.verify('a.jpg ', hash), false);
    assert.equal(signer.verify('A.jpg', hash), false);
    assert.equal(signer.verify('', ''), false);
  });

  test('refuses every one-character change', () => {
    const hash = signer.sign('a.jpg');
    for (let at = 0; at < hash.length; at++) {
      const changed = hash.slice(0, at) + (hash[at] === 'A' ? 'B' : 'A') + hash.slice(at + 1);
      assert.equal(signer.verify('a.jpg', changed), false, `at ${at}`);
    }
  });
});
