import { mkdir, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import {
  animation,
  BLUE,
  disc,
  exifOriented,
  framed,
  GREEN,
  inProfile,
  plain,
  quarters,
  RED,
  scene,
  WHITE,
  YELLOW,
} from '../fixtures/draw.ts';
import { makeDir } from '../support/imagor-process.ts';
import type { Lifetime } from '../support/lifetime.ts';
import { type Origin, startOrigin, startTlsOrigin } from '../support/origin.ts';
import { inScope } from '../support/vips.ts';

/** What servers of these tests have around them. */
export interface World {
  /** A folder of pictures. */
  readonly dir: string;
  /** Serves {@link routes}, by their first segment. */
  readonly origin: Origin;
  /** The same with a certificate that nobody trusts. */
  readonly tlsOrigin: Origin;
  /** Answers any request that comes as to a proxy with a picture. */
  readonly proxy: Origin;
  /** What came to the origin, and to the proxy. */
  readonly asked: IncomingMessage[];
  readonly proxied: string[];
  /** A name that nobody has had. */
  fresh(): string;
}

const FILES: Readonly<Record<string, () => Uint8Array>> = {
  // sizes are what most is seen by
  'a.png': () => inScope((scope) => plain(scope, 8, 6, [0, 0, 0]).pngsaveBuffer()),
  'b.png': () => inScope((scope) => quarters(scope, 120, 80).pngsaveBuffer()),
  'c.png': () => inScope((scope) => disc(scope, 20, [255, 0, 0]).pngsaveBuffer()),
  'scene.png': () => inScope((scope) => scene(scope, 96, 64).pngsaveBuffer()),
  'wide.png': () => inScope((scope) => plain(scope, 600, 2, [0, 0, 0]).pngsaveBuffer()),
  'tall.png': () => inScope((scope) => plain(scope, 2, 450, [0, 0, 0]).pngsaveBuffer()),
  'large.png': () => inScope((scope) => plain(scope, 400, 350, [0, 0, 0]).pngsaveBuffer()),
  'endless.png': () => inScope((scope) => plain(scope, 10_001, 2, [0, 0, 0]).pngsaveBuffer()),
  'heavy.png': () => inScope((scope) => scene(scope, 2400, 1600).pngsaveBuffer({ compression: 1 })),
  'profile.png': () => inScope((scope) => inProfile(quarters(scope, 8, 6), 'p3').pngsaveBuffer()),
  'exif.jpg': () => inScope((scope) => exifOriented(scope, 1, 8, 6).jpegsaveBuffer()),
  'moving.gif': () =>
    inScope((scope) => {
      const frames = [RED, GREEN, BLUE, YELLOW].map((color) => framed(plain(scope, 12, 12, color), 4, WHITE));
      return animation(scope, frames, { delay: [50, 50, 50, 50], loop: 0 }).gifsaveBuffer();
    }),
};

/** Makes it. */
export async function makeWorld(test: Lifetime): Promise<World> {
  const dir = await makeDir(test);
  await mkdir(join(dir, 'fonts'));
  for (const [name, draw] of Object.entries(FILES)) await writeFile(join(dir, name), draw());
  await writeFile(join(dir, 'text.png'), 'no picture');
  const picture = FILES['a.png']?.() ?? Buffer.alloc(0);
  const asked: IncomingMessage[] = [];
  const proxied: string[] = [];
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    asked.push(request);
    const { url = '' } = request;
    if (url.startsWith('/far/')) return void response.writeHead(302, { location: '/near/a.png' }).end();
    if (url.startsWith('/near/')) return void response.writeHead(302, { location: '/a.png' }).end();
    if (url.startsWith('/hang/')) return;
    const contentType = url.startsWith('/page/') ? 'text/html' : 'image/png';
    const body = url.startsWith('/padded/') ? Buffer.concat([picture, Buffer.alloc(6_000)]) : picture;
    response.writeHead(200, { 'content-type': contentType, 'x-origin': 'yes' }).end(body);
  };
  const proxy = await startOrigin(test, ({ url = '' }, response) => {
    proxied.push(url);
    response.writeHead(200, { 'content-type': 'image/png' }).end(picture);
  });
  let count = 0;
  return {
    dir,
    origin: await startOrigin(test, serve),
    tlsOrigin: await startTlsOrigin(test, serve),
    proxy,
    asked,
    proxied,
    fresh: () => `${++count}.png`,
  };
}
