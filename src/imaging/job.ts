import type { ImageParams } from '../endpoint/params.ts';
import type { ErrorCode } from '../errors.ts';
import type { ImagingOptions } from './options.ts';
import type { KeptPicture, PictureFiles, WrittenPicture } from './picture-cache-file.ts';
import type { SupposedSource } from './stand-in.ts';
import type { TracedStep } from './trace.ts';

/** The first message to a worker. */
export interface Setup {
  readonly libvipsPath: string | undefined;
  /** Threads of libvips; 1 without it. */
  readonly threads?: number;
  readonly options: ImagingOptions;
  /** Where decoded pictures are kept; undefined where none are. */
  readonly pictures: PictureFiles | undefined;
  readonly detection?: DetectionSetup;
}

/** Detectors, by the modules that a worker loads them from. */
export interface DetectionSetup {
  /** Absolute paths. */
  readonly modules: readonly string[];
  /** Longer side of the small picture that detectors are shown, in pixels. */
  readonly viewSize: number;
}

/** A worker's answer to its setup; `isOffline` where the kernel keeps it from opening sockets. */
export type SetupAnswer = { readonly version: string; readonly isOffline: boolean } | { readonly failure: string };

/** One picture to make. The blobs that come with it are the source and then the images, in the order of their keys. */
export interface Job {
  readonly params: ImageParams;
  readonly imageKeys: readonly string[];
  /** As of `monotonicMs`: libvips is stopped then. The server kills the process if that does not help. */
  readonly deadlineMs: number;
  /** Decoded pictures that stand in for blobs, in the blobs' places; of such a blob only the head comes along. */
  readonly kept?: readonly (KeptPicture | null)[];
}

/** A picture to decode and write, to be kept. The one blob is its source. */
export interface KeepJob {
  readonly keep: string;
  readonly deadlineMs: number;
}

/** A picture to take every step of but the last. The blobs are those of a {@link Job}. */
export interface TraceJob {
  readonly traced: ImageParams;
  readonly imageKeys: readonly string[];
  readonly deadlineMs: number;
  /** Stands in for the source; one pixel then stands in for every image, and there are no blobs. */
  readonly supposed?: SupposedSource;
}

/** A worker's answer to a {@link TraceJob}. */
export interface TraceAnswer {
  readonly residentBytes: number;
  readonly steps: readonly TracedStep[];
  /** Of the step after those; null where there is none. */
  readonly failure: JobError | null;
}

/** A worker's answer to a job; a blob with the result comes with a success. */
export type JobAnswer = { readonly residentBytes: number } & (
  | { readonly contentType: string }
  | { readonly error: JobError }
  | { readonly missing: MissingPicture }
);

/** A worker's answer to a {@link KeepJob}; null for a picture that is not to be kept. */
export type KeepAnswer = { readonly residentBytes: number } & (
  | { readonly written: WrittenPicture | null }
  | { readonly error: JobError }
);

/** A kept picture that cannot stand in for its blob. */
export interface MissingPicture {
  /** Of its file. */
  readonly name: string;
  /** The file is not there any more; else it is only too small for this job. */
  readonly isGone: boolean;
}

/** An AppError as plain data. */
export interface JobError {
  readonly code: ErrorCode;
  readonly status: number;
  readonly publicMessage: string;
  readonly detail: string;
}
