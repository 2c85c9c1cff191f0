import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { makeDir, runImagor } from '../support/imagor-process.ts';
import { environmentOf, makeBucket, startProgramTargets } from '../support/s3-server/s3-target.ts';

for (const target of await startProgramTargets({ after })) {
  const [mine, others] = [await makeBucket(target), await makeBucket(target, target.bob)];
  const { alice, bob } = target;

  /** Runs `imagor s3 check` as alice. */
  const check = async (env: Readonly<Record<string, string>>) => {
    const { exitCode, stdout, stderr } = await runImagor(['s3', 'check'], { ...environmentOf(target), ...env });
    assert.ok(!(stdout + stderr).includes(alice.secretAccessKey));
    assert.equal(stderr, '');
    return { exitCode, text: stdout };
  };

  describe(`${target.name}: imagor s3 check`, () => {
    it('tries each role to the end, and leaves nothing behind', async () => {
      const { exitCode, text } = await check({
        S3_LOADER_BUCKET: mine.name,
        S3_STORAGE_BUCKET: `${mine.name}/kept`,
        S3_STORAGE_TAGGING: 'a=b',
        S3_STORAGE_EXPIRATION: '1ms',
        S3_RESULT_STORAGE_BUCKET: mine.name,
        S3_RESULT_STORAGE_PATH_PREFIX: 'thumbs',
        S3_RESULT_STORAGE_ACL: 'public-read',
      });
      assert.equal(exitCode, 0, text);
      assert.equal(text.match(/ works$/gm)?.length, 14, text);
      assert.match(text, /Result Storage +\S+ +revalidate +works/);
      assert.deepEqual(await mine.keys(), []);
    });

    const UNSURE = { S3_FORBIDDEN_AS_NOT_FOUND: '1' };
    const FAILING: Readonly<Record<string, readonly [env: Record<string, string>, step: string, advice: RegExp]>> = {
      'a missing bucket': [{ S3_STORAGE_BUCKET: 'no-such-bucket' }, 'read', /Create the bucket/],
      'somebody else’s bucket': [{ S3_STORAGE_BUCKET: others.name }, 'read', /Allow s3:ListBucket/],
      'somebody else’s bucket that refuses as if nothing was there': [
        { S3_STORAGE_BUCKET: others.name, ...UNSURE },
        'write',
        /Allow s3:PutObject/,
      ],
      'a loader’s bucket of which nothing can be told': [
        { S3_LOADER_BUCKET: others.name, ...UNSURE },
        'read',
        /this command can tell/,
      ],
      'a wrong access key': [
        { S3_LOADER_BUCKET: mine.name, AWS_ACCESS_KEY_ID: 'NOBODY' },
        'read',
        /does not know this access/,
      ],
      'a wrong secret': [
        { S3_LOADER_BUCKET: mine.name, AWS_SECRET_ACCESS_KEY: 'wrong' },
        'read',
        /secret key does not belong/,
      ],
      'nobody there': [
        { S3_LOADER_BUCKET: mine.name, S3_ENDPOINT: 'http://127.0.0.1:1' },
        'head bucket',
        /Nothing answers/,
      ],
    };
    for (const [what, [env, step, advice]] of Object.entries(FAILING)) {
      it(`says what to change for ${what}`, async () => {
        const { exitCode, text } = await check(env);
        assert.equal(exitCode, 1, text);
        assert.match(text, new RegExp(` ${step} +(?!works|refused, as)\\S`));
        assert.match(text, advice);
        assert.doesNotMatch(text, /All of it works/);
      });
    }

    it('tries every bucket that a router declares, each by its own account', async (t) => {
      const file = join(await makeDir({ after: (callback) => t.after(callback) }), 'routes.yaml');
      const bobs = `access_key_id: ${bob.accessKeyId}, secret_access_key: ${bob.secretAccessKey}`;
      const write = (fallback: string) =>
        writeFile(
          file,
          `routing_pattern: "^(?P<bucket>[A-Z]+)-"
default_bucket: {name: ${mine.name}}
rules: [{match: BOB, bucket: {name: ${others.name}, ${bobs}}}]
fallback_buckets: [{name: ${fallback}}]
`,
        );
      await write(mine.name);
      const good = await check({ S3_LOADER_BUCKET_ROUTER_CONFIG: file });
      assert.equal(good.exitCode, 0, good.text);
      assert.equal(good.text.match(/ works$/gm)?.length, 4, good.text);
      await write(others.name);
      const denied = await check({ S3_LOADER_BUCKET_ROUTER_CONFIG: file });
      assert.equal(denied.exitCode, 1, denied.text);
      assert.match(denied.text, new RegExp(`${others.name} \\(rule BOB\\) +read +works`));
      assert.match(denied.text, new RegExp(`${others.name} \\(fallback\\) +read +AccessDenied`));
      await write('no-such-bucket');
      const missing = await check({ S3_LOADER_BUCKET_ROUTER_CONFIG: file });
      assert.equal(missing.exitCode, 1, missing.text);
      assert.match(missing.text, /no-such-bucket \(fallback\) +read +NoSuchBucket/);
    });

    it('does not pretend to know buckets that requests name', async () => {
      const { exitCode, text } = await check({ S3_LOADER_BUCKET: '*' });
      assert.equal(exitCode, 0);
      assert.match(text, /not tried: every request names its bucket/);
      assert.doesNotMatch(text, /works/);
    });

    it('knows a class whose objects cannot be read back', { skip: target.isCeph && 'Ceph reads all' }, async () => {
      const { exitCode, text } = await check({ S3_STORAGE_BUCKET: mine.name, S3_STORAGE_CLASS: 'GLACIER' });
      assert.equal(exitCode, 1, text);
      assert.match(text, / read back +InvalidObjectState/);
      assert.match(text, /set S3_STORAGE_CLASS to another/);
      assert.deepEqual(await mine.keys(), [], 'the probe is gone all the same');
    });
  });
}

describe('imagor s3 check', () => {
  it('says so when no role is on', async () => {
    const { exitCode, stdout } = await runImagor(['s3', 'check'], {});
    assert.equal(exitCode, 1);
    assert.match(stdout, /No S3 role is on/);
  });
});
