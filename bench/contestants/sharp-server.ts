import { createServer } from 'node:http';
import path from 'node:path';
import { loadSharp } from '../packages.ts';
import { AVIF_EFFORT, type PictureFormat, QUALITY } from '../scenarios.ts';

/** A process: `sharp-server.js PORT FOLDER` answers `/FORMAT/WIDTH/HEIGHT/FILE`. */
const [port, folder] = process.argv.slice(2);
if (port === undefined || folder === undefined) throw new Error('a port and a folder are needed');

/** What libvips itself does by default, and so imagor: sharp would spend more on JPEG's tables and AVIF's colours. */
const SAVE_OPTIONS: Readonly<Record<PictureFormat, Readonly<Record<string, unknown>>>> = {
  jpeg: { quality: QUALITY, optimiseCoding: false },
  png: {},
  webp: { quality: QUALITY },
  avif: { quality: QUALITY, effort: AVIF_EFFORT, chromaSubsampling: '4:2:0' },
};

const sharp = loadSharp();
sharp.cache(false);
// one thread a picture and many pictures at a time: the fastest of the settings tried
sharp.concurrency(1);

const server = createServer(async (request, response) => {
  const [, format, width, height, ...file] = (request.url ?? '').split('/');
  if (format === undefined) throw new Error(`not a picture: ${request.url}`);
  const picture = await sharp(path.join(folder, ...file))
    .resize(Number(width), Number(height), { fit: 'cover' })
    .toFormat(format, SAVE_OPTIONS[format as PictureFormat])
    .toBuffer();
  response.writeHead(200, { 'content-type': `image/${format}`, 'content-length': picture.length });
  response.end(picture);
});
server.listen(Number(port), '127.0.0.1');
