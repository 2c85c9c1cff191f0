import type { ImageParams } from '../endpoint/params.ts';
import type { ErrorCode } from '../errors.ts';
import type { ImagingOptions } from './options.ts';

/** The first message to a worker. */
export interface Setup {
  readonly libvipsPath: string | undefined;
  readonly options: ImagingOptions;
}

/** A worker's answer to its setup. */
export type SetupAnswer = { readonly version: string } | { readonly failure: string };

/** One picture to make. The blobs that come with it are the source and then the images, in the order of their keys. */
export interface Job {
  readonly params: ImageParams;
  readonly imageKeys: readonly string[];
  /** As of Date.now(): libvips gives up by itself then. The server kills the process if it does not. */
  readonly deadlineMs: number;
}

/** A worker's answer to a job; a blob with the result comes with a success. */
export type JobAnswer = { readonly residentBytes: number } & (
  | { readonly contentType: string }
  | { readonly error: JobError }
);

/** An AppError as plain data. */
export interface JobError {
  readonly code: ErrorCode;
  readonly status: number;
  readonly publicMessage: string;
  readonly detail: string;
}
