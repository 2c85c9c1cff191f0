// Runs the server behind Nginx and behind Varnish, as an operator would, and checks that they cache its answers, keep
// apart what depends on `Accept`, and revalidate with 304.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const folder = mkdtempSync(path.join(tmpdir(), 'imagor-cache-'));
const children = [];
let log = '';
const [origin, nginx, varnish] = await Promise.all([freePort(), freePort(), freePort()]);

try {
  await startImagor();
  await startNginx();
  await check('nginx', nginx, (headers) => headers.get('x-cache'));
  await startVarnish();
  await check('varnish', varnish, (headers) => (headers.get('x-varnish')?.includes(' ') ? 'HIT' : 'MISS'));
  console.log('behind Nginx and Varnish: cached, separated by Vary, revalidated');
} finally {
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map((child) => (child.exitCode === null ? once(child, 'exit') : undefined)));
  rmSync(folder, { recursive: true, force: true });
}

/** What every shared cache has to make of our answers. */
async function check(name, port, statusOf) {
  const ask = async (target, headers = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${target}`, { headers });
    const { byteLength } = await response.arrayBuffer();
    return { status: response.status, headers: response.headers, byteLength, cache: statusOf(response.headers) };
  };

  const picture = `/unsafe/120x90/valley.jpg?${name}`;
  const first = await ask(picture, { accept: '*/*' });
  const second = await ask(picture, { accept: '*/*' });
  assert.deepEqual([first.status, first.cache, second.cache], [200, 'MISS', 'HIT'], `${name} caches`);
  assert.equal(second.byteLength, first.byteLength);

  const webp = await ask(picture, { accept: 'image/webp,*/*' });
  const again = await ask(picture, { accept: 'image/webp,*/*' });
  assert.deepEqual([webp.cache, again.cache], ['MISS', 'HIT'], `${name} separates by Vary`);
  assert.deepEqual(
    [second, again].map(({ headers }) => headers.get('content-type')),
    ['image/jpeg', 'image/webp'],
  );

  const shortLived = `/unsafe/100x80/filters:max_age(1)/valley.jpg?${name}`;
  await ask(shortLived, { accept: '*/*' });
  const before = revalidations();
  await delay(2_100); // HTTP counts seconds
  const stale = await ask(shortLived, { accept: '*/*' });
  assert.equal(stale.status, 200);
  for (let left = 50; revalidations() === before && left > 0; left--) await delay(100);
  assert.equal(revalidations(), before + 1, `${name} revalidates with 304`);

  const missing = await ask(`/unsafe/9x9/none.jpg?${name}`);
  assert.equal(missing.status, 404);
  assert.match(missing.headers.get('cache-control') ?? '', /max-age=10/, `${name} may keep a 404 for a short time`);
}

/** Answers of 304 so far, by the server's own access log. */
function revalidations() {
  return log.split('\n').filter((line) => line.includes('"status":304')).length;
}

async function startImagor() {
  const flags = [
    `-port=${origin}`,
    '-server-address=127.0.0.1',
    '-server-access-log',
    '-imagor-unsafe',
    '-imagor-auto-webp',
    '-file-loader-base-dir=pictures',
    `-file-result-storage-base-dir=${path.join(folder, 'results')}`,
    '-http-loader-disable',
  ];
  const server = spawn(process.execPath, ['scripts/start.mjs', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(server);
  server.stdout.setEncoding('utf8').on('data', (text) => {
    log += text;
  });
  await answers(origin, '/healthcheck');
}

async function startNginx() {
  const config = path.join(folder, 'nginx.conf');
  writeFileSync(
    config,
    `${process.getuid() === 0 ? 'user root;' : ''} daemon off; pid ${folder}/nginx.pid; error_log stderr warn; events {}
     http {
       access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
       fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
       proxy_cache_path ${folder}/cache keys_zone=pictures:1m;
       server {
         listen 127.0.0.1:${nginx};
         location / {
           proxy_pass http://127.0.0.1:${origin};
           proxy_cache pictures; proxy_cache_revalidate on; add_header x-cache $upstream_cache_status always;
         }
       }
     }`,
  );
  children.push(spawn('nginx', ['-e', 'stderr', '-c', config], { stdio: 'inherit' }));
  await answers(nginx, '/healthcheck');
}

async function startVarnish() {
  const vcl = path.join(folder, 'default.vcl');
  // keep: how long an expired object stays to be revalidated; grace 0 shows the revalidation to the client that causes it
  writeFileSync(
    vcl,
    `vcl 4.1; backend default { .host = "127.0.0.1"; .port = "${origin}"; }
     sub vcl_backend_response { set beresp.grace = 0s; set beresp.keep = 60s; }`,
  );
  const flags = ['-F', '-a', `127.0.0.1:${varnish}`, '-f', vcl, '-n', path.join(folder, 'varnish'), '-s', 'malloc,32m'];
  children.push(spawn('varnishd', [...flags, '-j', 'none', '-T', 'none'], { stdio: ['ignore', 'ignore', 'inherit'] }));
  await answers(varnish, '/healthcheck');
}

async function answers(port, target) {
  for (let left = 300; left > 0; left--) {
    try {
      if ((await fetch(`http://127.0.0.1:${port}${target}`)).ok) return;
    } catch {
      // not yet
    }
    await delay(100);
  }
  throw new Error(`nothing answers on port ${port}`);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
