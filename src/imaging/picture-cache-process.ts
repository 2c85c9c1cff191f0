import { withTimeout } from '../core/deadline.ts';
import type { Keeping, KeptKeys, ProcessInput, ProcessOutput } from '../core/ports.ts';
import { isColorImage } from '../endpoint/color-image.ts';
import type { ImageParams } from '../endpoint/params.ts';
import { AppError } from '../errors.ts';
import { monotonicMs } from '../vips/monotonic-clock.ts';
import type { Job, JobAnswer, JobError, KeepAnswer, KeepJob, MissingPicture, TraceAnswer, TraceJob } from './job.ts';
import type { Message } from './message.ts';
import type { ImagingOptions } from './options.ts';
import type { PictureCache } from './picture-cache.ts';
import type { KeptPicture, WrittenPicture } from './picture-cache-file.ts';
import { isEnough, type Need, needOfSource, needsOfImages } from './picture-cache-use.ts';

/** Has a worker do a job. @throws AppError that the worker or the pool answers with. */
export type Ask = <Answer extends JobAnswer | KeepAnswer | TraceAnswer>(
  job: Omit<Job, 'deadlineMs'> | Omit<KeepJob, 'deadlineMs'> | Omit<TraceJob, 'deadlineMs'>,
  blobs: readonly Uint8Array[],
  deadlineMs: number,
  signal: AbortSignal,
) => Promise<Message<Exclude<Answer, { readonly error: JobError }>>>;

/** An input that comes with what it takes to keep pictures. */
export type KeepingInput = ProcessInput & { readonly keeping: Keeping };

/** What one job gets of the source or of an image. */
interface Place {
  readonly key: string;
  /** The head only where there is a kept picture. */
  readonly blob: Uint8Array;
  readonly kept: KeptPicture | null;
  /** The encoded bytes, fetched now if they were left out. */
  bytes(): Promise<Uint8Array>;
}

/** Nobody alone decides that a picture is not to be kept after all. */
const NEVER: AbortSignal = new AbortController().signal;

/** Makes pictures out of kept ones where they will do, and has those kept that were missing. */
export class KeepingProcess {
  readonly #cache: PictureCache;
  readonly #options: ImagingOptions;
  readonly #timeoutMs: number;
  readonly #ask: Ask;

  /** @param timeoutMs For decoding one picture that is to be kept. */
  constructor(cache: PictureCache, options: ImagingOptions, timeoutMs: number, ask: Ask) {
    this.#cache = cache;
    this.#options = options;
    this.#timeoutMs = timeoutMs;
    this.#ask = ask;
  }

  /** Which of the pictures that a URL needs do not have to be fetched, going by what is known now. */
  kept(params: ImageParams, variant: string): KeptKeys {
    const willDo = (key: string, needs: readonly Need[] | undefined): boolean => {
      const id = identity(variant, key);
      const picture = this.#cache.peek(id);
      return needs !== undefined && (picture ? isEnoughForAll(picture, needs) : this.#cache.isFilling(id));
    };
    const images = [...needsOfImages(params, this.#options)].filter(([key, needs]) => willDo(key, needs));
    return {
      source: willDo(params.image, needsOfSource(params)),
      images: new Set(images.map(([key]) => key)),
    };
  }

  /** As `Processor.process`, for an input that may lack what {@link kept} named. */
  async process(input: KeepingInput, deadlineMs: number, signal: AbortSignal): Promise<ProcessOutput> {
    const { params } = input;
    const needs = needsOfImages(params, this.#options);
    const imageKeys = [...new Set([...input.images.keys(), ...needs.keys()])];
    const source = input.source.length > 0 || isColorImage(params.image) ? input.source : undefined;
    let places: readonly Place[] = await Promise.all([
      this.#place(params.image, source, needsOfSource(params), input.keeping, signal),
      ...imageKeys.map((key) => this.#place(key, input.images.get(key), needs.get(key), input.keeping, signal)),
    ]);
    for (;;) {
      const job = { params, imageKeys, kept: places.map(({ kept }) => kept) };
      const blobs = places.map(({ blob }) => blob);
      const answer = await this.#ask<JobAnswer>(job, blobs, deadlineMs, signal);
      if (!('missing' in answer.data)) {
        const [bytes = new Uint8Array()] = answer.blobs;
        return { bytes, contentType: answer.data.contentType };
      }
      places = await this.#without(answer.data.missing, places, input.keeping);
    }
  }

  async #place(
    key: string,
    given: Uint8Array | undefined,
    needs: readonly Need[] | undefined,
    { variant, fetch, isPrivate }: Keeping,
    signal: AbortSignal,
  ): Promise<Place> {
    let fetched = given && Promise.resolve(given);
    const bytes = (): Promise<Uint8Array> => {
      fetched ??= fetch(key);
      return fetched;
    };
    const id = identity(variant, key);
    if (needs && (this.#cache.peek(id) || this.#isWorthKeeping(needs))) {
      const found = await withTimeout(signal, 0, 'decoding a picture to keep', () =>
        this.#cache.find(id, bytes, async (name, encoded) => (isPrivate(key) ? null : this.#keep(name, encoded))),
      );
      if (found && isEnoughForAll(found.picture, needs)) return { key, blob: found.head, kept: found.picture, bytes };
    }
    return { key, blob: await bytes(), kept: null, bytes };
  }

  /** The same places with the encoded bytes in the place of one kept picture. */
  async #without({ name, isGone }: MissingPicture, places: readonly Place[], { variant }: Keeping): Promise<Place[]> {
    const isMissing = ({ kept }: Place): boolean => kept?.name === name;
    if (!places.some(isMissing))
      throw new AppError('internal', { detail: 'a worker lacks a picture it was not given' });
    return Promise.all(
      places.map(async (place) => {
        if (!isMissing(place)) return place;
        if (isGone) this.#cache.forget(identity(variant, place.key), name);
        return { ...place, blob: await place.bytes(), kept: null };
      }),
    );
  }

  async #keep(name: string, source: Uint8Array): Promise<WrittenPicture | null> {
    const { data } = await this.#ask<KeepAnswer>({ keep: name }, [source], monotonicMs() + this.#timeoutMs, NEVER);
    return data.written;
  }

  /** Not where even the largest picture that is kept would be too small, should it have been shrunk. */
  #isWorthKeeping(needs: readonly Need[]): boolean {
    const { maxWidth: width, maxHeight: height } = this.#cache.files;
    const largest = { name: '', fileBytes: 0, loader: '', width, height, isShrunk: true, isTurned: false };
    return needs.some((need) => !need.box || isEnough(largest, need));
  }
}

function needsOfSource(params: ImageParams): readonly Need[] | undefined {
  const need = needOfSource(params);
  return need && [need];
}

function isEnoughForAll(picture: KeptPicture, needs: readonly Need[]): boolean {
  return needs.every((need) => isEnough(picture, need));
}

function identity(variant: string, key: string): string {
  return JSON.stringify([variant, key]);
}
