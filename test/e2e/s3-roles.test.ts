import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { after, describe, it } from 'node:test';
import { blackPng } from '../fixtures/black-png.ts';
import { startImagor } from '../support/imagor-process.ts';
import { readPicture } from '../support/picture.ts';
import { environmentOf, makeBucket, startProgramTargets } from '../support/s3-server/s3-target.ts';
import { until } from '../support/s3-server/until.ts';

for (const target of await startProgramTargets({ after })) {
  describe(`${target.name}: a server with all three S3 roles, of two accounts`, async () => {
    const [sources, kept, results] = [
      await makeBucket(target),
      await makeBucket(target),
      await makeBucket(target, target.bob),
    ];
    await sources.put('images/a.png', blackPng(80, 60));
    const server = await startImagor({ after }, ['-imagor-workers=1'], {
      IMAGOR_UNSAFE: '1',
      HTTP_LOADER_DISABLE: '1',
      ...environmentOf(target),
      AWS_RESULT_STORAGE_ACCESS_KEY_ID: target.bob.accessKeyId,
      AWS_RESULT_STORAGE_SECRET_ACCESS_KEY: target.bob.secretAccessKey,
      S3_LOADER_BUCKET: `${sources.name}/images`,
      S3_STORAGE_BUCKET: kept.name,
      S3_STORAGE_BASE_DIR: 'kept',
      S3_STORAGE_TAGGING: 'source=imagor',
      S3_RESULT_STORAGE_BUCKET: results.name,
      S3_RESULT_STORAGE_ACL: 'public-read',
      S3_STORAGE_CLASS: 'STANDARD_IA',
    });
    const url = `${server.url}/unsafe/fit-in/40x40/a.png`;

    it('S01 S04 S20 loads by one account, keeps by the other', async () => {
      const response = await fetch(url);
      const picture = readPicture(Buffer.from(await response.arrayBuffer()));
      assert.deepEqual([response.status, picture.width, picture.height], [200, 40, 30]);
      await until(async () => (await kept.keys()).length + (await results.keys()).length === 2);
      assert.deepEqual([await kept.keys(), await results.keys()], [['kept/a.png'], ['fit-in/40x40/a.png']]);
      assert.deepEqual(await kept.tags('kept/a.png'), { source: 'imagor' });
      assert.deepEqual(await results.grants('fit-in/40x40/a.png'), ['AllUsers READ']);
      for (const head of [await kept.head('kept/a.png'), await results.head('fit-in/40x40/a.png')]) {
        assert.deepEqual([head.StorageClass, head.ContentType], ['STANDARD_IA', 'image/png']);
      }
    });

    it('S26 answers conditional requests by the stored result’s validators, without reading it', async () => {
      const stored = await fetch(url);
      await stored.arrayBuffer();
      const etag = stored.headers.get('etag') ?? '';
      assert.ok(etag !== '' && stored.headers.has('last-modified'));
      const before = target.server?.requests.length ?? 0;
      // fetch would send `Cache-Control: no-cache` with its condition, which asks for the whole picture
      const [response] = (await once(get(url, { headers: { 'if-none-match': etag } }), 'response')) as [
        IncomingMessage,
      ];
      response.resume();
      assert.equal(response.statusCode, 304);
      if (!target.server) return; // what went over the wire, only our own server tells
      const asked = target.server.requests.slice(before).map(({ status }) => status);
      assert.deepEqual(asked, [304]);
    });

    it('S26 answers HEAD as GET, without reading the result', async () => {
      const before = target.server?.requests.length ?? 0;
      const head = await fetch(url, { method: 'HEAD' });
      const asked = target.server?.requests.slice(before).map(({ method, status }) => `${method} ${status}`);
      const { headers } = await fetch(url);
      const told = (from: Headers): (string | null)[] =>
        ['content-type', 'content-length', 'content-disposition', 'etag', 'last-modified', 'cache-control'].map(
          (name) => from.get(name),
        );
      assert.deepEqual([head.status, told(head.headers)], [200, told(headers)]);
      if (asked) assert.deepEqual(asked, ['HEAD 200']);
    });

    it('S25 says not found, and nothing of buckets, for what is not there', async () => {
      const response = await fetch(`${server.url}/unsafe/9x9/missing.png`);
      const text = await response.text();
      assert.equal(response.status, 404);
      assert.doesNotMatch(text, new RegExp(`${sources.name}|localhost|NoSuchKey`));
    });
  });

  describe(`${target.name}: a server that may not read what it should`, async () => {
    const [sources, others] = [await makeBucket(target), await makeBucket(target, target.bob)];
    await sources.put('a.png', blackPng(8, 6));
    await others.put('a.png', blackPng(8, 6));
    const common = { IMAGOR_UNSAFE: '1', HTTP_LOADER_DISABLE: '1', ...environmentOf(target) };

    it('S25 answers 403, and logs role, bucket, key and code', async () => {
      const server = await startImagor({ after }, ['-imagor-workers=1'], { ...common, S3_LOADER_BUCKET: others.name });
      const response = await fetch(`${server.url}/unsafe/a.png`);
      assert.doesNotMatch(await response.text(), new RegExp(others.name));
      assert.equal(response.status, 403);
      const { level, role, storage, detail, requestId } = await server.logged('not read');
      assert.deepEqual([level, role, storage], [40, 'loader', 's3']);
      assert.match(String(detail), new RegExp(`^s3://${others.name}/a\\.png: AccessDenied \\(403\\)`));
      assert.equal(requestId, response.headers.get('x-request-id'));
    });

    it('S25 logs a Storage that is refused, though the Loader has the picture', async () => {
      const server = await startImagor({ after }, ['-imagor-workers=1'], {
        ...common,
        S3_LOADER_BUCKET: sources.name,
        S3_STORAGE_BUCKET: others.name,
        S3_STORAGE_BASE_DIR: 'kept',
        S3_RESULT_STORAGE_BUCKET: others.name,
        S3_RESULT_STORAGE_BASE_DIR: 'results',
      });
      const response = await fetch(`${server.url}/unsafe/4x3/a.png`);
      assert.equal(readPicture(Buffer.from(await response.arrayBuffer())).width, 4);
      const refused = new RegExp(`^s3://${others.name}/(kept/a|results/4x3/a)\\.png: AccessDenied \\(403\\)`);
      for (const [event, role] of [
        ['not read', 'storage'],
        ['not read', 'result-storage'],
        ['not saved', 'storage'],
        ['not saved', 'result-storage'],
      ] as const) {
        const line = await server.logged(event, (one) => one['role'] === role);
        assert.match(String(line['detail']), refused, event);
      }
    });

    it('S25 logs nothing of what is merely not there', async () => {
      const server = await startImagor({ after }, ['-imagor-workers=1'], { ...common, S3_LOADER_BUCKET: sources.name });
      assert.equal((await fetch(`${server.url}/unsafe/missing.png`)).status, 404);
      server.kill('SIGTERM');
      await server.ended;
      assert.ok(!server.log.some(({ level }) => Number(level) >= 40));
    });
  });

  it(`${target.name}: S23 no save writes over an original of its own bucket and directory`, async () => {
    const bucket = await makeBucket(target);
    await bucket.put('a.png', blackPng(8, 6));
    const before = await bucket.head('a.png');
    const server = await startImagor({ after }, ['-imagor-workers=1'], {
      IMAGOR_UNSAFE: '1',
      HTTP_LOADER_DISABLE: '1',
      ...environmentOf(target),
      S3_LOADER_BUCKET: bucket.name,
      S3_STORAGE_BUCKET: bucket.name,
      S3_STORAGE_ACL: 'public-read',
      S3_STORAGE_EXPIRATION: '1ms', // of what is there already, too
      S3_RESULT_STORAGE_BUCKET: bucket.name,
    });
    assert.ok(server.log.some(({ msg }) => /very directory of S3_LOADER_BUCKET/.test(String(msg))));
    for (const path of ['a.png', '4x3/a.png', 'a.png']) {
      const response = await fetch(`${server.url}/unsafe/${path}`);
      assert.equal(response.status, 200, await response.text());
    }
    server.kill('SIGTERM');
    await server.ended; // saves are finished by then
    assert.deepEqual(await bucket.keys(), ['4x3/a.png', 'a.png']);
    const { ETag, LastModified, ContentLength } = await bucket.head('a.png');
    assert.deepEqual([ETag, LastModified, ContentLength], [before.ETag, before.LastModified, before.ContentLength]);
    assert.deepEqual(await bucket.grants('a.png'), []);
  });
}
