import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AppError } from '../../errors.ts';
import { createS3Objects, type S3Object } from './s3-object.ts';

const PLAIN = { bucket: 'pictures', baseDir: '', pathPrefix: '', safeChars: '' };

function keyOf(options: Partial<typeof PLAIN>, key: string): string | undefined {
  return createS3Objects({ ...PLAIN, ...options })(key, undefined)?.key;
}

test("makes imagor's keys", () => {
  const cases = [
    [{}, '/foo/b{:}ar', 'foo/b%7B%3A%7Dar'],
    [{ safeChars: '{}' }, '/foo/b{:}"ar', 'foo/b{%3A}"ar'],
    [{ safeChars: '--' }, '/foo/b{:}"ar', 'foo/b{:}"ar'],
    [{ safeChars: '[]' }, 'images/aa[1].gif', 'images/aa[1].gif'],
    [{}, 'images/aa[1].gif', 'images/aa%5B1%5D.gif'],
    [{ baseDir: 'source', pathPrefix: 'avatars' }, 'avatars/user-1.jpg', 'source/user-1.jpg'],
    [{ baseDir: 'source', pathPrefix: 'avatars' }, 'avatars2/x.jpg', undefined],
    [{ pathPrefix: 'my dir/é' }, 'my dir/é/x.jpg', 'x.jpg'],
    [{ pathPrefix: 'my+dir' }, 'my dir/x.jpg', 'x.jpg'],
    [{}, 'fit-in/9x9/filters:quality(90)/a b!*.jpg', 'fit-in/9x9/filters%3Aquality(90)/a+b!*.jpg'],
  ] as const;
  for (const [options, key, expected] of cases) assert.equal(keyOf(options, key), expected, key);
});

test('takes a base directory that stands after the bucket, unless there is another', () => {
  for (const bucket of ['pictures/some/dir', 'pictures/some/dir/', 'pictures//some//dir']) {
    const object = createS3Objects({ ...PLAIN, bucket })('a.jpg', undefined);
    assert.deepEqual(object, { bucket: 'pictures', key: 'some/dir/a.jpg' });
  }
  const accessPoints = [
    'arn:aws:s3:eu-west-1:1:accesspoint/mine',
    'arn:aws:s3-outposts:eu-west-1:1:outpost/op-1/accesspoint/mine',
  ];
  for (const bucket of accessPoints) {
    assert.deepEqual(createS3Objects({ ...PLAIN, bucket: `${bucket}/dir` })('a.jpg', undefined), {
      bucket,
      key: 'dir/a.jpg',
    });
  }
  assert.equal(keyOf({ bucket: 'pictures/some', baseDir: 'other' }, 'a.jpg'), 'other/a.jpg');
  assert.equal(keyOf({ bucket: 'pictures/' }, 'a.jpg'), 'a.jpg');
});

test('takes the bucket from the path', () => {
  const objectOf = createS3Objects({ ...PLAIN, bucket: '*', baseDir: 'base', pathPrefix: 'p' });
  for (const key of ['my-site/p/a b.jpg', '/my-site/p/a b.jpg', 'my-site//p/a b.jpg']) {
    assert.deepEqual(objectOf(key, undefined), { bucket: 'my-site', key: 'base/a+b.jpg' });
  }
  assert.equal(objectOf('my-site/q/a.jpg', undefined), undefined);
  const unnamed = ['a.jpg', '/a.jpg', '//a.jpg', '', '/', 'My_Site/p/a.jpg', '../p/a.jpg', 'a..b/p/a', 'my-site/'];
  for (const key of unnamed) assert.throws(() => objectOf(key, undefined), { code: 'invalid', status: 400 }, key);
});

test('takes the bucket of a result from its source, and keeps its key', () => {
  const objectOf = createS3Objects({ ...PLAIN, bucket: '*', baseDir: 'results' });
  const expected = { bucket: 'my-site', key: 'results/da/39a3' };
  assert.deepEqual(objectOf('da/39a3', 'my-site/a.jpg'), expected);
  assert.deepEqual(objectOf('100x100/my-site/a.jpg', '/my-site/a.jpg')?.key, 'results/100x100/my-site/a.jpg');
  assert.throws(() => objectOf('my-site/39a3', 'a.jpg'), { code: 'invalid' });
  const inOne = createS3Objects(PLAIN);
  assert.deepEqual(inOne('da/39a3', 'my-site/a.jpg'), { bucket: 'pictures', key: 'da/39a3' });
});

test('takes only what can be a bucket', () => {
  for (const bucket of ['', '/', '/dir', 'a b', 'a@b', '..', '-a', '**', '*/dir', 'a\nb', 'a#b', 'a?b', 'a%2fb']) {
    assert.throws(() => createS3Objects({ ...PLAIN, bucket }), { code: 'invalid' }, bucket);
  }
  for (const bucket of ['Old_Bucket', 'tenant:bucket', 'a.b-c', 'arn:aws:s3:eu-west-1:1:accesspoint:x']) {
    assert.equal(createS3Objects({ ...PLAIN, bucket })('a', undefined)?.bucket, bucket);
  }
});

test('leaves neither bucket nor base directory', () => {
  const piece = fc.oneof(
    fc.constantFrom('..', '.', '/', '\\', '\0', '%2e', '%2f', '\n', '\u2028', 'a', '@', ':', '#', '?'),
    fc.string(),
  );
  const anyKey = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
  const check = (object: S3Object | undefined): void => {
    if (!object) return;
    assert.match(object.bucket, /^[a-z0-9][a-z0-9.-]+[a-z0-9]$/);
    assert.ok(object.key.startsWith('base/') && object.key !== 'base/');
    const segments = object.key.replace(/%(2e|2f|5c)/gi, decodeURIComponent).split(/[/\\]/);
    assert.ok(!segments.includes('..') && !segments.includes('.'));
  };
  const bucket = fc.constantFrom('*', 'pictures');
  fc.assert(
    fc.property(bucket, fc.constantFrom('', '--', '//'), anyKey, fc.option(anyKey), (name, safeChars, key, source) => {
      const objectOf = createS3Objects({ bucket: name, baseDir: 'base', pathPrefix: '', safeChars });
      try {
        check(objectOf(key, source ?? undefined));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
      }
    }),
    { numRuns: 2_000 },
  );
});
