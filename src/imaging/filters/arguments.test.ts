import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { floatArg, intArg, unescapeArg } from './arguments.ts';

describe('intArg', () => {
  it('reads what Go’s Atoi reads', () => {
    assert.equal(intArg('42'), 42);
    assert.equal(intArg('+42'), 42);
    assert.equal(intArg('-42'), -42);
    assert.equal(intArg('007'), 7);
  });

  it('is 0 for everything else', () => {
    for (const text of [undefined, '', ' 1', '1 ', '1.5', '1e3', '0x10', '1_000', '+', '-', '٣', 'NaN', '12px']) {
      assert.equal(intArg(text), 0, String(text));
    }
  });

  it('is never -0, and never more than can be counted', () => {
    assert.ok(Object.is(intArg('-0'), 0));
    assert.equal(intArg('9'.repeat(400)), Number.MAX_SAFE_INTEGER);
    assert.equal(intArg(`-${'9'.repeat(400)}`), Number.MIN_SAFE_INTEGER);
  });
});

describe('floatArg', () => {
  it('reads decimal numbers', () => {
    assert.equal(floatArg('1.5'), 1.5);
    assert.equal(floatArg('.5'), 0.5);
    assert.equal(floatArg('5.'), 5);
    assert.equal(floatArg('-2'), -2);
    assert.equal(floatArg('+1e2'), 100);
    assert.equal(floatArg('1E-2'), 0.01);
    assert.equal(floatArg('1_0.2_5e1_0'), 10.25e10);
  });

  it('is 0 for everything else, infinity included', () => {
    for (const text of [
      undefined,
      '',
      '.',
      'inf',
      '-Inf',
      'nan',
      '1e999',
      '1e',
      ' 1',
      '1,5',
      '0x1p-2',
      '_1',
      '1_',
      '1__0',
      '1_.5',
    ]) {
      assert.equal(floatArg(text), 0, String(text));
    }
  });
});

describe('unescapeArg', () => {
  it('undoes percent escapes, and takes + for a space', () => {
    assert.equal(unescapeArg('a%20b+c%C3%A9%2B'), 'a b cé+');
  });

  it('leaves a text with a broken escape alone', () => {
    for (const text of ['100%', '%zz+', 'a%f']) assert.equal(unescapeArg(text), text);
  });
});
