import { AppError } from '../errors.ts';
import { leaveNetwork } from '../sandbox/leave-network.ts';
import { Watchdog } from '../vips/kill.ts';
import { type Libvips, openLibvips } from '../vips/library.ts';
import type { Scope } from '../vips/scope.ts';
import { DeadlineExceeded, VipsError } from '../vips/vips-error.ts';
import { receive, send } from './channel.ts';
import { type Detection, NO_DETECTION } from './detector.ts';
import type {
  Job,
  JobAnswer,
  JobError,
  KeepAnswer,
  KeepJob,
  Setup,
  SetupAnswer,
  TraceAnswer,
  TraceJob,
} from './job.ts';
import { loadDetectors } from './load-detectors.ts';
import type { Message } from './message.ts';
import { PictureMissing, writePicture } from './picture-cache-file.ts';
import { type KeptPictures, type PipelineInput, runPipeline, tracePipeline } from './pipeline.ts';
import { standIn } from './stand-in.ts';
import type { TracedStep } from './trace.ts';
import { TRUSTED_LOADERS } from './trusted-loaders.ts';

// A decoder process: one job after another, nothing asynchronous, no network, no files but those of kept pictures. On
// Linux the kernel holds it to that, as far as the network goes. It ends when the server does.

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
  const watchdog = new Watchdog(opened.libvips); // after the answer, which need not wait for a thread
  for (let message = receive<AnyJob>(); message; message = receive<AnyJob>()) {
    send(answer(watchdog, message, setup.data, opened.detection));
  }
}

type AnyJob = Job | KeepJob | TraceJob;

/** What a worker works with. */
interface Opened {
  readonly libvips: Libvips;
  readonly detection: Detection;
}

function open({ libvipsPath, threads = 1, pictures, detection }: Setup): Opened | undefined {
  try {
    const isOffline = leaveNetwork(); // before anybody else's code runs
    const trusted = pictures ? [...TRUSTED_LOADERS, KEPT_PICTURE_LOADER] : TRUSTED_LOADERS;
    const libvips = openLibvips({ path: libvipsPath, concurrency: threads, trusted });
    const opened = {
      libvips,
      detection: detection
        ? { detectors: loadDetectors(detection.modules), viewSize: detection.viewSize }
        : NO_DETECTION,
    };
    send<SetupAnswer>({ data: { version: libvips.version.join('.'), isOffline }, blobs: [] });
    return opened;
  } catch (error) {
    send<SetupAnswer>({ data: { failure: error instanceof Error ? error.message : String(error) }, blobs: [] });
    return undefined;
  }
}

function answer(
  watchdog: Watchdog,
  message: Message<AnyJob>,
  setup: Setup,
  detection: Detection,
): Message<JobAnswer | KeepAnswer | TraceAnswer> {
  try {
    return watchdog.guard(message.data.deadlineMs, (scope) => work(scope, message, setup, detection));
  } catch (error) {
    if (error instanceof PictureMissing) {
      const missing = { name: error.picture.name, isGone: error.isGone };
      return { data: { missing, residentBytes: process.memoryUsage.rss() }, blobs: [] };
    }
    return { data: { error: plainError(error), residentBytes: process.memoryUsage.rss() }, blobs: [] };
  }
}

function work(
  scope: Scope,
  { data: job, blobs }: Message<AnyJob>,
  setup: Setup,
  detection: Detection,
): Message<JobAnswer | KeepAnswer | TraceAnswer> {
  if ('keep' in job) return keep(scope, job, blobs, setup);
  if ('traced' in job) return trace(scope, job, blobs, detection, setup);
  const input = { params: job.params, ...sources(job, blobs), ...keptPictures(job, setup), detection };
  const { bytes, contentType } = runPipeline(scope, input, setup.options);
  return { data: { contentType, residentBytes: process.memoryUsage.rss() }, blobs: [bytes] };
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

function trace(
  scope: Scope,
  job: TraceJob,
  blobs: readonly Uint8Array[],
  detection: Detection,
  { options }: Setup,
): Message<TraceAnswer> {
  const steps: TracedStep[] = [];
  let failure: JobError | null = null;
  try {
    const { supposed } = job;
    const pixel = (): Uint8Array => standIn(scope, { kind: 'png', width: 1, height: 1 });
    const given = supposed ? [standIn(scope, supposed), ...job.imageKeys.map(pixel)] : blobs;
    const input = {
      params: job.traced,
      ...sources(job, given),
      detection,
      trace: (step: TracedStep) => steps.push(step),
    };
    tracePipeline(scope, input, options);
  } catch (error) {
    failure = plainError(error);
  }
  return { data: { steps, failure, residentBytes: process.memoryUsage.rss() }, blobs: [] };
}

/** The blobs of a job by what they are. */
function sources(
  { imageKeys }: Pick<Job, 'imageKeys'>,
  [source = new Uint8Array(), ...images]: readonly Uint8Array[],
): Pick<PipelineInput, 'source' | 'images'> {
  return { source, images: new Map(imageKeys.map((key, index) => [key, images[index] ?? new Uint8Array()])) };
}

function keptPictures({ kept, imageKeys }: Job, { pictures }: Setup): { kept?: KeptPictures } {
  if (!kept || !pictures) return {};
  const [source, ...images] = kept;
  const named = imageKeys.flatMap((key, index) => (images[index] ? [[key, images[index]] as const] : []));
  return { kept: { files: pictures, source: source ?? undefined, images: new Map(named) } };
}

function plainError(thrown: unknown): JobError {
  const { code, status, publicMessage, detail, cause } = classify(thrown);
  const under = cause instanceof Error && cause.message !== detail ? cause.stack : undefined;
  return { code, status, publicMessage, detail: [detail, under].filter(Boolean).join('\n') };
}

/** What libvips only finds out while it computes: the deadline, or a file that is broken further down. */
function classify(thrown: unknown): AppError {
  if (thrown instanceof DeadlineExceeded) return new AppError('timeout', { detail: thrown.message, cause: thrown });
  if (!(thrown instanceof VipsError)) return AppError.from(thrown);
  return new AppError('unsupported-format', {
    publicMessage: 'the picture cannot be processed: it is damaged, or a filter asks for the impossible',
    detail: thrown.message,
    cause: thrown,
  });
}
