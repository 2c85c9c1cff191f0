import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { blackPng } from '../fixtures/black-png.ts';
import { makeDir, runImagor, startImagor } from '../support/imagor-process.ts';
import { readPicture } from '../support/picture.ts';
import { environmentOf, makeBucket, startProgramTargets } from '../support/s3-server/s3-target.ts';

const directory = await makeDir({ after });

for (const target of await startProgramTargets({ after })) {
  const { bob } = target;
  const [byDefault, singapore, archive, cellar] = [
    await makeBucket(target),
    await makeBucket(target, bob),
    await makeBucket(target),
    await makeBucket(target),
  ];
  /** Widths tell where a picture came from. */
  await byDefault.put('0000-XX-a.png', blackPng(10, 10));
  await singapore.put('0000-SG-a.png', blackPng(20, 10));
  await archive.put('0000-SG-old.png', blackPng(30, 10));
  await cellar.put('0000-SG-older.png', blackPng(40, 10));
  await archive.put('0000-SG-a.png', blackPng(50, 10));

  async function start(yaml: string, env: Readonly<Record<string, string>> = {}) {
    const file = join(directory, `${Math.random()}.yaml`);
    await writeFile(file, yaml);
    const { url } = await startImagor({ after }, ['-imagor-workers=1', '-imagor-unsafe', '-http-loader-disable'], {
      ...environmentOf(target),
      S3_LOADER_BUCKET_ROUTER_CONFIG: file,
      ...env,
    });
    /** The width of the picture that came, or the status. */
    return async (image: string): Promise<number> => {
      const response = await fetch(`${url}/unsafe/${image}`);
      const bytes = Buffer.from(await response.arrayBuffer());
      return response.status === 200 ? readPicture(bytes).width : response.status;
    };
  }

  const ROUTES = `
routing_pattern: "^[a-f0-9]{4}-(?P<bucket>[A-Z]{2})-"
default_bucket: {name: ${byDefault.name}}
fallback_buckets:
  - {name: ${archive.name}}
  - {name: ${cellar.name}}
rules:
  - match: SG
    bucket:
      name: ${singapore.name}
      region: us-east-1
      access_key_id: ${bob.accessKeyId}
      secret_access_key: ${bob.secretAccessKey}
  - match: NO
    bucket: {name: ${singapore.name}}
`;

  describe(`${target.name}: a bucket router`, () => {
    it('S41 S43 picks the bucket by the rule, with that bucket’s own account, or the default one', async () => {
      const widthOf = await start(ROUTES);
      assert.equal(await widthOf('0000-SG-a.png'), 20);
      assert.equal(await widthOf('0000-XX-a.png'), 10, 'no rule');
      assert.equal(await widthOf('none.png'), 404, 'no match, and the default has no such object');
    });

    it('S42 really tries the fallbacks in order, for what is not there and for nothing else', async () => {
      const widthOf = await start(ROUTES);
      assert.equal(await widthOf('0000-SG-old.png'), 30);
      assert.equal(await widthOf('0000-SG-older.png'), 40);
      assert.equal(await widthOf('0000-SG-none.png'), 404);
      assert.equal(await widthOf('0000-NO-old.png'), 403, 'a refusal is not a missing object');
    });

    it('S41 passes keys through to whatever bucket they name, where there are neither rules nor default', async () => {
      const widthOf = await start('routing_pattern: "^(?P<bucket>[^/]+)/(?P<path>.+)$"');
      assert.equal(await widthOf(`${archive.name}/0000-SG-old.png`), 30);
      assert.equal(await widthOf(`${cellar.name}/0000-SG-older.png`), 40);
      assert.equal(await widthOf('EVIL..host/a.png'), 400, 'S32');
      assert.equal(await widthOf('a.png'), 404);
    });

    it('S43 lets S3_LOADER_BUCKET name the default bucket, which keeps what else it has', async () => {
      const keys = `access_key_id: ${bob.accessKeyId}, secret_access_key: ${bob.secretAccessKey}`;
      const widthOf = await start(
        `routing_pattern: "^(?P<bucket>-)"\ndefault_bucket: {name: ${byDefault.name}, ${keys}}\n`,
        { S3_LOADER_BUCKET: singapore.name },
      );
      assert.equal(await widthOf('0000-SG-a.png'), 20);
      assert.equal(await widthOf('0000-XX-a.png'), 404);
    });

    it('S42 asks the fallbacks for what the bucket of a passthrough lacks', async () => {
      const widthOf = await start(
        `routing_pattern: "^(?P<bucket>[^/]+)/(?P<path>.+)$"\nfallback_buckets: [{name: ${cellar.name}}]\n`,
      );
      assert.equal(await widthOf(`${archive.name}/0000-SG-old.png`), 30);
      assert.equal(await widthOf(`${archive.name}/0000-SG-older.png`), 40);
      assert.equal(await widthOf('no-such-bucket/0000-SG-older.png'), 40);
      assert.equal(await widthOf(`${singapore.name}/0000-SG-older.png`), 403);
    });

    it('S41 opens no bucket that the rules do not name, without a default', async () => {
      const widthOf = await start(
        `routing_pattern: "^(?P<bucket>[^/]+)/(?P<path>.+)$"\nrules: [{match: old, bucket: {name: ${archive.name}}}]\n`,
      );
      assert.equal(await widthOf('old/0000-SG-old.png'), 30);
      assert.equal(await widthOf(`${cellar.name}/0000-SG-older.png`), 404);
    });
  });
}

describe('a bucket router’s file', () => {
  it('S44 stops the start for a broken file, with the file, the line and the reason', async () => {
    const file = join(directory, 'broken.yaml');
    await writeFile(file, 'routing_pattern: "^x"\n');
    const named = await runImagor(['-s3-loader-bucket-router-config', file, '-aws-region', 'us-east-1']);
    assert.equal(named.exitCode, 1);
    assert.match(named.stderr, /broken\.yaml, line 1: routing_pattern needs a group/);
    const missing = await runImagor(['-s3-loader-bucket-router-config', join(directory, 'none.yaml')], {
      AWS_REGION: 'us-east-1',
    });
    assert.equal(missing.exitCode, 1);
    assert.match(missing.stderr, /S3_LOADER_BUCKET_ROUTER_CONFIG: .*none\.yaml cannot be read/);
  });
});
