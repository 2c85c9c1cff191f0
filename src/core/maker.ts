import { isColorImage } from '../endpoint/color-image.ts';
import { imageKeys } from '../endpoint/image-keys.ts';
import type { ImageParams } from '../endpoint/params.ts';
import { AppError } from '../errors.ts';
import type { Admission } from './admission.ts';
import { type Blob, readBlob } from './blob.ts';
import { etagOf } from './etag.ts';
import { Larder } from './larder.ts';
import type { Account, MemoryBudget } from './memory-budget.ts';
import { observe } from './observer.ts';
import type { IoContext, Keeping, KeptKeys, Processor } from './ports.ts';
import type { Product } from './product.ts';
import type { Resolved } from './resolve.ts';
import type { Results } from './results.ts';
import type { Hold } from './single-flight.ts';
import { contentTypeOf, sniff } from './sniff.ts';
import type { Source, Sources } from './sources.ts';

/** What pictures are made with, and within which bounds. */
export interface MakerOptions {
  readonly processor: Processor;
  readonly admission: Admission;
  readonly sourceMemory: MemoryBudget;
  /** For uploads, which are read before they are admitted; those admitted must not have to wait for them. */
  readonly uploadMemory: MemoryBudget;
  /** Answer with the source where a picture cannot be made of it. */
  readonly rawOnError: boolean;
  /** Images that the filters of one URL may name, and how deep they may name others in turn. */
  readonly maxOverlays: number;
  readonly maxOverlayDepth: number;
  /** Whether the filter at that place of a URL will run; images of others are not fetched. */
  willRun(name: string, index: number): boolean;
}

/** Everything that one picture is made of. */
interface Ingredients {
  readonly params: ImageParams;
  readonly source: Source;
  /** By their keys. */
  readonly images: Promise<ReadonlyMap<string, Uint8Array>>;
  readonly keeping: Keeping | undefined;
}

/** Loads, has processed, and sees to it that source and result are kept. */
export class Maker {
  readonly #options: MakerOptions;
  readonly #sources: Sources;
  readonly #results: Results;

  constructor(options: MakerOptions, sources: Sources, results: Results) {
    this.#options = options;
    this.#sources = sources;
    this.#results = results;
  }

  /**
   * Makes what a request asks for, when there is room for it.
   *
   * @param hold Told of saves, for as long as which newcomers may have what was made.
   * @throws AppError; the signal's reason.
   */
  async make(resolved: Resolved, context: IoContext, hold: Hold): Promise<Product> {
    if (!resolved.isRaw) return this.#admit(context, (account) => this.#transform(resolved, context, account, hold));
    const pass = (account: Account): Promise<Product> => this.#pass(resolved.params, context, account, hold);
    return this.#options.sourceMemory.run(pass);
  }

  /**
   * Makes a picture of what a client sends. A client that sends slowly takes nobody's place: its bytes are read, and
   * counted, before it is admitted.
   *
   * @throws AppError; the signal's reason.
   */
  async makeOfUpload({ params, isRaw }: Resolved, upload: Blob, context: IoContext): Promise<Product> {
    return this.#options.uploadMemory.run(async (memory) => {
      const portion = memory.open();
      const source = uploaded(await readBlob(upload, 0, (bytes) => portion.take(bytes, context.signal)), upload);
      if (isRaw) return rawProduct(source);
      return this.#admit(context, async (account) => {
        const larder = new Larder(this.#sources, context, account);
        const images = this.#loadImages(params, larder, NOTHING_KEPT);
        return this.#process({ params, source, images, keeping: undefined }, larder, context);
      });
    });
  }

  async #transform(resolved: Resolved, context: IoContext, account: Account, hold: Hold): Promise<Product> {
    const { params } = resolved;
    const larder = new Larder(this.#sources, context, account);
    // begun before the source is there, and of interest only after it
    const variant = this.#sources.variantOf(context.headers);
    const kept = this.#options.processor.kept?.(params, variant) ?? NOTHING_KEPT;
    const images = this.#loadImages(params, larder, kept);
    const source = kept.source || isColorImage(params.image) ? NO_SOURCE : await larder.load(params.image);
    const fetch = async (key: string): Promise<Uint8Array> => (await larder.load(key)).bytes;
    const keeping = { variant, fetch, isPrivate: (key: string) => larder.isPrivate(key) };
    const product = await this.#process({ params, source, images, keeping }, larder, context);
    if (product.failure) return product;
    const saved = this.#sources.keep(params.image, source, context.observer);
    account.keepUntil(saved);
    hold(saved);
    if (this.#results.areKept(resolved) && !product.isPrivate)
      hold(this.#results.save(params, product, context.observer));
    return product;
  }

  /** `raw()` */
  async #pass({ image }: ImageParams, context: IoContext, account: Account, hold: Hold): Promise<Product> {
    const source = await this.#sources.load(image, context, account);
    // the answer reads the memory of the source
    const saved = this.#sources.keep(image, { ...source, release: undefined }, context.observer);
    account.keepUntil(saved);
    hold(saved);
    return rawProduct(source);
  }

  #admit({ signal }: IoContext, work: (account: Account) => Promise<Product>): Promise<Product> {
    const { admission, sourceMemory } = this.#options;
    return admission.run(signal, () => sourceMemory.run(work));
  }

  /** The picture, or the source where none can be made and the operator prefers that to an error. */
  async #process(
    { params, source, images, keeping }: Ingredients,
    larder: Larder,
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
      const { holdsPrivate: isPrivate } = larder;
      return { bytes, contentType, headers, etag: etagOf(bytes), modifiedAt: undefined, isPrivate, failure: undefined };
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
  #loadImages(params: ImageParams, larder: Larder, kept: KeptKeys): Promise<ReadonlyMap<string, Uint8Array>> {
    const { maxOverlays: maxCount, maxOverlayDepth: maxDepth, willRun } = this.#options;
    const keys = imageKeys(params, { maxCount, maxDepth, skip: (name, index) => !willRun(name, index) });
    const load = async (key: string) => [key, (await larder.load(key)).bytes] as const;
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
  loadedFrom: undefined,
  isPrivate: false,
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
function rawProduct({ bytes, contentType, headers, stat, isPrivate }: Source): Product {
  const modifiedAt = stat?.modifiedAt;
  return { bytes, contentType, headers, etag: etagOf(bytes), modifiedAt, isPrivate, failure: undefined };
}
