import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { etagOf } from '../core/etag.ts';
import { KnownEtags } from './known-etags.ts';

const [ONE, TWO] = [Buffer.from('one'), Buffer.from('two')];

describe('KnownEtags', () => {
  it('computes an etag once for a version of a file', () => {
    const etags = new KnownEtags(10);
    assert.equal(etags.find('a', 'v1'), undefined);
    assert.equal(etags.of('a', 'v1', ONE), etagOf(ONE));
    assert.equal(etags.find('a', 'v1'), etagOf(ONE));
    assert.equal(etags.of('a', 'v1', TWO), etagOf(ONE), 'the same version has the same bytes');
  });

  it('knows nothing of another version', () => {
    const etags = new KnownEtags(10);
    etags.of('a', 'v1', ONE);
    assert.equal(etags.find('a', 'v2'), undefined);
    assert.equal(etags.of('a', 'v2', TWO), etagOf(TWO));
    assert.equal(etags.find('a', 'v1'), undefined);
  });

  it('forgets what was used longest ago', () => {
    const etags = new KnownEtags(2);
    etags.of('a', 'v', ONE);
    etags.of('b', 'v', ONE);
    etags.find('a', 'v');
    etags.of('c', 'v', ONE);
    assert.deepEqual(
      ['a', 'b', 'c'].map((path) => etags.find(path, 'v') !== undefined),
      [true, false, true],
    );
  });
});
