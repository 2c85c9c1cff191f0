import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { etagOf } from './etag.ts';

describe('etagOf', () => {
  it('is what S3 gives the same bytes', () => {
    assert.equal(etagOf(Buffer.from('hello')), '"5d41402abc4b2a76b9719d911017c592"');
  });

  it('tells other bytes apart', () => {
    assert.notEqual(etagOf(Buffer.from('hello')), etagOf(Buffer.from('hullo')));
  });
});
