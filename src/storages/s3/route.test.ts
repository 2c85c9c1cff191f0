import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileRoute } from './route.ts';

describe('compileRoute', () => {
  const ROWS: readonly (readonly [pattern: string, key: string, bucket: string, rest: string])[] = [
    ['^[a-f0-9]{4}-(?P<bucket>[A-Z]{2})-', 'f7a3-SG-image.jpg', 'SG', 'f7a3-SG-image.jpg'],
    ['^(?P<bucket>[^/]+)/', 'users/photo.jpg', 'users', 'users/photo.jpg'],
    ['(?P<bucket>[a-z]{2}-[a-z]+-\\d)', 'eu-west-1-img.jpg', 'eu-west-1', 'eu-west-1-img.jpg'],
    ['^(?P<bucket>mysite-[a-z]+)\\/(?P<path>.+)$', 'mysite-test/images/photo.jpg', 'mysite-test', 'images/photo.jpg'],
    ['^(?P<bucket>[^/]+)\\/(?P<path>.+)$', 'any-bucket/images/photo.jpg', 'any-bucket', 'images/photo.jpg'],
  ];
  for (const [pattern, key, bucket, rest] of ROWS) {
    it(`S40 ${pattern}`, () => {
      assert.deepEqual(compileRoute(pattern)(key), { bucket, key: rest });
      assert.deepEqual(compileRoute(pattern)(`/${key}`), { bucket, key: rest }, 'with a leading slash');
    });
  }

  it('S40 matches nothing in other keys, and leaves the key where the path is empty', () => {
    assert.equal(compileRoute('^(?P<bucket>[A-Z]{2})-')('no.jpg'), undefined);
    assert.deepEqual(compileRoute('^(?P<bucket>[a-z]+)/(?P<path>x*)')('a/b.jpg'), { bucket: 'a', key: 'a/b.jpg' });
  });

  it('S40 takes linear time for patterns that hang others', () => {
    const started = process.cpuUsage().user;
    assert.equal(compileRoute('^(?P<bucket>(a+)+)$')(`${'a'.repeat(50_000)}!`), undefined);
    assert.ok(
      process.cpuUsage(undefined).user - started < 20_000_000,
      'microseconds; a backtracking engine never ends',
    );
  });

  it('S44 refuses what is no pattern, or has no bucket', () => {
    assert.throws(() => compileRoute('(?P<bucket>['), /routing_pattern is no RE2 expression/);
    assert.throws(() => compileRoute('^[a-z]+'), /needs a group \(\?P<bucket>…\)/);
    assert.throws(() => compileRoute('(?P<bucket>a)(?=b)'), /no RE2 expression/);
  });
});
