import { AppError } from '../errors.ts';
import { type Libvips, openLibvips } from '../vips/library.ts';
import { Scope } from '../vips/scope.ts';
import { VipsError } from '../vips/vips-error.ts';
import { receive, send } from './channel.ts';
import { type Detection, NO_DETECTION } from './detector.ts';
import type { Job, JobAnswer, JobError, KeepAnswer, KeepJob, Setup, SetupAnswer } from './job.ts';
import { loadDetectors } from './load-detectors.ts';
import type { Message } from './message.ts';
import { PictureMissing, writePicture } from './picture-cache-file.ts';
import { type KeptPictures, runPipeline } from './pipeline.ts';
import { TRUSTED_LOADERS } from './trusted-loaders.ts';

// A decoder process: one job after another, nothing asynchronous, no network, no files but those of kept pictures. It
// ends when the server does.

/** Opens files by name only, never bytes that came from somewhere: the kept pictures. */
const KEPT_PICTURE_LOADER = 'VipsForeignLoadVipsFile';

main();

function main(): void {
  // a terminal's Ctrl-C and a service manager may signal the whole group: the server alone says when work ends
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  const setup = receive<Setup>();
  if (!setup) return;
  const opened = open(setup.data);
  if (!opened) return;
  for (let message = receive<Job | KeepJob>(); message; message = receive<Job | KeepJob>()) {
    send(answer(opened, message, setup.data));
  }
}

/** What a worker works with. */
interface Opened {
  readonly libvips: Libvips;
  readonly detection: Detection;
}

function open({ libvipsPath, threads = 1, pictures, detection }: Setup): Opened | undefined {
  try {
    const trusted = pictures ? [...TRUSTED_LOADERS, KEPT_PICTURE_LOADER] : TRUSTED_LOADERS;
    const libvips = openLibvips({ path: libvipsPath, concurrency: threads, trusted });
    const opened = {
      libvips,
      detection: detection
        ? { detectors: loadDetectors(detection.modules), viewSize: detection.viewSize }
        : NO_DETECTION,
    };
    send<SetupAnswer>({ data: { version: libvips.version.join('.') }, blobs: [] });
    return opened;
  } catch (error) {
    send<SetupAnswer>({ data: { failure: error instanceof Error ? error.message : String(error) }, blobs: [] });
    return undefined;
  }
}

function answer(
  { libvips, detection }: Opened,
  { data: job, blobs }: Message<Job | KeepJob>,
  setup: Setup,
): Message<JobAnswer | KeepAnswer> {
  const scope = new Scope(libvips);
  try {
    if ('keep' in job) return keep(scope, job, blobs, setup);
    const [source = new Uint8Array(), ...images] = blobs;
    const input = {
      params: job.params,
      source,
      images: new Map(job.imageKeys.map((key, index) => [key, images[index] ?? new Uint8Array()])),
      ...keptPictures(job, setup),
      detection,
    };
    const { bytes, contentType } = runPipeline(scope, input, setup.options);
    return { data: { contentType, residentBytes: process.memoryUsage.rss() }, blobs: [bytes] };
  } catch (error) {
    if (error instanceof PictureMissing) {
      const missing = { name: error.picture.name, isGone: error.isGone };
      return { data: { missing, residentBytes: process.memoryUsage.rss() }, blobs: [] };
    }
    return { data: { error: plainError(error, job), residentBytes: process.memoryUsage.rss() }, blobs: [] };
  } finally {
    scope[Symbol.dispose]();
  }
}

function keep(
  scope: Scope,
  { keep: name }: KeepJob,
  [source = new Uint8Array()]: readonly Uint8Array[],
  { pictures, options }: Setup,
): Message<KeepAnswer> {
  if (!pictures) throw new AppError('internal', { detail: 'this worker was told of no place to keep pictures in' });
  const written = writePicture(scope, source, name, pictures, options) ?? null;
  return { data: { written, residentBytes: process.memoryUsage.rss() }, blobs: [] };
}

function keptPictures({ kept, imageKeys }: Job, { pictures }: Setup): { kept?: KeptPictures } {
  if (!kept || !pictures) return {};
  const [source, ...images] = kept;
  const named = imageKeys.flatMap((key, index) => (images[index] ? [[key, images[index]] as const] : []));
  return { kept: { files: pictures, source: source ?? undefined, images: new Map(named) } };
}

function plainError(thrown: unknown, { deadlineMs }: Job | KeepJob): JobError {
  const { code, status, publicMessage, detail, cause } = classify(thrown, deadlineMs);
  const under = cause instanceof Error && cause.message !== detail ? cause.stack : undefined;
  return { code, status, publicMessage, detail: [detail, under].filter(Boolean).join('\n') };
}

/** What libvips only finds out while it computes: the deadline, or a file that is broken further down. */
function classify(thrown: unknown, deadlineMs: number): AppError {
  if (!(thrown instanceof VipsError)) return AppError.from(thrown);
  if (Date.now() >= deadlineMs) return new AppError('timeout', { detail: thrown.message, cause: thrown });
  return new AppError('unsupported-format', {
    publicMessage: 'the picture cannot be processed: it is damaged, or a filter asks for the impossible',
    detail: thrown.message,
    cause: thrown,
  });
}
