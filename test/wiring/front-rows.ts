import { readPicture } from '../support/picture.ts';
import type { Group, Row } from './row.ts';
import type { Answer, Wired } from './wired.ts';
import type { World } from './world.ts';

const PICTURE = '/unsafe/4x3/a.png';

async function status(server: Wired, target: string, init?: RequestInit): Promise<number> {
  return (await server.ask(target, init)).status;
}

async function header(server: Wired, target: string, name: string, init?: RequestInit): Promise<string | null> {
  return (await server.ask(target, init)).headers.get(name);
}

/** `max-age` and the like of a picture's `Cache-Control`. */
async function cacheFor(server: Wired, directive: string): Promise<string | undefined> {
  const cacheControl = (await header(server, PICTURE, 'cache-control')) ?? '';
  return new RegExp(`\\b${directive}=(\\d+)`).exec(cacheControl)?.[1];
}

function typeFor(accept: string): Row['look'] {
  return (server) => header(server, PICTURE, 'content-type', { headers: { accept } });
}

function upload(server: Wired, bytes: Uint8Array, { field = '', type = 'image/png' } = {}): Promise<Answer> {
  if (field === '') {
    return server.ask('/unsafe/4x3/', { method: 'POST', body: Buffer.from(bytes), headers: { 'content-type': type } });
  }
  const body = new FormData();
  body.append(field, new Blob([Buffer.from(bytes)], { type }), 'a.png');
  return server.ask('/unsafe/4x3/', { method: 'POST', body });
}

/** Which requests are answered, and how. */
export function frontRows({ origin, asked, fresh }: World, picture: Uint8Array): readonly Row[] {
  return [
    {
      options: { 'server-strip-query-string': '1' },
      look: (server) => header(server, `${PICTURE}?a=b`, 'location'),
      seen: PICTURE,
    },
    {
      options: { 'server-cors': '1' },
      look: (server) => header(server, PICTURE, 'access-control-allow-origin'),
      seen: '*',
    },
    {
      options: { 'imagor-disable-params-endpoint': '1' },
      look: (server) => status(server, `/params${PICTURE}`),
      seen: 404,
    },
    {
      options: { 'imagor-base-path-redirect': '/elsewhere' },
      look: (server) => header(server, '/', 'location'),
      seen: '/elsewhere',
    },
    { options: { 'imagor-cache-header-ttl': '30h' }, look: (server) => cacheFor(server, 'max-age'), seen: '108000' },
    {
      options: { 'imagor-cache-header-swr': '5m' },
      look: (server) => cacheFor(server, 'stale-while-revalidate'),
      seen: '300',
    },
    {
      options: { 'imagor-not-found-ttl': '7s' },
      look: (server) => header(server, '/unsafe/missing.png', 'cache-control'),
      seen: 'public, max-age=7',
    },
    {
      options: { 'imagor-disable-error-body': '1' },
      look: async (server) => (await server.ask('/unsafe/missing.png')).bytes.length,
      seen: 0,
    },
    {
      options: { 'imagor-response-raw-on-error': '1' },
      look: async (server) => (await server.ask('/unsafe/4x3/text.png')).bytes.toString() === 'no picture',
      seen: true,
    },
    { options: { 'imagor-auto-avif': '1' }, look: typeFor('image/avif'), seen: 'image/avif' },
    { options: { 'imagor-auto-webp': '1' }, look: typeFor('image/webp'), seen: 'image/webp' },
    { options: { 'imagor-auto-jpeg': '1' }, look: typeFor('image/jpeg'), seen: 'image/jpeg' },
    {
      options: { 'imagor-max-overlays': '2' },
      look: (server) => status(server, '/unsafe/4x3/filters:watermark(a.png):watermark(b.png):watermark(c.png)/a.png'),
      seen: 400,
    },
    {
      options: { 'imagor-max-overlay-depth': '1' },
      look: (server) => status(server, '/unsafe/filters:image(4x4/filters:watermark(a.png)/b.png,0,0)/a.png'),
      seen: 400,
    },
    {
      options: { 'memory-result-storage-size': '1000000' },
      async look(server) {
        const name = fresh();
        const target = `/unsafe/4x3/${origin.url}/${name}`;
        await server.ask(target);
        await server.ask(target);
        return asked.filter(({ url }) => url === `/${name}`).length;
      },
      seen: 1,
    },
    {
      options: { 'upload-loader-accept': 'image/png' },
      look: async (server) => (await upload(server, picture, { type: 'image/gif' })).status,
      seen: 406,
    },
    {
      options: { 'upload-loader-form-field-name': 'photo' },
      look: async (server) => (await upload(server, picture, { field: 'photo' })).status,
      seen: 200,
    },
    {
      options: { 'upload-loader-max-allowed-size': '5000' },
      look: async (server) => (await upload(server, Buffer.concat([picture, Buffer.alloc(6_000)]))).status,
      seen: 400,
    },
    {
      options: { 'prometheus-namespace': 'shop' },
      with: { 'prometheus-bind': '127.0.0.1:0' },
      look: async ({ service }) => /^shop_http_sent_bytes_total /m.test((await service.metrics?.text()) ?? ''),
      seen: true,
    },
  ];
}

/** Options that would change what most other rows see. */
export function frontExtras({ origin, asked, fresh, dir }: World): Group {
  return {
    name: 'what changes every answer',
    base: { 'file-loader-base-dir': dir },
    rows: [
      {
        options: { 'imagor-base-params': 'filters:rotate(90)' },
        async look(server) {
          const { width, height } = readPicture((await server.ask('/unsafe/9x5/a.png')).bytes);
          return `${width}×${height}`;
        },
        seen: '5×9',
      },
      {
        options: { 'imagor-cache-header-no-cache': '1' },
        look: (server) => header(server, PICTURE, 'cache-control'),
        seen: 'private, no-cache, no-store, must-revalidate',
      },
      {
        options: { 'vips-strip-metadata': '1' },
        look: async (server) =>
          readPicture((await server.ask('/unsafe/4x3/exif.jpg')).bytes).fields.some((name) => name.startsWith('exif')),
        seen: false,
      },
      {
        // blur leaves animations alone
        options: { 'imagor-compat': '1.9' },
        async look(server) {
          const [blurred, plain] = await Promise.all(
            ['filters:blur(3)/', ''].map((filter) => server.ask(`/unsafe/20x20/${filter}moving.gif`)),
          );
          return blurred?.bytes.equals(plain?.bytes ?? Buffer.alloc(0));
        },
        seen: true,
      },
      {
        options: { 'http-loader-forward-all-headers': '1' },
        async look(server) {
          const name = fresh();
          await server.ask(`/unsafe/4x3/${origin.url}/${name}`, { headers: { 'x-tenant': 'seven' } });
          return asked.find(({ url }) => url === `/${name}`)?.headers['x-tenant'];
        },
        seen: 'seven',
      },
    ],
  };
}
