import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { loadAwsConfig } from './aws-config.ts';

const NOTHING = {
  endpoint: '',
  region: '',
  accessKeyId: '',
  secretAccessKey: '',
  sessionToken: '',
  forcePathStyle: false,
  maxIdleConnections: 1,
};
const KEYS = { accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'token' };

let dir = '';
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'imagor-ts-aws-'));
  await writeFile(join(dir, 'config'), '[profile pictures]\nregion = eu-north-1\n[profile bare]\noutput = json\n');
  await writeFile(
    join(dir, 'credentials'),
    '[pictures]\naws_access_key_id = profile-key\naws_secret_access_key = profile-secret\n',
  );
});
after(() => rm(dir, { recursive: true }));
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, {
    AWS_CONFIG_FILE: join(dir, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(dir, 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
  });
});

test('takes what is given', async () => {
  const config = await loadAwsConfig({ ...NOTHING, ...KEYS, region: 'eu-west-1' });
  assert.equal(config.region, 'eu-west-1');
  assert.deepEqual(await config.credentials(), KEYS);
});

test('finds region and credentials in the profile of the environment', async () => {
  process.env['AWS_PROFILE'] = 'pictures';
  const config = await loadAwsConfig(NOTHING);
  assert.equal(config.region, 'eu-north-1');
  const { accessKeyId, secretAccessKey } = await config.credentials();
  assert.deepEqual([accessKeyId, secretAccessKey], ['profile-key', 'profile-secret']);
});

test('reads a file of credentials again when those of it were refused', async () => {
  const file = join(dir, 'rotated');
  const rotate = (token: string): Promise<void> =>
    writeFile(file, `[default]\naws_access_key_id = k\naws_secret_access_key = s\naws_session_token = ${token}\n`);
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = file;
  await rotate('old');
  const config = await loadAwsConfig({ ...NOTHING, region: 'eu-west-1' });
  const old = await config.credentials();
  await rotate('new');
  assert.equal((await config.credentials()).sessionToken, 'old');
  assert.deepEqual(await Promise.all([config.renew(old), config.renew(old)]), [true, true]);
  const renewed = await config.credentials();
  assert.equal(renewed.sessionToken, 'new');
  await rotate('newest');
  assert.equal(await config.renew(renewed), false, 'not so soon again');
  const given = await loadAwsConfig({ ...NOTHING, ...KEYS, region: 'eu-west-1' });
  assert.equal(await given.renew(KEYS), false);
});

test('falls back to us-east-1 with an endpoint, and says what is missing without one', async () => {
  process.env['AWS_PROFILE'] = 'bare';
  const config = await loadAwsConfig({ ...NOTHING, endpoint: 'http://minio:9000' });
  assert.equal(config.region, 'us-east-1');
  await assert.rejects(loadAwsConfig(NOTHING), { code: 'invalid', message: /AWS_REGION/ });
});

test('refuses half a pair of keys, and an endpoint that is no URL', async () => {
  for (const half of [{ accessKeyId: 'key' }, { secretAccessKey: 'secret' }]) {
    await assert.rejects(loadAwsConfig({ ...NOTHING, ...half, region: 'eu-west-1' }), { code: 'invalid' });
  }
  await assert.rejects(loadAwsConfig({ ...NOTHING, endpoint: 'minio' }), { code: 'invalid', message: /"minio"/ });
});

test('refuses a region that is none', async () => {
  for (const region of ['eu west 1', 'evil.com/', '-']) {
    await assert.rejects(
      loadAwsConfig({ ...NOTHING, ...KEYS, region }),
      { code: 'invalid', message: /region/ },
      region,
    );
  }
});

test('finds access points, signs for their own region, and refuses what it could not sign for', async () => {
  const { endpointOf } = await loadAwsConfig({ ...NOTHING, ...KEYS, region: 'us-east-1' });
  const cases = [
    ['arn:aws:s3:eu-west-1:123456789012:accesspoint/mine', 'mine-123456789012.s3-accesspoint.eu-west-1.amazonaws.com'],
    [
      'arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-01234567890123456/accesspoint/mine',
      'mine-123456789012.op-01234567890123456.s3-outposts.eu-west-1.amazonaws.com',
    ],
  ] as const;
  for (const [bucket, expected] of cases) {
    const { host, region } = endpointOf(bucket, 'us-east-1');
    assert.deepEqual([host, region], [expected, 'eu-west-1']);
  }
  const refused = [
    ['arn:aws:s3:eu-west-1:123456789012:accesspoint', /accesspoint/],
    ['arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap', /another kind \(sigv4a\)/],
  ] as const;
  for (const [bucket, detail] of refused) {
    assert.throws(() => endpointOf(bucket, 'us-east-1'), { code: 'invalid', detail, publicMessage: /^S3 cannot/ });
  }
});

test('S41 remembers where buckets are, for no more than a thousand of them', async () => {
  const { endpointOf } = await loadAwsConfig({ ...NOTHING, ...KEYS, region: 'eu-west-1' });
  const first = endpointOf('bucket-0', 'eu-west-1');
  for (let at = 1; at < 1_000; at++) endpointOf(`bucket-${at}`, 'eu-west-1');
  assert.equal(endpointOf('bucket-0', 'eu-west-1'), first, 'still known');
  endpointOf('bucket-1000', 'eu-west-1');
  const again = endpointOf('bucket-0', 'eu-west-1');
  assert.notEqual(again, first, 'forgotten');
  assert.deepEqual(again, first);
});

test('addresses buckets by virtual host where it can', async () => {
  const addressOf = async (options: Partial<typeof NOTHING>, bucket: string, region = 'eu-west-1'): Promise<string> => {
    const config = await loadAwsConfig({ ...NOTHING, ...KEYS, region, ...options });
    const endpoint = config.endpointOf(bucket, region);
    assert.equal(config.endpointOf(bucket, region), endpoint);
    assert.deepEqual([endpoint.region, new URL(endpoint.origin).host], [region, endpoint.host]);
    return endpoint.origin + endpoint.basePath;
  };
  const minio = { endpoint: 'http://minio:9000' };
  assert.equal(await addressOf({}, 'pictures'), 'https://pictures.s3.eu-west-1.amazonaws.com');
  assert.equal(await addressOf({}, 'pictures', 'cn-north-1'), 'https://pictures.s3.cn-north-1.amazonaws.com.cn');
  assert.equal(await addressOf({}, 'my.pictures'), 'https://s3.eu-west-1.amazonaws.com/my.pictures');
  assert.equal(await addressOf({ forcePathStyle: true }, 'pictures'), 'https://s3.eu-west-1.amazonaws.com/pictures');
  assert.equal(await addressOf(minio, 'pictures'), 'http://pictures.minio:9000');
  assert.equal(await addressOf({ ...minio, forcePathStyle: true }, 'pictures'), 'http://minio:9000/pictures');
  assert.equal(await addressOf({ endpoint: 'http://127.0.0.1:9000' }, 'pictures'), 'http://127.0.0.1:9000/pictures');
  assert.equal(await addressOf({ endpoint: 'http://a/s3/' }, 'pictures'), 'http://pictures.a/s3');
  process.env['AWS_ENDPOINT_URL_S3'] = 'http://configured:1';
  assert.equal(await addressOf({}, 'pictures'), 'http://pictures.configured:1');
  assert.equal(await addressOf(minio, 'pictures'), 'http://pictures.minio:9000');
});
