import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createServer } from 'node:tls';
import { blackPng } from '../fixtures/black-png.ts';
import { localhostCertificate } from '../fixtures/localhost-certificate.ts';
import { makeDir, runImagor, startImagor } from '../support/imagor-process.ts';
import { readPicture } from '../support/picture.ts';
import { environmentOf, makeBucket, startProgramTargets } from '../support/s3-server/s3-target.ts';
import { until } from '../support/s3-server/until.ts';

/** What proxies in front of S3 servers do: TLS ends here, the rest goes on as it is. */
async function startTls(endpoint: string): Promise<string> {
  const sockets: Socket[] = [];
  const server = createServer(localhostCertificate, (socket) => {
    const behind = connect(Number(new URL(endpoint).port), '127.0.0.1');
    sockets.push(socket, behind);
    socket.on('error', () => behind.destroy()).pipe(behind);
    behind.on('error', () => socket.destroy()).pipe(socket);
  });
  server.on('tlsClientError', () => {}); // who does not trust us hangs up
  await once(server.listen(0, '127.0.0.1'), 'listening');
  after(async () => {
    for (const socket of sockets) socket.destroy();
    await once(server.close(), 'close');
  });
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

for (const target of await startProgramTargets({ after })) {
  describe(`${target.name}: over TLS, by a certificate of the operator’s own`, async () => {
    const bucket = await makeBucket(target);
    await bucket.put('a.png', blackPng(8, 6));
    const authority = join(await makeDir({ after }), 'ca.pem');
    await writeFile(authority, localhostCertificate.cert);
    const environment = {
      IMAGOR_UNSAFE: '1',
      HTTP_LOADER_DISABLE: '1',
      ...environmentOf(target),
      S3_ENDPOINT: await startTls(target.endpoint),
      S3_LOADER_BUCKET: bucket.name,
      S3_RESULT_STORAGE_BUCKET: bucket.name,
      S3_RESULT_STORAGE_BASE_DIR: 'results',
    };

    it('loads and keeps, with NODE_EXTRA_CA_CERTS', async () => {
      const server = await startImagor({ after }, ['-imagor-workers=1'], {
        ...environment,
        NODE_EXTRA_CA_CERTS: authority,
      });
      const response = await fetch(`${server.url}/unsafe/4x3/a.png`);
      assert.equal(readPicture(Buffer.from(await response.arrayBuffer())).width, 4);
      await until(async () => (await bucket.keys('results/')).length === 1);
      assert.ok(!server.log.some(({ level }) => Number(level) >= 40));
    });

    it('trusts nobody without, and says what to do', async () => {
      const { exitCode, stdout } = await runImagor(['s3', 'check'], environment);
      assert.equal(exitCode, 1);
      assert.match(stdout, /certificate/);
      assert.match(stdout, /NODE_EXTRA_CA_CERTS/);
    });
  });
}
