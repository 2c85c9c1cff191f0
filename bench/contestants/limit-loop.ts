import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Image } from '../../src/vips/image.ts';
import { openLibvips } from '../../src/vips/library.ts';
import { Scope } from '../../src/vips/scope.ts';
import { nowMs, type Span } from '../load.ts';
import { AVIF_EFFORT, type Job, QUALITY } from '../scenarios.ts';

/** What a loop is asked to do. */
export interface LimitTask {
  readonly job: Job;
  readonly span: Span;
}

/** What a loop has done. */
export interface LimitResult {
  readonly answer: Uint8Array;
  /** When each answer was complete, in ms since the epoch. */
  readonly completedAtMs: readonly number[];
}

/** libjpeg shrinks by these while it decodes. */
const JPEG_SHRINKS = [8, 4, 2, 1] as const;

/** The factor left to the resize after libjpeg has shrunk, as in `src/imaging/decode.ts`. */
const JPEG_RESIDUAL = 1.3;

/** A process: `limit-loop.js FOLDER`, forked, does the tasks it is sent. */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('a folder is needed');
const libvips = openLibvips({ concurrency: 1 });

process.on('message', ({ job, span }: LimitTask) => {
  const source = readFileSync(path.join(folder, job.source));
  const endMs = nowMs() + span.seconds * 1000;
  const completedAtMs: number[] = [];
  let answer: Uint8Array;
  do {
    answer = transform(source, job);
    completedAtMs.push(nowMs());
  } while (nowMs() < endMs || completedAtMs.length < span.answers);
  process.send?.({ answer, completedAtMs } satisfies LimitResult);
});

/** The libvips operations that imagor-ts uses for such a job, and nothing else. */
function transform(source: Uint8Array, job: Job): Uint8Array {
  using scope = new Scope(libvips);
  return save(resize(scope, source, job), job);
}

function resize(scope: Scope, source: Uint8Array, { width, height, format }: Job): Image {
  const box = { height, crop: 'centre' } as const;
  switch (format) {
    case 'jpeg': {
      const header = scope.jpegloadBuffer(source);
      const factor = Math.min(header.width / width, header.height / height);
      const shrink = JPEG_SHRINKS.find((candidate) => factor / candidate >= JPEG_RESIDUAL) ?? 1;
      return scope.jpegloadBuffer(source, { shrink, access: 'sequential' }).thumbnailImage(width, box);
    }
    case 'png':
      return scope.pngloadBuffer(source, { access: 'sequential' }).thumbnailImage(width, box);
    case 'webp':
    case 'avif':
      return scope.thumbnailBuffer(source, width, box);
  }
}

function save(image: Image, { format }: Job): Uint8Array {
  switch (format) {
    case 'jpeg':
      return image.jpegsaveBuffer({ Q: QUALITY });
    case 'png':
      return image.pngsaveBuffer();
    case 'webp':
      return image.webpsaveBuffer({ Q: QUALITY });
    case 'avif':
      return image.heifsaveBuffer({ Q: QUALITY, compression: 'av1', effort: AVIF_EFFORT });
  }
}
