import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startGcsServer } from '../../test/support/gcs-server.ts';
import { startOrigin } from '../../test/support/origin.ts';
import { readBlob } from '../core/blob.ts';
import type { IoContext } from '../core/ports.ts';
import { createGcsStorage } from './gcs.ts';
import { connectGcs } from './gcs-client.ts';

const context: IoContext = { signal: new AbortController().signal, headers: new Headers() };

test('finds an emulator by host and port, and by URL, with the path of the API or without', async (t) => {
  const server = await startGcsServer(t);
  const host = `127.0.0.1:${server.port}`;
  for (const emulatorHost of [host, `${host}/`, `http://${host}`, `http://${host}/storage/v1/`, `HTTP://${host}/`]) {
    const storage = createGcsStorage(await connectGcs({ emulatorHost }), { bucket: 'pictures' });
    await storage.put('a.jpg', { body: Buffer.from(emulatorHost) }, context);
    const blob = await storage.get('a.jpg', context);
    assert.ok(blob);
    assert.equal(Buffer.from(await readBlob(blob)).toString(), emulatorHost);
    await storage.close?.();
    await storage.close?.();
  }
  assert.ok(server.requests.every(({ authorization }) => authorization === undefined));
  await assert.rejects(connectGcs({ emulatorHost: 'http://' }), { code: 'invalid', message: /STORAGE_EMULATOR_HOST/ });
});

test('does not start without credentials, and says what to do', async (t) => {
  setCredentials(t, '/nowhere/key.json');
  await assert.rejects(connectGcs(), { code: 'invalid', message: /no credentials.*GOOGLE_APPLICATION_CREDENTIALS/ });
});

test('signs in by application default credentials, once for many requests', async (t) => {
  const server = await startGcsServer(t);
  let logins = 0;
  const issuer = await startOrigin(t, (_request, response) => {
    logins++;
    const token = { access_token: 'token-1', token_type: 'Bearer', expires_in: 3_600 };
    const type = 'urn:ietf:params:oauth:token-type:access_token';
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...token, issued_token_type: type }));
  });
  await useExternalAccount(t, `${issuer.url}/token`);
  const client = await connectGcs({ endpoint: new URL(server.url) });
  const storage = createGcsStorage(client, { bucket: 'pictures' });
  t.after(() => client.close());
  await storage.put('a.jpg', { body: Buffer.from('one') }, context);
  assert.equal((await storage.stat('a.jpg', context))?.size, 3);
  await storage.delete('a.jpg', context);
  assert.deepEqual(
    server.requests.map(({ authorization }) => authorization),
    Array(3).fill('Bearer token-1'),
  );
  assert.equal(logins, 1);
});

test('fails without a token, and gives none of the sign-in away', async (t) => {
  const server = await startGcsServer(t);
  const issuer = await startOrigin(t, (_request, response) => {
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}');
  });
  await useExternalAccount(t, `${issuer.url}/token`);
  const client = await connectGcs({ endpoint: new URL(server.url) });
  t.after(() => client.close());
  const attempt = createGcsStorage(client, { bucket: 'pictures' }).stat('a.jpg', context);
  await assert.rejects(attempt, (error: Record<string, unknown>) => {
    assert.equal(error['code'], 'source-failed');
    assert.match(String(error['detail']), /gs:\/\/pictures\/a\.jpg: no access token: .*invalid_grant/);
    assert.doesNotMatch(`${error['detail']} ${error['cause']}`, /subject-token-of-the-machine/);
    assert.equal(error['publicMessage'], 'the source could not be fetched');
    return true;
  });
  assert.equal(server.requests.length, 0);
});

/** Credentials of the kind that a machine outside of Google has: a token of its own, to be exchanged. */
async function useExternalAccount(t: TestContext, tokenUrl: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'imagor-ts-gcs-'));
  t.after(() => rm(directory, { recursive: true }));
  const subjectToken = join(directory, 'token');
  await writeFile(subjectToken, 'subject-token-of-the-machine');
  const credentials = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: tokenUrl,
    credential_source: { file: subjectToken },
  };
  const path = join(directory, 'credentials.json');
  await writeFile(path, JSON.stringify(credentials));
  setCredentials(t, path);
}

function setCredentials(t: TestContext, path: string): void {
  const before = process.env['GOOGLE_APPLICATION_CREDENTIALS'];
  process.env['GOOGLE_APPLICATION_CREDENTIALS'] = path;
  t.after(() => {
    if (before === undefined) delete process.env['GOOGLE_APPLICATION_CREDENTIALS'];
    else process.env['GOOGLE_APPLICATION_CREDENTIALS'] = before;
  });
}
