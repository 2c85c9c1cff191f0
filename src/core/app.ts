import type { ImageParams } from '../endpoint/params.ts';
import { parse } from '../endpoint/parse.ts';
import { AppError } from '../errors.ts';
import type { Blob } from './blob.ts';
import { withTimeout } from './deadline.ts';
import { Maker, type MakerOptions } from './maker.ts';
import { observe } from './observer.ts';
import type { IoContext, Known } from './ports.ts';
import type {
  Answered,
  ConditionalAnswer,
  DescribedProduct,
  ImageAnswer,
  Product,
  UnchangedProduct,
} from './product.ts';
import { isAllowed, readingsOf, type Trust } from './readings.ts';
import { type Resolved, type ResolveOptions, resolve } from './resolve.ts';
import { Results, type ResultsOptions } from './results.ts';
import { type SaveFailure, Saver } from './saver.ts';
import { SingleFlight } from './single-flight.ts';
import { Sources, type SourcesOptions } from './sources.ts';

/** What the core works with. */
export interface AppOptions extends Trust, ResolveOptions, SourcesOptions, ResultsOptions, MakerOptions {
  /** Milliseconds for a whole request, and for saving one object to one storage; 0 for no limit. */
  readonly requestTimeoutMs: number;
  readonly saveTimeoutMs: number;
  /** Bytes that may be on their way to one storage; 0 for no limit. See {@link Saver}. */
  readonly maxSavingBytes: number;
  /** Told of what could not be saved. */
  onSaveFailure(failure: SaveFailure): void;
}

/** The way of a request, from a verified URL to an answer. */
export class App {
  readonly #options: AppOptions;
  readonly #flights = new SingleFlight<Product>();
  /** Of clients that know a version: they may need no product. */
  readonly #checks = new SingleFlight<Product | UnchangedProduct>();
  readonly #saver: Saver;
  readonly #sources: Sources;
  readonly #results: Results;
  readonly #maker: Maker;

  constructor(options: AppOptions) {
    const { saveTimeoutMs: timeoutMs, maxSavingBytes: maxBytes, onSaveFailure: onFailure } = options;
    this.#options = options;
    this.#saver = new Saver({ timeoutMs, maxBytes, onFailure });
    this.#sources = new Sources(options, this.#saver);
    this.#results = new Results(options, this.#sources, this.#saver);
    this.#maker = new Maker(options, this.#sources, this.#results);
  }

  /**
   * Makes the picture that a path asks for, when its signature is right. A path that makes no sense is given a second
   * try without its escapes: clients and proxies like to escape the colons and parentheses of filters.
   *
   * @param path As the request line has it, without a leading slash or a query.
   * @param context Its signal is aborted when the client is gone.
   * @param known What the client has of the answer.
   * @throws AppError.
   */
  async answerPath(path: string, context: IoContext): Promise<ImageAnswer>;
  async answerPath(path: string, context: IoContext, known: Known | undefined): Promise<ConditionalAnswer>;
  async answerPath(path: string, context: IoContext, known?: Known): Promise<ConditionalAnswer> {
    const [first, second] = readingsOf(path).filter((params) => isAllowed(params, this.#options));
    if (!first) throw new AppError('signature-mismatch');
    try {
      return await this.#answer(first, context, known);
    } catch (error) {
      if (second && error instanceof AppError && error.code === 'invalid') return this.#answer(second, context, known);
      throw error;
    }
  }

  /**
   * Describes a stored picture without reading it.
   *
   * @param path As for {@link answerPath}.
   * @returns undefined where that cannot be done: {@link answerPath} tells why, or makes the picture.
   * @throws AppError `expired`, `timeout`, …
   */
  async describePath(path: string, context: IoContext): Promise<Answered<DescribedProduct> | undefined> {
    const asked = readingsOf(path).find((params) => isAllowed(params, this.#options));
    if (!asked || asked.image === '') return undefined;
    const resolved = this.#resolve(asked, context);
    if (!this.#results.areKept(resolved)) return undefined;
    const { requestTimeoutMs } = this.#options;
    const found = await withTimeout(context.signal, requestTimeoutMs, 'the request', (signal) =>
      this.#results.describe(resolved.params, { ...context, signal }),
    );
    return found && { ...found, asked, resolved };
  }

  /**
   * Makes a picture without asking for a signature; those who want the same one at the same time share the work.
   *
   * @throws AppError.
   */
  async answer(asked: ImageParams, context: IoContext): Promise<ImageAnswer> {
    const resolved = this.#resolveNamed(asked, context);
    return { ...(await this.#product(resolved, context)), asked, resolved };
  }

  /**
   * Makes a picture of what a client sends. Nothing of it is kept.
   *
   * @param path What to make of it: a path without an image; its signature does not matter.
   * @throws AppError; `signature-mismatch` where unsafe URLs are not served.
   */
  async answerUpload(path: string, upload: Blob, context: IoContext): Promise<ImageAnswer> {
    if (!this.#options.unsafe) throw new AppError('signature-mismatch');
    const asked = { ...parse(path), image: '' };
    const resolved = this.#resolve(asked, context);
    const { requestTimeoutMs } = this.#options;
    const product = await withTimeout(context.signal, requestTimeoutMs, 'the request', (signal) =>
      this.#maker.makeOfUpload(resolved, upload, { ...context, signal }),
    );
    return { ...product, asked, resolved };
  }

  /** Names of request headers that answers depend on beside `Accept`, for `Vary`. */
  get variesBy(): readonly string[] {
    return this.#sources.variesBy;
  }

  /** Objects being saved now. */
  get saving(): number {
    return this.#saver.pending;
  }

  /**
   * Finishes what is being saved, ends the workers and lets go of connections. Call it when no request is under way.
   *
   * @param signal Aborted when saves have had time enough; what is not stored then is given up.
   */
  async close(signal: AbortSignal = new AbortController().signal): Promise<void> {
    const { processor, loaders, storages, resultStorages } = this.#options;
    await this.#saver.settle(signal);
    const adapters = new Set([...loaders, ...storages, ...resultStorages]);
    await Promise.all([processor.close(), ...[...adapters].map((adapter) => adapter.close?.())]);
  }

  #resolve(asked: ImageParams, { headers }: IoContext): Resolved {
    return resolve(asked, headers.get('accept') ?? '', this.#options);
  }

  #resolveNamed(asked: ImageParams, context: IoContext): Resolved {
    const resolved = this.#resolve(asked, context);
    if (resolved.params.image === '') throw new AppError('not-found');
    return resolved;
  }

  async #answer(asked: ImageParams, context: IoContext, known: Known | undefined): Promise<ConditionalAnswer> {
    if (!known) return this.answer(asked, context);
    const resolved = this.#resolveNamed(asked, context);
    return { ...(await this.#productUnless(known, resolved, context)), asked, resolved };
  }

  #product(resolved: Resolved, context: IoContext): Promise<Product> {
    const { signal } = context;
    const { requestTimeoutMs: timeoutMs } = this.#options;
    const key = this.#flightKey(resolved, context);
    const fly = (): Promise<Product> =>
      this.#flights.run(key, { signal, timeoutMs }, async (shared, hold) => {
        const sharing = { ...context, signal: shared };
        const isKept = this.#results.areKept(resolved);
        const found = isKept ? await this.#results.find(resolved.params, undefined, sharing) : undefined;
        return found?.bytes ? found : this.#maker.make(resolved, sharing, hold);
      });
    return this.#flights.has(key) ? observe(context, { name: 'join' }, fly) : fly();
  }

  /** For one who knows a version: joins what is under way, or looks it up; what is not there is made for everybody. */
  #productUnless(known: Known, resolved: Resolved, context: IoContext): Promise<Product | UnchangedProduct> {
    const { signal } = context;
    const { requestTimeoutMs: timeoutMs } = this.#options;
    const key = this.#flightKey(resolved, context);
    if (!this.#results.areKept(resolved) || this.#flights.has(key)) return this.#product(resolved, context);
    const checkKey = `${key}\n${JSON.stringify(known)}`;
    const fly = (): Promise<Product | UnchangedProduct> =>
      this.#checks.run(checkKey, { signal, timeoutMs }, async (shared) => {
        const sharing = { ...context, signal: shared };
        const found = await this.#results.find(resolved.params, known, sharing);
        const make = { signal: shared, timeoutMs: 0 };
        return (
          found ??
          this.#flights.run(key, make, (making, hold) =>
            this.#maker.make(resolved, { ...context, signal: making }, hold),
          )
        );
      });
    return this.#checks.has(checkKey) ? observe(context, { name: 'join' }, fly) : fly();
  }

  /** By the image too, since a generated path can be read in two ways: `9x9/a.jpg` may be the name of a picture. */
  #flightKey({ params: { path, image } }: Resolved, { headers }: IoContext): string {
    return [path, image, this.#sources.variantOf(headers)].join('\n');
  }
}
