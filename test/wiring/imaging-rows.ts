import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPicture } from '../support/picture.ts';
import type { Group, Row } from './row.ts';
import type { Flags, Wired } from './wired.ts';
import type { World } from './world.ts';

async function bytesOf(server: Wired, path: string): Promise<Buffer> {
  return (await server.ask(`/unsafe/${path}`)).bytes;
}

async function sizeOf(server: Wired, path: string): Promise<string> {
  const { width, height } = readPicture(await bytesOf(server, path));
  return `${width}×${height}`;
}

async function status(server: Wired, path: string): Promise<number> {
  return (await server.ask(`/unsafe/${path}`)).status;
}

/** A module that writes down, by the number of its process, what it is shown and what its worker was started with. */
const DETECTOR = `
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const { VIPS_VECTOR = '', FONTCONFIG_FILE = '' } = process.env;
export const detector = {
  name: 'witness',
  detect({ width, height }) {
    const told = { view: width + '×' + height, vector: VIPS_VECTOR, fonts: readFileSync(FONTCONFIG_FILE, 'utf8') };
    writeFileSync(join(import.meta.dirname ?? '.', process.pid + '.witness.json'), JSON.stringify(told));
    return [];
  },
};
`;

/** Has a worker's detector look, and gives what it wrote down. */
async function witness(server: Wired, dir: string): Promise<Readonly<Record<string, string>>> {
  await server.ask('/unsafe/30x30/smart/b.png');
  const [pid] = server.service.processor.pids;
  return JSON.parse(await readFile(join(dir, `${pid}.witness.json`), 'utf8'));
}

/** What is done to pictures. */
export async function imagingRows({ dir }: World): Promise<readonly Row[]> {
  const module = join(dir, 'witness.mjs');
  await writeFile(module, DETECTOR.replace("import.meta.dirname ?? '.'", JSON.stringify(dir)));
  return [
    { options: { 'vips-max-width': '500' }, look: (server) => status(server, 'wide.png'), seen: 422 },
    { options: { 'vips-max-height': '400' }, look: (server) => status(server, 'tall.png'), seen: 422 },
    { options: { 'vips-max-resolution': '100000' }, look: (server) => status(server, 'large.png'), seen: 422 },
    {
      options: { 'vips-max-animation-frames': '2' },
      look: async (server) => readPicture(await bytesOf(server, '10x10/moving.gif')).frames,
      seen: 2,
    },
    {
      options: { 'vips-max-filter-ops': '3' },
      look: (server) => sizeOf(server, 'filters:rotate(90):rotate(90):rotate(90):rotate(90)/a.png'),
      seen: '6×8',
    },
    {
      options: { 'vips-disable-filters': 'padding' },
      look: (server) => sizeOf(server, 'filters:padding(red,1,1,1,1)/a.png'),
      seen: '8×6',
    },
    {
      options: { 'vips-disable-blur': '1' },
      async look(server) {
        const [blurred, plain] = await Promise.all(['filters:blur(5)/', ''].map((it) => bytesOf(server, `${it}c.png`)));
        return blurred?.equals(plain ?? Buffer.alloc(0));
      },
      seen: true,
    },
    {
      // its JPEGs are progressive
      options: { 'vips-mozjpeg': '1' },
      look: async (server) =>
        (await bytesOf(server, 'filters:format(jpeg)/scene.png')).includes('\xff\xc2', 0, 'latin1'),
      seen: true,
    },
    {
      options: { 'vips-avif-speed': '0' },
      look: (server) => bytesOf(server, 'filters:format(avif)/scene.png').then((bytes) => bytes.toString('hex')),
    },
    {
      options: { 'vips-strip-color-profile': '1' },
      look: async (server) => readPicture(await bytesOf(server, '4x3/profile.png')).fields.includes('icc-profile-data'),
      seen: false,
    },
    {
      options: { 'vips-detector-probe-size': '40' },
      with: { 'imagor-detectors': module },
      look: async (server) => (await witness(server, dir))['view'],
      seen: '40×27',
    },
    {
      options: { 'vips-vector': '7' },
      look: async (server) => (await witness(server, dir))['vector'],
      seen: '7',
    },
    {
      options: { 'vips-font-dir': join(dir, 'fonts') },
      look: async (server) => (await witness(server, dir))['fonts']?.includes(join(dir, 'fonts')),
      seen: true,
    },
  ];
}

/** What bounds or keeps pictures, each for itself. */
export function imagingGroups({ dir }: World): readonly Group[] {
  const base = { 'file-loader-base-dir': dir };
  const overlay = (mark: string) => `60x40/filters:watermark(${mark},0,0,0)/b.png`;
  const keeping = { ...base, 'vips-cache-size': '10000000' };
  /** Bytes by which it keeps more once such a picture has been laid over another. */
  const keptFor = (mark: string) => async (server: Wired) => {
    const before = server.service.processor.keptBytes;
    await status(server, overlay(mark));
    return server.service.processor.keptBytes - before;
  };
  return [
    {
      name: 'no limits of size',
      base,
      rows: [{ options: { 'vips-unlimited': '1' }, look: (server) => status(server, '9x9/endless.png'), seen: 200 }],
    },
    {
      name: 'decoded pictures that are kept',
      base: keeping,
      rows: [
        // 600×2 and 2×450 pixels: either is too large in one direction alone
        { options: { 'vips-cache-max-width': '60' }, look: keptFor('wide.png') },
        { options: { 'vips-cache-max-height': '40' }, look: keptFor('tall.png') },
      ],
    },
    {
      name: 'decoded pictures that are kept in another format',
      base: keeping,
      rows: [{ options: { 'vips-cache-format': 'png' }, look: keptFor('large.png') }],
    },
    {
      name: 'decoded pictures that are kept for a moment',
      base: keeping,
      rows: [
        {
          options: { 'vips-cache-ttl': '1ms' },
          async look(server) {
            const mark = `mark-${server.service.processor.pids[0]}.png`;
            await writeFile(join(dir, mark), await readFile(join(dir, 'c.png')));
            await status(server, overlay(mark));
            await rm(join(dir, mark));
            await new Promise((resolve) => setTimeout(resolve, 5));
            return status(server, overlay(mark));
          },
          seen: 404,
        },
      ],
    },
    {
      name: 'keeping decoded pictures',
      base,
      rows: [
        {
          options: { 'vips-cache-size': '10000000' },
          look: async (server) => (await keptFor('scene.png')(server)) > 0,
          seen: true,
        },
      ],
    },
    // servers of its own: threads of other pictures would count
    ...(process.platform === 'linux' ? [threads({ ...base, 'http-loader-disable': '1' })] : []),
  ];
}

/** By the threads that libvips keeps for a while. */
function threads(base: Flags): Group {
  return {
    name: 'threads of libvips',
    base,
    rows: [
      {
        options: { 'vips-concurrency': '8' },
        async look(server) {
          const tasks = `/proc/${server.service.processor.pids[0]}/task`;
          // libvips takes as many as it finds use for, so a few pictures may be needed
          for (let attempt = 0; attempt < 5; attempt++) {
            await server.ask(`/unsafe/filters:blur(${attempt + 2})/heavy.png`);
            const names = await Promise.all(
              (await readdir(tasks)).map((task) => readFile(join(tasks, task, 'comm'), 'utf8').catch(() => '')),
            );
            if (names.filter((name) => name === 'libvips worker\n').length > 5) return true;
          }
          return false;
        },
        seen: true,
      },
    ],
  };
}
