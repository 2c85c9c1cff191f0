import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { createSigner } from '../../src/endpoint/sign.ts';
import { parseRouterConfig } from '../../src/storages/s3/router-config.ts';
import { blackPng } from '../fixtures/black-png.ts';
import { makeDir, startImagor } from '../support/imagor-process.ts';
import { readPicture } from '../support/picture.ts';
import {
  type S3Target,
  startProgramTargets,
  environmentOf as targetEnvironment,
} from '../support/s3-server/s3-target.ts';
import { createSdkClient, makeSdkBucket } from '../support/s3-server/sdk-client.ts';
import { until } from '../support/s3-server/until.ts';

const COMPOSE = fileURLToPath(new URL('../../../deploy/compose/', import.meta.url));

type Environment = Readonly<Record<string, string>>;

function read(file: string): string {
  return readFileSync(join(COMPOSE, file), 'utf8');
}

/** The environment of the service `imagor` in a compose file, as the container would have it. */
function environmentOf(file: string): Environment {
  const { services } = parse(read(file)) as { services: { imagor: { environment: Record<string, unknown> } } };
  return Object.fromEntries(
    Object.entries(services.imagor.environment).map(([name, value]) => [name, String(value ?? '')]),
  );
}

/** Starts a server with that environment; the server of S3, its keys and the port are those of the tests. */
async function startAt(target: S3Target, environment: Environment) {
  return startImagor({ after }, ['-imagor-workers=1'], { ...environment, ...targetEnvironment(target) });
}

async function widthOf(url: string): Promise<number> {
  const response = await fetch(url);
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.equal(response.status, 200, bytes.toString());
  return readPicture(bytes).width;
}

/** URLs are signed with the secret that the file shows. */
function signed(environment: Environment, path: string): string {
  const secrets = [environment['IMAGOR_SECRET'] ?? ''] as const;
  return `${createSigner({ algorithm: 'sha1', secrets, truncate: 0 }).sign(path)}/${path}`;
}

for (const target of await startProgramTargets({ after })) {
  describe(`${target.name}: deploy/compose`, () => {
    const client = createSdkClient({ ...target, keys: target.alice });
    const start = (environment: Environment) => startAt(target, environment);

    it('s3.yaml serves signed URLs from one bucket, and keeps results there', async () => {
      const environment = environmentOf('s3.yaml');
      const bucket = await makeSdkBucket(client, environment['S3_LOADER_BUCKET'] ?? '');
      await bucket.put('images/aa[1].png', blackPng(80, 60));
      const { url } = await start(environment);
      assert.equal(await widthOf(`${url}/${signed(environment, 'fit-in/40x40/aa[1].png')}`), 40);
      await until(async () => (await bucket.keys()).length === 2);
      assert.deepEqual(await bucket.keys(), ['images/aa[1].png', 'images/result/fit-in/40x40/aa[1].png']);
      assert.deepEqual(await bucket.grants('images/result/fit-in/40x40/aa[1].png'), ['AllUsers READ']);
    });

    it('s3-local.yaml serves unsafe URLs from one bucket, and keeps results in another', async () => {
      const environment = environmentOf('s3-local.yaml');
      const pictures = await makeSdkBucket(client, environment['S3_LOADER_BUCKET'] ?? '');
      const thumbnails = await makeSdkBucket(client, environment['S3_RESULT_STORAGE_BUCKET'] ?? '');
      await pictures.put('a.png', blackPng(80, 60));
      const { url } = await start(environment);
      assert.equal(await widthOf(`${url}/unsafe/20x20/a.png`), 20);
      await until(async () => (await thumbnails.keys()).length === 1);
      assert.deepEqual(await thumbnails.keys(), ['20x20/a.png']);
    });

    it('s3-routing.yaml routes by bucket-routing.yaml', async () => {
      const environment = environmentOf('s3-routing.yaml');
      const singapore = await makeSdkBucket(client, 'imagor-singapore');
      await singapore.put('f7a3-SG-a.png', blackPng(30, 30));
      const file = join(await makeDir({ after }), 'bucket-routing.yaml');
      await writeFile(file, read('bucket-routing.yaml').replaceAll(/region: .*/g, 'region: us-east-1'));
      const { url } = await start({ ...environment, S3_LOADER_BUCKET_ROUTER_CONFIG: file });
      assert.equal(await widthOf(`${url}/${signed(environment, 'f7a3-SG-a.png')}`), 30);
    });
  });
}

describe('deploy/compose', () => {
  it('bucket-passthrough.yaml takes the bucket from the image', () => {
    const { route } = parseRouterConfig(read('bucket-passthrough.yaml'), 'bucket-passthrough.yaml');
    assert.deepEqual(route('mysite-test/images/photo.jpg'), { bucket: 'mysite-test', key: 'images/photo.jpg' });
  });
});
