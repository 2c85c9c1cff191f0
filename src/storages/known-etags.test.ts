import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { etagOf } from '../core/etag.ts';
import { KnownEtags } from './known-etags.ts';

const version = (ino: number) => ({ ino, size: 3, mtimeMs: 0.5 });

const [ONE, TWO] = [Buffer.from('one'), Buffer.from('two')];

describe('KnownEtags', () => {
  it('computes an etag once for a version of a file', () => {
    const etags = new KnownEtags(10);
    assert.equal(etags.find('a', version(1)), undefined);
    assert.equal(etags.of('a', version(1), ONE), etagOf(ONE));
    assert.equal(etags.find('a', version(1)), etagOf(ONE));
    assert.equal(etags.of('a', version(1), TWO), etagOf(ONE), 'the same version has the same bytes');
  });

  it('knows nothing of another version', () => {
    const etags = new KnownEtags(10);
    etags.of('a', version(1), ONE);
    assert.equal(etags.find('a', version(2)), undefined);
    assert.equal(etags.of('a', version(2), TWO), etagOf(TWO));
    assert.equal(etags.find('a', version(1)), undefined);
  });

  it('forgets what was used longest ago', () => {
    const etags = new KnownEtags(2);
    etags.of('a', version(1), ONE);
    etags.of('b', version(1), ONE);
    etags.find('a', version(1));
    etags.of('c', version(1), ONE);
    assert.deepEqual(
      ['a', 'b', 'c'].map((path) => etags.find(path, version(1)) !== undefined),
      [true, false, true],
    );
  });
});
