import type { Group, Row } from './row.ts';
import type { Wired } from './wired.ts';
import type { World } from './world.ts';

async function status(server: Wired, url: string): Promise<number> {
  return (await server.ask(`/unsafe/4x3/${url}`)).status;
}

/** How sources are fetched over HTTP. */
export function loaderRows({ origin, tlsOrigin, asked, fresh }: World): readonly Row[] {
  return [
    {
      options: { 'http-loader-max-redirects': '1' },
      look: (server) => status(server, `${origin.url}/far/a.png`),
      seen: 502,
    },
    {
      options: { 'http-loader-accept': 'image/*' },
      look: (server) => status(server, `${origin.url}/page/a.png`),
      seen: 406,
    },
    {
      options: { 'http-loader-max-allowed-size': '5000' },
      look: (server) => status(server, `${origin.url}/padded/a.png`),
      seen: 400,
    },
    {
      options: { 'http-loader-default-scheme': 'http' },
      look: (server) => status(server, `127.0.0.1:${origin.port}/a.png`),
      seen: 200,
    },
    {
      options: { 'http-loader-insecure-skip-verify-transport': '1' },
      look: (server) => status(server, `${tlsOrigin.url}/a.png`),
      seen: 200,
    },
    {
      options: { 'http-loader-override-response-headers': 'x-origin' },
      look: async (server) => (await server.ask(`/unsafe/4x3/${origin.url}/a.png`)).headers.get('x-origin'),
      seen: 'yes',
    },
    {
      options: { 'http-loader-forward-headers': 'x-tenant' },
      async look(server) {
        const name = fresh();
        await server.ask(`/unsafe/4x3/${origin.url}/${name}`, { headers: { 'x-tenant': 'seven' } });
        return asked.find(({ url }) => url === `/${name}`)?.headers['x-tenant'];
      },
      seen: 'seven',
    },
  ];
}

/** Groups of rows that decide which sources there are at all. */
export function loaderGroups({ dir, origin, proxy, asked, proxied, fresh }: World): readonly Group[] {
  const base = { 'file-loader-base-dir': dir };
  const elsewhere = `http://localhost:${origin.port}`;
  const proxying: Row['with'] = {
    'http-loader-proxy-urls': proxy.url,
    'http-loader-proxy-allowed-sources': '10.*,127.0.0.9,169.254.*,192.0.2.*',
  };
  const throughProxy = (host: string) => (server: Wired) => status(server, `http://${host}/a.png`);
  return [
    {
      name: 'an allow list of hosts',
      base,
      rows: [
        {
          options: { 'http-loader-allowed-sources': `*.test,127.*:${origin.port}` },
          look: (server) =>
            Promise.all(
              [`${origin.url}/a.png`, `${elsewhere}/a.png`, 'elsewhere/a.png'].map((url) => status(server, url)),
            ),
          // what is only guessed to be a host is not there; the file loader would have had it
          seen: [200, 403, 404],
        },
      ],
    },
    {
      name: 'an allow list of expressions',
      base,
      rows: [
        {
          options: { 'http-loader-allowed-source-regexp': `^http://localhost:${origin.port}/shop/` },
          look: (server) =>
            Promise.all([`${elsewhere}/shop/a.png`, `${elsewhere}/a.png`].map((url) => status(server, url))),
          seen: [200, 403],
        },
      ],
    },
    {
      name: 'https alone',
      base,
      rows: [
        {
          options: { 'http-loader-https-only': '1' },
          look: (server) => status(server, `${origin.url}/a.png`),
          seen: 403,
        },
      ],
    },
    {
      name: 'a server that loads nothing over HTTP',
      base,
      rows: [
        {
          options: { 'http-loader-disable': '1' },
          look: (server) => status(server, `${origin.url}/a.png`),
          seen: 404,
        },
      ],
    },
    {
      name: 'a base URL',
      base,
      rows: [
        {
          options: { 'http-loader-base-url': `${origin.url}/base` },
          async look(server) {
            const name = fresh();
            await status(server, name);
            return asked.some(({ url }) => url === `/base/${name}`);
          },
          seen: true,
        },
      ],
    },
    {
      name: 'proxies and blocked networks',
      base,
      rows: [
        {
          options: { 'http-loader-block-loopback-networks': '1' },
          with: proxying,
          look: throughProxy('127.0.0.9'),
          seen: 403,
        },
        { options: { 'http-loader-block-private-networks': '1' }, look: throughProxy('10.0.0.1'), seen: 403 },
        { options: { 'http-loader-block-networks': '192.0.2.0/24' }, look: throughProxy('192.0.2.7'), seen: 403 },
        {
          options: { 'http-loader-block-link-local-networks': '0' },
          async look(server) {
            const url = `http://169.254.169.254/${fresh()}`;
            return [await status(server, url), proxied.includes(url)];
          },
          seen: [200, true],
        },
      ],
    },
    {
      name: 'a proxy for some hosts',
      rows: [
        {
          options: { ...proxying },
          async look(server) {
            const [near, far] = [fresh(), fresh()];
            await Promise.all([`${origin.url}/${near}`, `http://127.0.0.9/${far}`].map((url) => status(server, url)));
            return [asked.some(({ url }) => url === `/${near}`), proxied.includes(`http://127.0.0.9/${far}`)];
          },
          seen: [true, true],
        },
      ],
    },
  ];
}
