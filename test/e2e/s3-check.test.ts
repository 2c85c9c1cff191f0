import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { runImagor } from '../support/imagor-process.ts';
import { makeBucket, startOwnTarget } from '../support/s3-server/s3-target.ts';

const target = await startOwnTarget({ after });
const [mine, others] = [await makeBucket(target), await makeBucket(target, target.bob)];
const SECRET = target.alice.secretAccessKey;

/** Runs `imagor s3 check` as alice. */
async function check(env: Readonly<Record<string, string>>) {
  const { exitCode, stdout, stderr } = await runImagor(['s3', 'check'], {
    S3_ENDPOINT: target.endpoint,
    S3_FORCE_PATH_STYLE: '1',
    AWS_ACCESS_KEY_ID: target.alice.accessKeyId,
    AWS_SECRET_ACCESS_KEY: SECRET,
    ...env,
  });
  assert.ok(!(stdout + stderr).includes(SECRET));
  return { exitCode, text: stdout + stderr };
}

describe('imagor s3 check', () => {
  it('tries each role to the end, and leaves nothing behind', async () => {
    const { exitCode, text } = await check({
      S3_LOADER_BUCKET: mine.name,
      S3_STORAGE_BUCKET: `${mine.name}/kept`,
      S3_STORAGE_TAGGING: 'a=b',
      S3_RESULT_STORAGE_BUCKET: mine.name,
      S3_RESULT_STORAGE_PATH_PREFIX: 'thumbs',
      S3_RESULT_STORAGE_ACL: 'public-read',
    });
    assert.equal(exitCode, 0, text);
    assert.equal(text.match(/ works$/gm)?.length, 11, text);
    assert.match(text, /Result Storage +\S+ +revalidate +works/);
    assert.deepEqual(await mine.keys(), []);
  });

  const FAILING: Readonly<Record<string, readonly [env: Record<string, string>, step: string, advice: RegExp]>> = {
    'a missing bucket': [{ S3_STORAGE_BUCKET: 'no-such-bucket' }, 'read', /Create the bucket/],
    'somebody else’s bucket': [{ S3_STORAGE_BUCKET: others.name }, 'read', /Allow s3:ListBucket/],
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
    'nobody there': [{ S3_LOADER_BUCKET: mine.name, S3_ENDPOINT: 'http://127.0.0.1:1' }, 'read', /Nothing answers/],
  };
  for (const [what, [env, step, advice]] of Object.entries(FAILING)) {
    it(`says what to change for ${what}`, async () => {
      const { exitCode, text } = await check(env);
      assert.equal(exitCode, 1, text);
      assert.match(text, new RegExp(` ${step} +(?!works)\\S`));
      assert.match(text, advice);
    });
  }

  it('says so when no role is on', async () => {
    const { exitCode, text } = await check({});
    assert.equal(exitCode, 1);
    assert.match(text, /No S3 role is on/);
  });

  it('does not pretend to know buckets that requests name', async () => {
    const { exitCode, text } = await check({ S3_LOADER_BUCKET: '*' });
    assert.equal(exitCode, 0);
    assert.match(text, /not tried: every request names its bucket/);
  });
});
