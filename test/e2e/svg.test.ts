import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { MAGENTA, magentaIn } from '../fixtures/canary.ts';
import { plain } from '../fixtures/draw.ts';
import { references } from '../fixtures/hostile-svg.ts';
import { makeDir, startImagor } from '../support/imagor-process.ts';
import { startOrigin } from '../support/origin.ts';
import { readPicture } from '../support/picture.ts';
import { inScope } from '../support/vips.ts';

const SCRIPT = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><script>alert(1)</script></svg>';

/** Recognised as SVG, and more than any limit allows. */
const HUGE = SCRIPT.replace('width="40"', 'width="99999"');

const [dir, results] = await Promise.all([makeDir({ after }), makeDir({ after })]);
const canary = inScope((scope) => plain(scope, 40, 40, MAGENTA).pngsaveBuffer());
const requests: (string | undefined)[] = [];
const origin = await startOrigin({ after }, ({ url }, response) => {
  if (url !== '/script.svg' && url !== '/page.html') requests.push(url);
  response.writeHead(200, { 'content-type': url === '/page.html' ? 'text/html' : 'image/svg+xml' });
  response.end(SCRIPT);
});
const drawing = (inside: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="40"><rect width="40" height="40" fill="white"/>${inside}</svg>`;

/** By name, what refers to the canary in each of many ways. */
const HOSTILE = new Map(
  references({ file: path.join(dir, 'canary.png'), url: `${origin.url}/canary.png` }).map((element, index) => [
    `hostile-${index}.svg`,
    drawing(element),
  ]),
);
const inline = `data:image/png;base64,${Buffer.from(canary).toString('base64')}`;
const FILES = new Map<string, string | Uint8Array>([
  ...HOSTILE,
  ['script.svg', SCRIPT],
  ['huge.svg', HUGE],
  ['canary.png', canary],
  ['inline.svg', drawing(`<image width="40" height="40" href="${inline}"/>`)],
]);
for (const [name, content] of FILES) await writeFile(path.join(dir, name), content);

// a result as a server before this one may have left it
await mkdir(path.join(results, 'stored'), { recursive: true });
for (const name of ['7x7/script.svg', 'filters:raw()/script.svg']) {
  await mkdir(path.dirname(path.join(results, name)), { recursive: true });
  await writeFile(path.join(results, name), SCRIPT);
}

const server = await startImagor({ after }, [
  ...['-imagor-unsafe', '-imagor-workers', '1', '-file-loader-base-dir', dir, '-imagor-response-raw-on-error'],
  ...[
    '-file-result-storage-base-dir',
    results,
    '-file-safe-chars=--',
    '-upload-loader-enable',
    '-upload-loader-accept',
    '*/*',
  ],
  ...['-http-loader-override-response-headers', 'content-type'],
]);
const url = (target: string): string => `${server.url}/unsafe/${target}`;

describe('an SVG as it is', () => {
  const upload = { method: 'POST', headers: { 'content-type': 'image/svg+xml' } };
  const ways: Readonly<Record<string, readonly [status: number, target: string, init?: RequestInit]>> = {
    'by raw()': [200, 'filters:raw()/script.svg'],
    'by raw(), its headers alone': [200, 'filters:raw()/script.svg', { method: 'HEAD' }],
    'by raw(), from an origin': [200, `filters:raw()/${origin.url}/script.svg`],
    'by raw(), from an origin that calls it a page': [200, `filters:raw()/${origin.url}/page.html`],
    'in place of an error': [422, 'huge.svg'],
    'in place of an error, with a range': [422, 'huge.svg', { headers: { range: 'bytes=0-9' } }],
    'from a result storage': [200, '7x7/script.svg'],
    'by raw(), of an upload': [200, 'filters:raw()/', { ...upload, body: SCRIPT }],
    'in place of an error, of an upload': [422, '9x9/', { ...upload, body: HUGE }],
  };
  for (const [how, [status, target, init]] of Object.entries(ways)) {
    it(`runs nothing where it goes out ${how}`, async () => {
      const response = await fetch(url(target), init);
      const text = await response.text();
      assert.equal(response.status, status, text);
      if (init?.method !== 'HEAD') assert.match(text, /<script>/);
      assert.equal(response.headers.get('content-security-policy'), "sandbox; script-src 'none'");
      assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    });
  }
});

describe('an SVG that is rendered', () => {
  it('shows what is inside of it, so that the next test can fail', async () => {
    const response = await fetch(url('filters:format(png)/inline.svg'));
    assert.ok(magentaIn(readPicture(Buffer.from(await response.arrayBuffer()))));
  });

  it('shows and asks for nothing that is outside of it', async () => {
    let rendered = 0;
    for (const name of HOSTILE.keys()) {
      const response = await fetch(url(`filters:format(png)/${name}`));
      const bytes = Buffer.from(await response.arrayBuffer());
      if (response.headers.get('content-type') !== 'image/png') continue; // librsvg found it too bad
      rendered += 1;
      assert.ok(!magentaIn(readPicture(bytes)), HOSTILE.get(name));
    }
    assert.ok(rendered > HOSTILE.size / 2, `${rendered} of ${HOSTILE.size} were rendered`);
    assert.deepEqual(requests, []);
  });
});
