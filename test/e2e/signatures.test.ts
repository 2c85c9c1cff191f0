import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { blackPng } from '../fixtures/black-png.ts';
import { type ImagorProcess, makeDir, startImagor } from '../support/imagor-process.ts';

const dir = await makeDir({ after });
const PNG = blackPng(8, 6);
for (const name of ['a.png', '日本 1.png']) await writeFile(join(dir, name), PNG);

/** By Node's own HMAC, not by the code under test. */
function sign(path: string, secret: string, algorithm = 'sha1', truncate?: number): string {
  const hash = createHmac(algorithm, secret).update(path).digest('base64');
  return hash.replaceAll('+', '-').replaceAll('/', '_').slice(0, truncate);
}

const start = (...flags: readonly string[]): Promise<ImagorProcess> =>
  startImagor({ after }, [
    ...['-file-loader-base-dir', dir, '-file-safe-chars=--', '-http-loader-disable', '-imagor-workers', '1'],
    ...flags,
  ]);

const [plain, rotated] = await Promise.all([
  start('-imagor-secret', 'mysecret'),
  start('-imagor-secrets', 'newest,older', '-imagor-signer-type', 'sha256', '-imagor-signer-truncate', '40'),
]);

const statusOf = async (server: ImagorProcess, path: string): Promise<number> => {
  const response = await fetch(`${server.url}/${path}`);
  await response.arrayBuffer();
  return response.status;
};

describe('a server with a secret', () => {
  it('serves what is signed with SHA-1', async () => {
    for (const path of ['a.png', '4x3/filters:blur(1)/a.png', 'meta/a.png', '%E6%97%A5%E6%9C%AC%201.png']) {
      assert.equal(await statusOf(plain, `${sign(path, 'mysecret')}/${path}`), 200, path);
    }
  });

  it('serves what was signed before it was escaped', async () => {
    const path = '4x3/filters:fill(red)/日本 1.png';
    const escaped = '4x3/filters%3Afill%28red%29/%E6%97%A5%E6%9C%AC%201.png';
    assert.equal(await statusOf(plain, `${sign(path, 'mysecret')}/${escaped}`), 200);
  });

  it('refuses everything else', async () => {
    const hash = sign('a.png', 'mysecret');
    const refused = [
      'a.png',
      'unsafe/a.png',
      `${hash}/b.png`,
      `${hash}/4x3/a.png`,
      `${hash.slice(0, -1)}/a.png`,
      `${hash}A/a.png`,
      `${hash.toLowerCase()}/a.png`,
      `${hash}/unsafe/a.png`,
      `${hash}//a.png`,
      `${sign('a.png', 'othersecret')}/a.png`,
      `${sign('a.png', '')}/a.png`,
      `${sign('a.png', 'mysecret', 'sha256')}/a.png`,
    ];
    for (const path of refused) assert.equal(await statusOf(plain, path), 403, path);
    const response = await fetch(`${plain.url}/${'A'.repeat(28)}/a.png`);
    assert.deepEqual(await response.json(), { message: 'url signature mismatch', status: 403 });
  });

  it('keeps the secret out of its log', () => {
    assert.ok(!JSON.stringify(plain.log).includes('mysecret'));
  });
});

describe('a server with two secrets, SHA-256 and short signatures', () => {
  it('serves what is signed with either', async () => {
    for (const secret of ['newest', 'older']) {
      assert.equal(await statusOf(rotated, `${sign('4x3/a.png', secret, 'sha256', 40)}/4x3/a.png`), 200, secret);
    }
  });

  it('refuses whole signatures, other secrets and other hashes', async () => {
    for (const hash of [
      sign('a.png', 'newest', 'sha256'),
      sign('a.png', 'oldest', 'sha256', 40),
      sign('a.png', 'newest,older', 'sha256', 40),
      sign('a.png', 'newest', 'sha1', 40),
      sign('a.png', 'newest', 'sha256', 39),
    ]) {
      assert.equal(await statusOf(rotated, `${hash}/a.png`), 403, hash);
    }
  });
});
