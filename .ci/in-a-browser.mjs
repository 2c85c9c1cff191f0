// in-a-browser.mjs MODULES: what people see in a real browser (Debian's Chromium, driven by the playwright-core found
// in MODULES/node_modules). Ends with 'N passed, N failed'.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const { chromium } = createRequire(path.resolve(process.argv[2] ?? '.', 'package.json'))('playwright-core');
const pictures = mkdtempSync(path.join(tmpdir(), 'imagor-browser-'));
cpSync('pictures', pictures, { recursive: true });
writeFileSync(
  path.join(pictures, 'hostile.svg'),
  `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/>
  <script>document.documentElement.setAttribute('data-ran', 'yes'); fetch('/healthcheck?ran')</script></svg>`,
);
const server = spawn(process.execPath, ['dist/src/cli.js', '-imagor-unsafe', '-file-loader-base-dir', pictures], {
  env: {
    PORT: '0',
    IMAGOR_AUTO_AVIF: '1',
    IMAGOR_AUTO_WEBP: '1',
    UPLOAD_LOADER_ENABLE: '1',
    SERVER_CORS: '1',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const origin = `http://127.0.0.1:${await portOf(server)}`;
const others = createServer((_, answer) => answer.end('another site')).listen(0, '127.0.0.1');
await once(others, 'listening');
const elsewhere = `http://127.0.0.1:${others.address().port}/`;
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-sync'],
});

const CHECKS = {
  async 'the start page says that the server runs'(page) {
    await page.goto(`${origin}/`);
    assert.equal(await page.textContent('h1'), 'imagor-ts is running');
  },
  async 'a picture is shown, in the best format that the browser takes'(page) {
    const answer = await page.goto(`${origin}/unsafe/512x512/valley.jpg`);
    assert.equal(answer.headers()['content-type'], 'image/avif');
    assert.deepEqual(await sizeShown(page), [512, 512]);
  },
  async 'an animation is shown, and moves'(page) {
    const answer = await page.goto(`${origin}/unsafe/160x160/ball.gif`);
    assert.equal(answer.headers()['content-type'], 'image/webp');
    assert.ok((await answer.body()).includes('ANIM'), 'it has frames');
    assert.deepEqual(await sizeShown(page), [160, 160]);
  },
  async 'a picture is uploaded by the form, transformed and shown'(page) {
    await page.goto(`${origin}/unsafe/200x100/filters:format(png)/`);
    await page.setInputFiles('input[type=file]', path.join(pictures, 'valley.jpg'));
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST'),
      page.click('button'),
    ]);
    assert.deepEqual([answer.status(), answer.headers()['content-type']], [200, 'image/png']);
    await page.waitForSelector('img');
    assert.deepEqual(await sizeShown(page), [200, 100]);
  },
  async 'an SVG that is passed on runs no script'(page) {
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    const answer = await page.goto(`${origin}/unsafe/filters:raw()/hostile.svg`);
    assert.equal(answer.headers()['content-type'], 'image/svg+xml');
    assert.equal(await page.getAttribute(':root', 'data-ran'), null);
    assert.ok(!asked.some((url) => url.endsWith('?ran')));
  },
  async 'pages of other origins may read the pictures'(page) {
    await page.goto(elsewhere);
    const [status, bytes] = await page.evaluate(async (url) => {
      const response = await fetch(url);
      return [response.status, (await response.arrayBuffer()).byteLength];
    }, `${origin}/unsafe/20x20/logo.png`);
    assert.equal(status, 200);
    assert.ok(bytes > 0);
  },
};

let failed = 0;
for (const [what, check] of Object.entries(CHECKS)) {
  const page = await browser.newPage();
  try {
    await check(page);
    console.log(`ok      ${what}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok  ${what}\n${error.stack}`);
  }
  await page.close();
}
await browser.close();
others.close();
server.kill('SIGTERM');
await once(server, 'exit');
rmSync(pictures, { recursive: true });
console.log(`${Object.keys(CHECKS).length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

/** Width and height of the picture on the page, as decoded. */
function sizeShown(page) {
  return page.$eval('img', ({ naturalWidth, naturalHeight }) => [naturalWidth, naturalHeight]);
}

async function portOf({ stdout }) {
  for await (const line of createInterface({ input: stdout })) {
    const { msg, port } = JSON.parse(line);
    if (msg !== 'listening') continue;
    stdout.resume();
    return port;
  }
  throw new Error('the server did not start');
}
