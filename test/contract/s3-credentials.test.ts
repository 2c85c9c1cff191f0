import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createS3Client } from '../../src/storages/s3/client.ts';
import type { Lifetime } from '../support/lifetime.ts';
import { startOrigin } from '../support/origin.ts';
import { assumeRole } from '../support/s3-server/assume-role.ts';
import { setAwsEnvironment } from '../support/s3-server/aws-environment.ts';
import type { S3Keys } from '../support/s3-server/s3-signature.ts';
import {
  clientOptions,
  makeBucket,
  makeSeparateStorage,
  makeStorage,
  type S3Target,
  startOwnTarget,
  startTargets,
} from '../support/s3-server/s3-target.ts';
import { ioContext, load } from './loader-contract.ts';

/** Of a client that has to find its keys by itself. */
const NO_KEYS = { accessKeyId: '', secretAccessKey: '', sessionToken: '' };

/** Temporary keys of alice's, as the server in question gives them. */
async function temporaryKeys({ sts, server, alice }: S3Target): Promise<S3Keys> {
  if (sts) return assumeRole(sts.endpoint, sts.role, alice);
  const keys = { ...alice, accessKeyId: `TEMPORARY${server?.keys.length}`, sessionToken: 'token/+==' };
  server?.keys.push(keys);
  return keys;
}

for (const real of await startTargets({ after })) {
  // Ceph takes tokens only where its security token service is, and overlooks them elsewhere
  const target = real.sts ? { ...real, endpoint: real.sts.endpoint } : real;

  describe(`${target.name}: credentials`, () => {
    test('S04 two accounts at once, each denied the other’s bucket', async (t) => {
      const { alice, bob } = real;
      const [ofAlice, ofBob] = [await makeBucket(real, alice), await makeBucket(real, bob)];
      await ofAlice.put('a.jpg', 'of alice');
      await ofBob.put('a.jpg', 'of bob');
      const as = (bucket: string, keys: S3Keys) => makeSeparateStorage(t, real, { bucket }, clientOptions(real, keys));
      assert.equal(String(await load(await as(ofAlice.name, alice), 'a.jpg')), 'of alice');
      assert.equal(String(await load(await as(ofBob.name, bob), 'a.jpg')), 'of bob');
      const crossed = [await as(ofBob.name, alice), await as(ofAlice.name, bob)];
      for (const storage of crossed) {
        await assert.rejects(load(storage, 'a.jpg'), { code: 'source-not-allowed' });
        await assert.rejects(storage.stat('a.jpg', ioContext()), { code: 'source-not-allowed' });
        await assert.rejects(storage.put('a.jpg', { body: Buffer.from('x') }, ioContext()), { status: 403 });
        await assert.rejects(storage.delete('a.jpg', ioContext()), { status: 403 });
      }
      assert.deepEqual([String(await ofAlice.get('a.jpg')), String(await ofBob.get('a.jpg'))], ['of alice', 'of bob']);
    });

    if (target.isCeph && !target.sts) return;

    test('S04 temporary keys work with their token, and without it not', async (t) => {
      const bucket = await makeBucket(real);
      await bucket.put('a.jpg', 'a');
      const keys = await temporaryKeys(target);
      const options = { bucket: bucket.name };
      const good = await makeSeparateStorage(t, target, options, clientOptions(target, keys));
      assert.equal(String(await load(good, 'a.jpg')), 'a');
      await good.put('b.jpg', { body: Buffer.from('b') }, ioContext());
      assert.equal(String(await bucket.get('b.jpg')), 'b');
      for (const sessionToken of ['', 'another']) {
        const bad = await makeSeparateStorage(t, target, options, clientOptions(target, { ...keys, sessionToken }));
        // Ceph's service answers AccessDenied to bad tokens, which is what it says of foreign buckets too
        const code = target.isCeph ? 'source-not-allowed' : 'source-failed';
        await assert.rejects(load(bad, 'a.jpg'), { code }, sessionToken);
      }
    });

    test('S04 the default chain finds keys in the environment', async (t) => {
      const bucket = await makeBucket(real);
      await bucket.put('a.jpg', 'a');
      const { accessKeyId, secretAccessKey, sessionToken = '' } = await temporaryKeys(target);
      setAwsEnvironment(t, {
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
      });
      const storage = await makeSeparateStorage(t, target, { bucket: bucket.name }, NO_KEYS);
      assert.equal(String(await load(storage, 'a.jpg')), 'a');
    });
  });
}

describe('S3: the default chain of credentials', async () => {
  const target = await startOwnTarget({ after });

  /** Loads a picture with keys that the environment leads to. */
  async function loadBy(t: Lifetime, variables: Readonly<Record<string, string>>): Promise<void> {
    const bucket = await makeBucket(target);
    await bucket.put('a.jpg', 'a');
    setAwsEnvironment(t, { AWS_EC2_METADATA_DISABLED: 'true', ...variables });
    const storage = await makeSeparateStorage(t, target, { bucket: bucket.name }, NO_KEYS);
    assert.equal(String(await load(storage, 'a.jpg')), 'a');
  }

  async function makeFile(t: Lifetime, text: string): Promise<string> {
    const dir = await mkdtemp(join(tmpdir(), 'imagor-ts-aws-'));
    t.after(() => rm(dir, { recursive: true }));
    await writeFile(join(dir, 'file'), text);
    return join(dir, 'file');
  }

  test('S04 a shared profile', async (t) => {
    const { accessKeyId, secretAccessKey, sessionToken } = await temporaryKeys(target);
    const lines = [
      '[default]\naws_access_key_id = WRONG\naws_secret_access_key = wrong',
      `[pictures]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}`,
      `aws_session_token = ${sessionToken}\n`,
    ];
    await loadBy(t, {
      AWS_SHARED_CREDENTIALS_FILE: await makeFile(t, lines.join('\n')),
      AWS_CONFIG_FILE: await makeFile(t, ''),
      AWS_PROFILE: 'pictures',
    });
  });

  test('S04 keys that were rotated in their file once the old ones were refused', async (t) => {
    const bucket = await makeBucket(target);
    await bucket.put('a.jpg', 'a');
    const rotated = await temporaryKeys(target);
    const expired = { ...target.alice, accessKeyId: 'OUTWORN', sessionToken: 'token', expiresAt: new Date(0) };
    target.server.keys.push(expired);
    const fileOf = (keys: S3Keys): string =>
      `[default]\naws_access_key_id = ${keys.accessKeyId}\naws_secret_access_key = ${keys.secretAccessKey}\n` +
      `aws_session_token = ${keys.sessionToken}\n`;
    const file = await makeFile(t, fileOf(expired));
    setAwsEnvironment(t, {
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SHARED_CREDENTIALS_FILE: file,
      AWS_CONFIG_FILE: await makeFile(t, ''),
    });
    const storage = await makeSeparateStorage(t, target, { bucket: bucket.name }, NO_KEYS);
    await assert.rejects(storage.stat('a.jpg', ioContext())); // so the old keys are in use
    await writeFile(file, fileOf(rotated));
    const pictures = await Promise.all([1, 2, 3].map(() => load(storage, 'a.jpg')));
    assert.deepEqual(pictures.map(String), ['a', 'a', 'a']);
  });

  test('S04 a container’s role, as on ECS', async (t) => {
    const keys = await temporaryKeys(target);
    const asked: (string | undefined)[] = [];
    const container = await startOrigin(t, ({ headers }, response) => {
      asked.push(headers.authorization);
      response.end(JSON.stringify(asAwsJson(keys)));
    });
    await loadBy(t, {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.url}/role`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'let me in',
    });
    assert.deepEqual(asked, ['let me in']);
  });

  test('S04 a machine’s role, as on EC2', async (t) => {
    const keys = await temporaryKeys(target);
    const metadata = await startOrigin(t, ({ url = '' }, response) => {
      if (url.endsWith('/api/token')) response.end('a token');
      else if (url.endsWith('/security-credentials/')) response.end('pictures');
      else response.end(JSON.stringify({ Code: 'Success', ...asAwsJson(keys) }));
    });
    await loadBy(t, {
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.url,
    });
  });

  test('S04 web identity, as on EKS', async (t) => {
    const { accessKeyId, secretAccessKey, sessionToken } = await temporaryKeys(target);
    const asked: string[] = [];
    const sts = await startOrigin(t, async (request, response) => {
      let form = '';
      for await (const chunk of request) form += chunk;
      asked.push(form);
      const fields = [
        `<AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>`,
        `<SessionToken>${sessionToken}</SessionToken><Expiration>${inAnHour()}</Expiration>`,
      ];
      const result = `<AssumeRoleWithWebIdentityResult><Credentials>${fields.join('')}</Credentials></AssumeRoleWithWebIdentityResult>`;
      response.setHeader('content-type', 'text/xml');
      response.end(`<AssumeRoleWithWebIdentityResponse>${result}</AssumeRoleWithWebIdentityResponse>`);
    });
    await loadBy(t, {
      AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/pictures',
      AWS_WEB_IDENTITY_TOKEN_FILE: await makeFile(t, 'signed by the cluster'),
      AWS_ENDPOINT_URL_STS: sts.url,
      AWS_REGION: 'us-east-1',
    });
    const form = new URLSearchParams(asked[0]);
    assert.equal(form.get('WebIdentityToken'), 'signed by the cluster');
    assert.equal(form.get('RoleArn'), 'arn:aws:iam::111122223333:role/pictures');
  });

  test('S04 keys that are given win over the chain', async (t) => {
    setAwsEnvironment(t, { AWS_ACCESS_KEY_ID: 'WRONG', AWS_SECRET_ACCESS_KEY: 'wrong', AWS_SESSION_TOKEN: 'wrong' });
    const bucket = await makeBucket(target);
    await bucket.put('a.jpg', 'a');
    assert.equal(String(await load(await makeStorage(target, { bucket: bucket.name }), 'a.jpg')), 'a');
  });

  test('S04 no keys anywhere: the operator’s fault, of which clients are told nothing', async (t) => {
    setAwsEnvironment(t, { AWS_EC2_METADATA_DISABLED: 'true', AWS_SHARED_CREDENTIALS_FILE: '/nowhere' });
    const storage = await makeSeparateStorage(t, target, { bucket: 'pictures' }, NO_KEYS);
    await assert.rejects(load(storage, 'a.jpg'), (error: { code: string; publicMessage: string }) => {
      assert.equal(error.code, 'source-failed');
      assert.doesNotMatch(error.publicMessage, /credential|pictures|nowhere/i);
      return true;
    });
  });

  test('S04 half a pair of keys is refused', async () => {
    const half = createS3Client({ ...clientOptions(target), secretAccessKey: '' });
    await assert.rejects(half, { code: 'invalid' });
  });
});

function asAwsJson({ accessKeyId, secretAccessKey, sessionToken }: S3Keys): object {
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration: inAnHour(),
  };
}

function inAnHour(): string {
  return new Date(Date.now() + 3_600_000).toISOString();
}
