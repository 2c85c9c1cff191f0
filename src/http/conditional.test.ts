import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judge, knownOf, type Validators, type Verdict } from './conditional.ts';

const ETAG = '"abc"';
const AT = 'Sun, 06 Nov 1994 08:49:37 GMT';
const BEFORE = 'Sun, 06 Nov 1994 08:49:36 GMT';
const AFTER = 'Sun, 06 Nov 1994 08:49:38 GMT';
/** With a fraction of a second, which HTTP dates do not have. */
const BOTH: Validators = { etag: ETAG, modifiedAt: new Date(Date.parse(AT) + 900) };

const verdict = (headers: Record<string, string>, validators: Validators = BOTH): Verdict =>
  judge(new Headers(headers), validators);

describe('judge', () => {
  it('lets plain requests pass', () => assert.equal(verdict({}), 'proceed'));

  it('finds a known tag in a list, weak or strong', () => {
    for (const tags of [
      ETAG,
      'W/"abc"',
      '"x", "abc"',
      '"x","abc","y"',
      '*',
      ' * ',
      '"a,b", W/"abc"',
      'garbage, "abc"',
    ]) {
      assert.equal(verdict({ 'if-none-match': tags }), 'not-modified', tags);
    }
    for (const tags of ['"ABC"', '"x"', 'abc', '', 'w/"x"', '"x, "y"', '"*"']) {
      assert.equal(verdict({ 'if-none-match': tags }), 'proceed', tags);
    }
    assert.equal(verdict({ 'if-none-match': ETAG }, { ...BOTH, etag: 'W/"abc"' }), 'not-modified');
    assert.equal(verdict({ 'if-none-match': '"a,b"' }, { ...BOTH, etag: '"a,b"' }), 'not-modified');
  });

  it('compares dates by whole seconds, the same one being unchanged', () => {
    assert.equal(verdict({ 'if-modified-since': AT }), 'not-modified');
    assert.equal(verdict({ 'if-modified-since': AFTER }), 'not-modified');
    assert.equal(verdict({ 'if-modified-since': BEFORE }), 'proceed');
    assert.equal(verdict({ 'if-modified-since': AT }, { ...BOTH, modifiedAt: undefined }), 'proceed');
    assert.equal(verdict({ 'if-modified-since': 'yesterday' }), 'proceed');
  });

  it('asks for no date where there is a tag', () => {
    assert.equal(verdict({ 'if-none-match': '"x"', 'if-modified-since': AFTER }), 'proceed');
    assert.equal(verdict({ 'if-none-match': ETAG, 'if-modified-since': BEFORE }), 'not-modified');
  });

  it('fails where the client wants another version', () => {
    for (const tags of ['"x"', 'W/"abc"', '"x", W/"abc"', ''])
      assert.equal(verdict({ 'if-match': tags }), 'failed', tags);
    for (const tags of [ETAG, '*', '"x", "abc"']) assert.equal(verdict({ 'if-match': tags }), 'proceed', tags);
    assert.equal(verdict({ 'if-match': 'W/"abc"' }, { ...BOTH, etag: 'W/"abc"' }), 'failed');
    assert.equal(verdict({ 'if-unmodified-since': BEFORE }), 'failed');
    for (const date of [AT, AFTER, 'never']) assert.equal(verdict({ 'if-unmodified-since': date }), 'proceed', date);
    assert.equal(verdict({ 'if-unmodified-since': BEFORE }, { ...BOTH, modifiedAt: undefined }), 'proceed');
  });

  it('judges in the order of RFC 9110', () => {
    assert.equal(verdict({ 'if-match': '"x"', 'if-none-match': ETAG }), 'failed');
    assert.equal(verdict({ 'if-match': ETAG, 'if-none-match': ETAG }), 'not-modified');
    assert.equal(verdict({ 'if-match': ETAG, 'if-unmodified-since': BEFORE }), 'proceed');
    assert.equal(verdict({ 'if-unmodified-since': BEFORE, 'if-none-match': ETAG }), 'failed');
  });

  it('sends the whole answer to those who ask past their caches', () => {
    assert.equal(verdict({ 'cache-control': 'no-cache', 'if-none-match': ETAG }), 'proceed');
    assert.equal(verdict({ 'cache-control': 'no-cache', 'if-modified-since': AFTER }), 'proceed');
    assert.equal(verdict({ 'cache-control': 'max-age=0', 'if-none-match': ETAG }), 'not-modified');
    assert.equal(verdict({ 'cache-control': 'no-cache', 'if-match': '"x"' }), 'failed');
  });
});

describe('knownOf', () => {
  const known = (headers: Record<string, string>) => knownOf(new Headers(headers));

  it('tells a storage the tags, without their weakness', () => {
    assert.deepEqual(known({ 'if-none-match': '"a", W/"b,c"' }), { etag: '"a", "b,c"' });
    assert.deepEqual(known({ 'if-none-match': '"a"', 'if-modified-since': AT }), { etag: '"a"' });
    assert.deepEqual(known({ 'if-none-match': '"é", "a"' }), { etag: '"a"' });
  });

  it('tells it the date where there is no tag', () => {
    assert.deepEqual(known({ 'if-modified-since': AT }), { modifiedAt: new Date(AT) });
  });

  it('tells it nothing that does not say what the client has', () => {
    for (const headers of [
      {},
      { 'if-none-match': '*' },
      { 'if-none-match': 'garbage', 'if-modified-since': AT },
      { 'if-none-match': '"é"', 'if-modified-since': AT },
      { 'if-none-match': Array.from({ length: 200 }, (_, index) => `"tag${index}"`).join() },
      { 'if-modified-since': 'yesterday' },
      { 'if-modified-since': AT, 'cache-control': 'no-cache' },
      { 'if-none-match': ETAG, 'if-match': ETAG },
      { 'if-none-match': ETAG, 'if-unmodified-since': AT },
    ]) {
      assert.equal(known(headers), undefined, JSON.stringify(headers));
    }
  });
});
