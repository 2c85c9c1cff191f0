import { isColorImage } from '../endpoint/color-image.ts';
import { imageKeys } from '../endpoint/image-keys.ts';
import type { ImageParams } from '../endpoint/params.ts';
import { parse } from '../endpoint/parse.ts';
import { AppError } from '../errors.ts';
import type { Admission } from './admission.ts';
import { type Blob, readBlob } from './blob.ts';
import { withTimeout } from './deadline.ts';
import { etagOf } from './etag.ts';
import type { Account, MemoryBudget } from './memory-budget.ts';
import { observe } from './observer.ts';
import type { IoContext, Keeping, KeptKeys, Known, Processor } from './ports.ts';
import type { Answered, ConditionalAnswer, ImageAnswer, Product } from './product.ts';
import { isAllowed, readingsOf, type Trust } from './readings.ts';
import { isWorthKeeping, type Resolved, type ResolveOptions, resolve } from './resolve.ts';
import { Results, type ResultsOptions } from './results.ts';
import { type SaveFailure, Saver } from './saver.ts';
import { type Hold, SingleFlight } from './single-flight.ts';
import { contentTypeOf, sniff } from './sniff.ts';
import { type Source, Sources, type SourcesOptions } from './sources.ts';

/** What the core works with. */
export interface AppOptions extends Trust, ResolveOptions, SourcesOptions, ResultsOptions {
  readonly processor: Processor;
  readonly admission: Admission;
  readonly sourceMemory: MemoryBudget;
  /** Answer with the source where a picture cannot be made of it. */
  readonly rawOnError: boolean;
  /** Milliseconds for a whole request, and for saving one object to one storage; 0 for no limit. */
  readonly requestTimeoutMs: number;
  readonly saveTimeoutMs: number;
  /** Images that the filters of one URL may name, and how deep they may name others in turn. */
  readonly maxOverlays: number;
  readonly maxOverlayDepth: number;
  /** Whether the filter at that place of a URL will run; images of others are not fetched. */
  willRun(name: string, index: number): boolean;
  /** Told of what could not be saved. */
  onSaveFailure(failure: SaveFailure): void;
}

/** The way of a request, from a verified URL to an answer. */
export class App {
  readonly #options: AppOptions;
  readonly #flights = new SingleFlight<Product>();
  readonly #saver: Saver;
  readonly #sources: Sources;
  readonly #results: Results;

  constructor(options: AppOptions) {
    this.#options = options;
    this.#saver = new Saver({ timeoutMs: options.saveTimeoutMs, onFailure: options.onSaveFailure });
    this.#sources = new Sources(options, this.#saver);
    this.#results = new Results(options, this.#sources, this.#saver);
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
   * Makes a picture without asking for a signature; those who want the same one at the same time share the work.
   *
   * @throws AppError.
   */
  async answer(asked: ImageParams, context: IoContext): Promise<ImageAnswer> {
    const resolved = this.#resolve(asked, context);
    if (resolved.params.image === '') throw new AppError('not-found');
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
      this.#admit(signal, async (account) => {
        const uploading = { ...context, signal };
        const source = uploaded(await readBlob(upload, 0, account.take), upload);
        if (resolved.isRaw) return rawProduct(source);
        const images = this.#loadImages(resolved.params, uploading, account, NOTHING_KEPT);
        return this.#process(resolved.params, source, images, undefined, uploading);
      }),
    );
    return { ...product, asked, resolved };
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

  /** With a look at the results for one who knows one: that lookup is that client's alone. */
  async #answer(asked: ImageParams, context: IoContext, known: Known | undefined): Promise<ConditionalAnswer> {
    if (!known) return this.answer(asked, context);
    const resolved = this.#resolve(asked, context);
    const found = this.#isKept(resolved)
      ? await this.#results.findIfChanged(resolved.params, known, context)
      : undefined;
    if (!found) return this.answer(asked, context);
    return { ...found, asked, resolved } satisfies Answered<typeof found>;
  }

  #product(resolved: Resolved, context: IoContext): Promise<Product> {
    const { headers, signal, observer } = context;
    const { requestTimeoutMs: timeoutMs } = this.#options;
    const key = this.#flightKey(resolved, headers);
    const fly = (): Promise<Product> =>
      this.#flights.run(key, { signal, timeoutMs }, (shared, hold) =>
        this.#produce(resolved, { signal: shared, headers, observer }, hold),
      );
    return this.#flights.has(key) ? observe(context, { name: 'join' }, fly) : fly();
  }

  /** By the image too, since a generated path can be read in two ways: `9x9/a.jpg` may be the name of a picture. */
  #flightKey({ params: { path, image } }: Resolved, headers: Headers): string {
    return [path, image, this.#variant(headers)].join('\n');
  }

  /** What fetched pictures depend on beside their keys. */
  #variant(headers: Headers): string {
    const { variesBy } = this.#sources;
    const names = variesBy.has('*') ? [...headers.keys()] : [...variesBy];
    return names.map((name) => `${name}: ${headers.get(name)}`).join('\n');
  }

  async #produce(resolved: Resolved, context: IoContext, hold: Hold): Promise<Product> {
    const { params, isRaw } = resolved;
    const isKept = this.#isKept(resolved);
    const found = isKept ? await this.#results.find(params, context) : undefined;
    if (found) return found;
    if (isRaw)
      return this.#options.sourceMemory.run(context.signal, (account) => this.#pass(params, context, account, hold));
    return this.#admit(context.signal, async (account) => {
      // begun before the source is there, and of interest only after it
      const variant = this.#variant(context.headers);
      const kept = this.#options.processor.kept?.(params, variant) ?? NOTHING_KEPT;
      const fetch = async (key: string): Promise<Uint8Array> => (await this.#sources.load(key, context, account)).bytes;
      const images = this.#loadImages(params, context, account, kept);
      const needsNone = kept.source || isColorImage(params.image);
      const source = needsNone ? NO_SOURCE : await this.#sources.load(params.image, context, account);
      const product = await this.#process(params, source, images, { variant, fetch }, context);
      if (product.failure) return product;
      const saved = this.#sources.keep(params.image, source, context.observer);
      account.keepUntil(saved);
      hold(saved);
      if (isKept) hold(this.#results.save(params, product, context.observer));
      return product;
    });
  }

  /** `raw()` */
  async #pass({ image }: ImageParams, context: IoContext, account: Account, hold: Hold): Promise<Product> {
    const source = await this.#sources.load(image, context, account);
    // the answer reads the memory of the source
    hold(this.#sources.keep(image, { ...source, release: undefined }, context.observer));
    return rawProduct(source);
  }

  #isKept(resolved: Resolved): boolean {
    return this.#results.areKept && isWorthKeeping(resolved);
  }

  #admit(signal: AbortSignal, work: (account: Account) => Promise<Product>): Promise<Product> {
    const { admission, sourceMemory } = this.#options;
    return admission.run(signal, () => sourceMemory.run(signal, work));
  }

  /** The picture, or the source where none can be made and the operator prefers that to an error. */
  async #process(
    params: ImageParams,
    source: Source,
    images: Promise<ReadonlyMap<string, Uint8Array>>,
    keeping: Keeping | undefined,
    context: IoContext,
  ): Promise<Product> {
    const { signal } = context;
    try {
      const input = { params, source: source.bytes, images: await images, ...(keeping && { keeping }) };
      const { bytes, contentType } = await observe(
        context,
        { name: 'process' },
        () => this.#options.processor.process(input, signal),
        ({ bytes: { length } }) => ['done', length],
      );
      const { headers } = source;
      return { bytes, contentType, headers, etag: etagOf(bytes), modifiedAt: undefined, failure: undefined };
    } catch (error) {
      signal.throwIfAborted();
      if (!this.#options.rawOnError || source.bytes.length === 0) throw error;
      return { ...rawProduct(source), failure: AppError.from(error) };
    }
  }

  /**
   * Fetches every image that filters name, all at the same time. A rejection is handled even if nobody asks.
   *
   * @throws AppError at once when there are too many.
   */
  #loadImages(
    params: ImageParams,
    context: IoContext,
    account: Account,
    kept: KeptKeys,
  ): Promise<ReadonlyMap<string, Uint8Array>> {
    const { maxOverlays: maxCount, maxOverlayDepth: maxDepth, willRun } = this.#options;
    const keys = imageKeys(params, { maxCount, maxDepth, skip: (name, index) => !willRun(name, index) });
    const load = async (key: string) => [key, (await this.#sources.load(key, context, account)).bytes] as const;
    const images = Promise.all(keys.filter((key) => !kept.images.has(key)).map(load)).then(
      (entries) => new Map(entries),
    );
    images.catch(() => {}); // told when it is awaited, which it is not where the source has failed first
    return images;
  }
}

const NOTHING_KEPT: KeptKeys = { source: false, images: new Set() };

/** Of `color:` images, and of those that are kept decoded. */
const NO_SOURCE: Source = {
  bytes: new Uint8Array(),
  contentType: '',
  isPicture: false,
  isStored: true,
  headers: undefined,
  stat: undefined,
  release: undefined,
};

function uploaded(bytes: Uint8Array, { contentType }: Blob): Source {
  if (bytes.length === 0) throw new AppError('invalid', { publicMessage: 'the upload is empty' });
  const kind = sniff(bytes);
  const type = kind === 'unknown' ? (contentType ?? contentTypeOf(kind)) : contentTypeOf(kind);
  return { ...NO_SOURCE, bytes, contentType: type, isPicture: kind !== 'unknown' };
}

/** The source as it is. */
function rawProduct({ bytes, contentType, headers, stat }: Source): Product {
  return { bytes, contentType, headers, etag: etagOf(bytes), modifiedAt: stat?.modifiedAt, failure: undefined };
}
