import type { ImageParams } from '../endpoint/params.ts';
import type { Blob, Stat } from './blob.ts';
import type { Observer } from './observer.ts';

/** What a loader or a storage may know of the request it works for. */
export interface IoContext {
  /** Aborted at the deadline or when nobody waits any more. Whatever is under way must stop then. */
  readonly signal: AbortSignal;
  /** The client's request headers, for loaders that forward some. */
  readonly headers: Headers;
  /** Told of the steps of the request; undefined where nobody looks. */
  readonly observer?: Observer | undefined;
  /**
   * For sources: waits until so many bytes may be in memory. To be called before that many are read at once; streams need
   * not, for they are read piece by piece.
   *
   * @throws the signal's reason.
   */
  makeRoom?(bytes: number): Promise<void>;
  /** For result storages: the source image of the result, as the URL names it. Wildcard buckets are named by it. */
  readonly resultOf?: string;
}

/** What somebody has of an object already; one of the two is enough (RFC 9110 §8.8). */
export interface Known {
  /** As the store gave it; several by commas. */
  readonly etag?: string;
  /** Ignored where there is an etag (RFC 9110 §13.1.3). Whole seconds, as HTTP dates are. */
  readonly modifiedAt?: Date;
}

/** Fetches source images by key. */
export interface Loader {
  /** Names the adapter in logs and metrics: `http`, `file`, `s3`. */
  readonly name: string;
  /** Names of request headers that its blobs depend on, in lower case, for `Vary`. */
  readonly variesBy?: readonly string[];
  /** A store of the operator's own, not a stranger's host: when it refuses or fails, the operator is to know. */
  readonly isOwn?: boolean;
  /** What its blobs depend on beside their keys, such as headers that are passed on: requests that differ in it share no work. */
  variantOf?(headers: Headers): string;
  /**
   * @param key The image as the URL names it, decoded, not normalised.
   * @returns a blob, or undefined when this loader has nothing to say about such a key.
   * @throws AppError `not-found`, `source-not-allowed`, `timeout`, … and the signal's reason once it is aborted.
   */
  get(key: string, context: IoContext): Promise<Blob | undefined>;
  /** Like `get` without the bytes; undefined where the origin cannot tell. */
  stat?(key: string, context: IoContext): Promise<Stat | undefined>;
  /**
   * Where it looks for an object: a file, `s3://bucket/key`, a URL without credentials. Asks nobody.
   *
   * @param resultOf As in {@link IoContext}.
   * @returns the places in the order in which they are tried; none for a key that it has nothing to say about.
   * @throws AppError for a key that it refuses.
   */
  locate?(key: string, resultOf?: string): readonly string[];
  /**
   * The objects that a key may mean, by names that nothing else has: two adapters that give the same read and write the
   * same object. None for what only this adapter can reach. Asks nobody; throws as {@link Loader.locate}.
   */
  identify?(key: string, resultOf?: string): readonly string[];
  /** Lets go of connections; the loader is not used afterwards. */
  close?(): Promise<void>;
}

/** The answer to a conditional read of an object that has not changed. */
export interface Unchanged {
  readonly body?: never;
  readonly stat: Stat;
}

/** Keeps bytes by key: source images, or results. */
export interface Storage extends Loader {
  /** In front of slower storages: it also keeps what they are asked for. */
  readonly isCache?: boolean;
  /** Like `get`, but `unchanged`, without its bytes, for an object that is known. A store without etags compares dates. */
  getIfChanged(key: string, known: Known, context: IoContext): Promise<Blob | Unchanged | undefined>;
  stat(key: string, context: IoContext): Promise<Stat | undefined>;
  /** Stores all of the bytes or none: a reader never sees half an object. */
  put(key: string, blob: Blob & { readonly body: Uint8Array }, context: IoContext): Promise<void>;
  /** Deleting what is not there is no error. */
  delete(key: string, context: IoContext): Promise<void>;
}

/** Everything one transformation needs: plain data, already fetched. */
export interface ProcessInput {
  readonly params: ImageParams;
  /** Empty for `color:` images, which have no source, and for one that the processor has kept. */
  readonly source: Uint8Array;
  /** Every image that the filters name, by its key as written in the filter, but for those that the processor has kept. */
  readonly images: ReadonlyMap<string, Uint8Array>;
  /** Lets the processor keep pictures, and use kept ones. */
  readonly keeping?: Keeping;
}

/** What it takes to use pictures of earlier requests, beside a request's own. */
export interface Keeping {
  /** What fetched pictures depend on beside their keys, such as request headers that are passed on. */
  readonly variant: string;
  /** Fetches the source or an image that was left out, of which the processor turns out to need more than it has kept. */
  fetch(key: string): Promise<Uint8Array>;
  /** Whether an image that was fetched is meant for one client alone, and so not to be kept. */
  isPrivate(key: string): boolean;
}

/** What need not be fetched, for the processor has kept it. It may be gone by the time it is needed. */
export interface KeptKeys {
  readonly source: boolean;
  readonly images: ReadonlySet<string>;
}

/** A transformed picture, or the JSON of `meta/`. */
export interface ProcessOutput {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** Turns a source into a result, away from the event loop. */
export interface Processor {
  /** Which pictures of a URL need not be fetched; `variant` as in {@link Keeping}. Without it, none is kept. */
  kept?(params: ImageParams, variant: string): KeptKeys;
  /** @throws AppError `unsupported-format`, `max-resolution-exceeded`, `timeout`, … and the signal's reason once it is aborted. */
  process(input: ProcessInput, signal: AbortSignal): Promise<ProcessOutput>;
  close(): Promise<void>;
}
