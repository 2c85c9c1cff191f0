// ceph-killed.mjs DIR ENDPOINT KEY SECRET: 1,000 requests through a server whose pictures lie in the Ceph gateway of DIR
// (start-rgw.sh), which is killed in the middle and brought back. Every picture that comes is compared with that of a
// server without S3, and so is every result that was kept. Needs a build.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const [directory = '', endpoint = '', accessKeyId = '', secretAccessKey = ''] = process.argv.slice(2);
const REQUESTS = 1_000;
const CONNECTIONS = 16;
const KILL_AT = 400;
const SOURCES = 10;
const SIZES = 10;
/** Milliseconds between the kill and the new start. */
const DOWN_MS = 1_000;

const images = Array.from({ length: SOURCES }, (_, at) => `valley-${at}.jpg`);
const paths = images.flatMap((image) =>
  Array.from({ length: SIZES }, (_, at) => `${120 + 20 * at}x${100 + at}/${image}`),
);
const [sources, results] = [`killed-sources-${process.pid}`, `killed-results-${process.pid}`];
const s3 = new S3Client({
  endpoint,
  region: 'us-east-1',
  forcePathStyle: true,
  credentials: { accessKeyId, secretAccessKey },
});
const files = mkdtempSync(path.join(tmpdir(), 'imagor-killed-'));

for (const bucket of [sources, results]) await s3.send(new CreateBucketCommand({ Bucket: bucket }));
for (const image of images) {
  copyFileSync('pictures/valley.jpg', path.join(files, image));
  await s3.send(new PutObjectCommand({ Bucket: sources, Key: image, Body: readFileSync('pictures/valley.jpg') }));
}

const reference = await startImagor({ FILE_LOADER_BASE_DIR: files });
const expected = new Map();
await each(paths, async (name) => expected.set(name, digest((await get(reference, name)).bytes)));
reference.child.kill('SIGTERM');

const server = await startImagor({
  S3_ENDPOINT: endpoint,
  S3_FORCE_PATH_STYLE: '1',
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  S3_LOADER_BUCKET: sources,
  S3_RESULT_STORAGE_BUCKET: results,
});
const statuses = new Map();
let [answered, wrong, killedAt, backAt, recoveredAt] = [0, 0, 0, 0, 0];
let gateway = Promise.resolve();
const startedAt = performance.now();
await each(
  Array.from({ length: REQUESTS }, (_, at) => paths[at % paths.length]),
  async (name) => {
    const { status, bytes } = await get(server, name);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status === 200 && digest(bytes) !== expected.get(name)) wrong++;
    if (status === 200 && backAt > 0 && recoveredAt === 0) recoveredAt = performance.now();
    if (++answered === KILL_AT) gateway = killAndRestart();
  },
);
await gateway;
const tookMs = performance.now() - startedAt;
if (recoveredAt === 0) {
  const { status } = await get(server, paths[0]);
  assert.equal(status, 200, 'it works again');
  recoveredAt = performance.now();
}
for (const name of paths) {
  const { status, bytes } = await get(server, name);
  assert.equal(status, 200, `${name} after the gateway is back`);
  if (digest(bytes) !== expected.get(name)) wrong++;
}
server.child.kill('SIGTERM');
await once(server.child, 'exit');
let kept = 0;
for (const name of paths) {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: results, Key: name }));
  if (digest(await Body.transformToByteArray()) === expected.get(name)) kept++;
}
rmSync(files, { recursive: true });

const seen = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
console.log(`gateway killed: ${REQUESTS} requests in ${Math.round(tookMs)} ms; ${seen.join(', ')}`);
console.log(`wrong or truncated: ${wrong}; results kept whole: ${kept} of ${paths.length}`);
const [awayMs, laterMs] = [backAt - killedAt, recoveredAt - backAt].map((ms) => Math.max(0, Math.round(ms)));
console.log(`the gateway was away for ${awayMs} ms; the first picture came ${laterMs} ms after it answered again`);
assert.equal(wrong, 0);
assert.equal(kept, paths.length);
assert.deepEqual(
  [...statuses.keys()].filter((status) => ![200, 408, 429, 502, 503].includes(status)),
  [],
);
assert.equal(
  [...statuses.values()].reduce((sum, count) => sum + count),
  REQUESTS,
  'everybody got an answer',
);
process.exit(0);

/** Kills the gateway that listens at the endpoint, waits, and starts it again as start-rgw.sh did. */
async function killAndRestart() {
  const pids = readFileSync(path.join(directory, 'pids'), 'utf8').trim().split('\n');
  const pid = pids.find((one) => /radosgw\0-n\0client\.rgw\0/.test(commandOf(one)));
  assert.ok(pid, 'a gateway that start-rgw.sh has started');
  process.kill(Number(pid), 'SIGKILL');
  killedAt = performance.now();
  await delay(DOWN_MS);
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', CEPH_CONF: path.join(directory, 'ceph.conf') };
  const child = spawn('radosgw', ['-n', 'client.rgw', '-f'], { env, stdio: 'ignore', detached: true });
  child.unref();
  appendFileSync(path.join(directory, 'pids'), `${child.pid}\n`);
  while (
    !(await fetch(endpoint).then(
      () => true,
      () => false,
    ))
  )
    await delay(5);
  backAt = performance.now();
}

function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it has ended
  }
}

async function startImagor(settings) {
  const env = { PATH: '/usr/bin:/bin', PORT: '0', IMAGOR_UNSAFE: '1', HTTP_LOADER_DISABLE: '1', ...settings };
  const child = spawn(process.execPath, ['dist/src/cli.js'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const port = await new Promise((resolve) => {
    lines.on('line', (line) => {
      const { msg, port: found } = JSON.parse(line);
      if (msg === 'listening') resolve(found);
    });
  });
  return { child, url: `http://127.0.0.1:${port}` };
}

async function get({ url }, name) {
  const response = await fetch(`${url}/unsafe/${name}`);
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
}

/** Does the work for each item, so many at a time. */
async function each(items, work) {
  const left = items[Symbol.iterator]();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}

function digest(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}
