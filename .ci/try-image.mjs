// Runs what is in an image as a container engine would: its own PID namespace with the server as PID 1, the image's
// user, environment and entry point, and a root that is read-only and has but a small /dev/shm. Asks it for pictures.
//   node .ci/try-image.mjs ROOT IMAGE.json slim|full       needs root
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBuilt } from '../scripts/ensure-built.mjs';

await ensureBuilt();
const { readPicture } = await import('../dist/test/support/picture.js');

const [root, imageFile, target] = process.argv.slice(2);
const { Env, User, Entrypoint, Healthcheck, ExposedPorts } = JSON.parse(readFileSync(imageFile, 'utf8')).Docker.config;
const pictures = mkdtempSync(path.join(tmpdir(), 'imagor-pictures-'));
const running = new Set();
chmodSync(pictures, 0o755);
copyFileSync('pictures/valley.jpg', path.join(pictures, 'valley.jpg'));
const [uid, gid] = User.split(':').map(Number);
assert.ok(uid > 0 && gid > 0, 'not as root');
assert.ok(Env.includes('PORT=8000') && '8000/tcp' in ExposedPorts, 'the port of imagor’s image');

// What an engine does, in a mount and a PID namespace that end with the server. /proc shows processes and nothing else.
const ENTER = `
  root=$0 pictures=$1 user=$2
  mount --make-rprivate / && mount --bind "$root" "$root" && cd "$root"
  mount -t proc -o subset=pid,hidepid=invisible proc proc
  mount -t tmpfs -o mode=755 tmpfs dev && mkdir dev/shm
  for device in null zero random urandom; do touch dev/$device && mount --bind /dev/$device dev/$device; done
  mount -t tmpfs -o mode=1777,size=64m,nosuid,nodev,noexec tmpfs dev/shm
  mount --bind "$pictures" mnt/data && mount -o remount,bind,ro mnt/data
  mount -o remount,bind,ro "$root"
  cd / && exec setpriv --no-new-privs chroot --userspec="$user" "$root" "\${@:3}"`;

try {
  const server = await start(['-imagor-unsafe', '-imagor-auto-webp'], { FILE_LOADER_BASE_DIR: '/mnt/data' });
  const [status, mounts] = ['status', 'mountinfo'].map((name) => readFileSync(`/proc/${server.pid}/${name}`, 'latin1'));
  assert.match(status, /^CapEff:\s+0+$/m);
  assert.match(status, new RegExp(`^Uid:\\s+${uid}\\s`, 'm'));
  assert.match(status, /^NSpid:\s+\d+\s+1$/m);
  assert.match(mounts, / \/ ro[, ]/, 'the root is read-only');

  const picture = readPicture(await ask(server, '/unsafe/64x48/valley.jpg', { accept: 'image/webp' }));
  assert.deepEqual([picture.kind, picture.width, picture.height], ['webp', 64, 48]);
  const [thin, wide] = [await textWidth(server, 'iiiiiiii'), await textWidth(server, 'mmmmmmmm')];
  assert.ok(thin > 0 && wide > 2 * thin, `letters, not boxes: ${thin} and ${wide} pixels`);
  for (const format of target === 'full' ? ['avif', 'heif', 'jxl', 'jp2'] : ['avif']) {
    writeFileSync(
      path.join(pictures, `a.${format}`),
      await ask(server, `/unsafe/64x48/filters:format(${format})/valley.jpg`),
    );
    const again = readPicture(await ask(server, `/unsafe/32x24/filters:format(png)/a.${format}`));
    assert.deepEqual([again.kind, again.width, again.height], ['png', 32, 24], format);
  }
  assert.equal(healthcheck(server), 0);
  assert.equal(healthcheck(server, { PORT: '9' }), 1);
  server.kill('SIGTERM');
  assert.deepEqual(await server.ended, [0, null]);

  const draining = await start(['-imagor-unsafe'], { SERVER_DRAIN_DELAY: '1h', VIPS_CACHE_SIZE: '10000000' });
  draining.kill('SIGTERM');
  while ((await fetch(`${draining.url}/readyz`)).status !== 503);
  assert.equal(healthcheck(draining), 0);
  draining.kill('SIGTERM');
  assert.deepEqual(await draining.ended, [143, null], 'PID 1 obeys the second signal');
  console.log(`${target}: serves as ${User} and PID 1 with a read-only root: pictures, letters, health, both signals`);
} finally {
  for (const child of running) for (const pid of childrenOf(child)) process.kill(pid, 'SIGKILL'); // a try that failed
  rmSync(pictures, { recursive: true, force: true });
}

/** The image's entry point with these flags; the environment is the image's and this one. */
async function start(flags, env) {
  const port = await freePort();
  const variables = [
    ...Env,
    ...Object.entries({ ...env, PORT: port, SERVER_ADDRESS: '127.0.0.1' }).map((pair) => pair.join('=')),
  ];
  const command = ['env', '-i', ...variables, ...Entrypoint, ...flags];
  const inside = [root, pictures, `${uid}:${gid}`, ...command];
  const child = spawn('unshare', ['--mount', '--pid', '--fork', '--kill-child', 'bash', '-ec', ENTER, ...inside], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  const ended = once(child, 'exit').finally(() => running.delete(child));
  let log = '';
  child.stdout.setEncoding('utf8');
  for await (const text of child.stdout.iterator({ destroyOnReturn: false })) {
    log += text;
    if (log.includes('"listening"')) break;
  }
  child.stdout.resume();
  assert.ok(log.includes('"listening"'), `the server did not start: ${log}`);
  const [pid] = childrenOf(child);
  return { pid, url: `http://127.0.0.1:${port}`, variables, ended, kill: (signal) => process.kill(pid, signal) };
}

function childrenOf({ pid }) {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** What an engine's HEALTHCHECK does; the exit code. */
function healthcheck({ pid, variables }, env = {}) {
  const [kind, ...command] = Healthcheck.Test;
  assert.equal(kind, 'CMD', 'without a shell');
  const all = [...variables, ...Object.entries(env).map((pair) => pair.join('='))];
  const enter = ['--target', String(pid), '--mount', '--pid', '--root', '--wd=/', `--setuid=${uid}`, `--setgid=${gid}`];
  return spawnSync('nsenter', [...enter, 'env', '-i', ...all, ...command]).status;
}

async function ask({ url }, target, headers = {}) {
  const response = await fetch(url + target, { headers });
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.equal(response.status, 200, `${target}: ${bytes}`);
  return bytes;
}

/** Pixels from the first column to the last that has something of a text in it. */
async function textWidth(server, text) {
  const { rgba, width } = readPicture(
    await ask(server, `/unsafe/300x50/filters:text(${text},center,center,sans-20,white):format(png)/color:black`),
  );
  const columns = Array.from({ length: rgba.length / 4 }, (_, pixel) => (rgba[pixel * 4] > 127 ? pixel % width : -1));
  const lit = columns.filter((column) => column >= 0);
  return lit.length === 0 ? 0 : Math.max(...lit) - Math.min(...lit) + 1;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
