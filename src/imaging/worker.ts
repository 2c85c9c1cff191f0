import { AppError } from '../errors.ts';
import { type Libvips, openLibvips } from '../vips/library.ts';
import { Scope } from '../vips/scope.ts';
import { VipsError } from '../vips/vips-error.ts';
import { receive, send } from './channel.ts';
import type { Job, JobAnswer, JobError, Setup, SetupAnswer } from './job.ts';
import type { Message } from './message.ts';
import type { ImagingOptions } from './options.ts';
import { runPipeline } from './pipeline.ts';

// A decoder process: one job after another, nothing asynchronous, no files, no network. It ends when the server does.

/** Safe enough for strangers' files, unlike the other loaders that libvips marks: librsvg opens nothing outside its input. */
const TRUSTED_LOADERS = ['VipsForeignLoadSvg'];

main();

function main(): void {
  const setup = receive<Setup>();
  if (!setup) return;
  const libvips = open(setup.data);
  if (!libvips) return;
  for (let message = receive<Job>(); message; message = receive<Job>()) {
    send(answer(libvips, message, setup.data.options));
  }
}

function open({ libvipsPath }: Setup): Libvips | undefined {
  try {
    const libvips = openLibvips({ path: libvipsPath, trusted: TRUSTED_LOADERS });
    send<SetupAnswer>({ data: { version: libvips.version.join('.') }, blobs: [] });
    return libvips;
  } catch (error) {
    send<SetupAnswer>({ data: { failure: error instanceof Error ? error.message : String(error) }, blobs: [] });
    return undefined;
  }
}

function answer(libvips: Libvips, { data: job, blobs }: Message<Job>, options: ImagingOptions): Message<JobAnswer> {
  const scope = new Scope(libvips);
  try {
    const [source = new Uint8Array(), ...images] = blobs;
    const input = {
      params: job.params,
      source,
      images: new Map(job.imageKeys.map((key, index) => [key, images[index] ?? new Uint8Array()])),
    };
    const { bytes, contentType } = runPipeline(scope, input, options);
    return { data: { contentType, residentBytes: process.memoryUsage.rss() }, blobs: [bytes] };
  } catch (error) {
    return { data: { error: plainError(error, job), residentBytes: process.memoryUsage.rss() }, blobs: [] };
  } finally {
    scope[Symbol.dispose]();
  }
}

function plainError(thrown: unknown, { deadlineMs }: Job): JobError {
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
