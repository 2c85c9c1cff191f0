import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSigner } from '../endpoint/sign.ts';
import { signTarget } from './sign-target.ts';

const signer = createSigner({ algorithm: 'sha1', secrets: ['newest', 'older'], truncate: 0 });
const older = createSigner({ algorithm: 'sha256', secrets: ['older'], truncate: 20 });
const PATH = '-300x200/filters:blur(1)/a.jpg';
const HASH = signer.sign(PATH);

const sign = (written: string, prefix = '') => signTarget(written, signer, prefix).signed;

describe('signTarget', () => {
  it('signs with or without a slash, in the place of unsafe/ or of an old signature', () => {
    for (const slash of ['', '/'])
      for (const old of ['', 'unsafe/', `${HASH}/`, `${older.sign(PATH)}/`])
        assert.equal(sign(`${slash}${old}${PATH}`), `${slash}${HASH}/${PATH}`);
  });

  it('keeps a URL’s host and query, of which neither is signed', () => {
    for (const old of ['', 'unsafe/', `${HASH}/`]) {
      const url = `https://cdn.example.com:8443/${old}${PATH}?v=2`;
      const { signed, notes } = signTarget(url, signer, '');
      assert.equal(signed, `https://cdn.example.com:8443/${HASH}/${PATH}?v=2`);
      assert.match(notes.join(), /%3F/);
    }
  });

  it('signs an image that is a URL where it is not the first thing', () => {
    const image = 'https://example.com/a.jpg';
    assert.equal(sign(`/${image}`), `/${signer.sign(image)}/${image}`);
    assert.equal(sign(`9x9/${image}`), `${signer.sign(`9x9/${image}`)}/9x9/${image}`);
  });

  it('stays below the server’s prefix, and puts it in front where it is missing', () => {
    for (const prefix of ['/images', 'images/']) {
      assert.equal(sign(`https://a.com/images/unsafe/${PATH}`, prefix), `https://a.com/images/${HASH}/${PATH}`);
      assert.equal(sign(`/unsafe/${PATH}`, prefix), `/images/${HASH}/${PATH}`);
      assert.equal(sign(PATH, prefix), `images/${HASH}/${PATH}`);
    }
  });

  it('keeps params/, and signs nothing but what comes after', () => {
    assert.equal(sign(`/params/unsafe/${PATH}`), `/params/${HASH}/${PATH}`);
  });

  it('asks for a second look at what may be a directory', () => {
    const directory = 'holiday-pictures-of-2026/a.jpg';
    const { signed, notes } = signTarget(directory, signer, '');
    assert.equal(signed, `${signer.sign('a.jpg')}/a.jpg`);
    assert.match(notes.join(), /holiday-pictures-of-2026 was taken for an old signature/);
    assert.deepEqual(signTarget(`unsafe/${directory}`, signer, ''), {
      signed: `${signer.sign(directory)}/${directory}`,
      notes: [],
    });
    for (const hash of [HASH, older.sign(PATH)]) {
      const isKnown = hash === HASH;
      assert.equal(signTarget(`${hash}/${PATH}`, signer, '').notes.length, isKnown ? 0 : 1);
    }
  });
});
