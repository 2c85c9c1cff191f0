import { isColorImage } from '../endpoint/color-image.ts';
import { imageKeys } from '../endpoint/image-keys.ts';
import type { ImageParams } from '../endpoint/params.ts';
import { parse } from '../endpoint/parse.ts';
import { queryUnescape } from '../endpoint/percent-encoding.ts';
import type { Signer } from '../endpoint/sign.ts';
import { AppError } from '../errors.ts';
import type { Admission } from './admission.ts';
import { readBlob } from './blob.ts';
import { withTimeout } from './deadline.ts';
import { loadFirst } from './load.ts';
import type { IoContext, Loader, Processor } from './ports.ts';
import { type Resolved, type ResolveOptions, resolve } from './resolve.ts';
import { SingleFlight } from './single-flight.ts';
import { contentTypeOf, sniff } from './sniff.ts';

/** What the core works with. */
export interface AppOptions extends ResolveOptions {
  /** Asked in order. */
  readonly loaders: readonly Loader[];
  readonly processor: Processor;
  readonly admission: Admission;
  /** Undefined where no secret is set: then no signature is valid. */
  readonly signer: Signer | undefined;
  /** Serve URLs that begin with `unsafe/`. */
  readonly unsafe: boolean;
  /** Milliseconds for a whole request, and for fetching its images; 0 for no limit. */
  readonly requestTimeoutMs: number;
  readonly loadTimeoutMs: number;
  /** Images that the filters of one URL may name, and how deep they may name others in turn. */
  readonly maxOverlays: number;
  readonly maxOverlayDepth: number;
  /** Whether the filter at that place of a URL will run; images of others are not fetched. */
  willRun(name: string, index: number): boolean;
}

/** What flights share. */
interface Product {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** Headers taken over from the origin. */
  readonly headers: ReadonlyMap<string, string> | undefined;
}

/** A picture, or JSON, and what its HTTP headers depend on. */
export interface ImageAnswer extends Product {
  /** The URL as it was asked for, without the operator's parameters. */
  readonly asked: ImageParams;
  readonly resolved: Resolved;
}

/** The way of a request, from a verified URL to an answer. */
export class App {
  readonly #options: AppOptions;
  readonly #flights = new SingleFlight<Product>();

  constructor(options: AppOptions) {
    this.#options = options;
  }

  /**
   * Makes the picture that a path asks for, when its signature is right. A path that makes no sense is given a second
   * try without its escapes: clients and proxies like to escape the colons and parentheses of filters.
   *
   * @param path As the request line has it, without a leading slash or a query.
   * @param context Its signal is aborted when the client is gone.
   * @throws AppError.
   */
  async answerPath(path: string, context: IoContext): Promise<ImageAnswer> {
    const [first, second] = this.#allowedReadings(path);
    if (!first) throw new AppError('signature-mismatch');
    try {
      return await this.answer(first, context);
    } catch (error) {
      if (second && error instanceof AppError && error.code === 'invalid') return this.answer(second, context);
      throw error;
    }
  }

  /**
   * Makes a picture without asking for a signature; those who want the same one at the same time share the work.
   *
   * @throws AppError.
   */
  async answer(asked: ImageParams, { headers, signal }: IoContext): Promise<ImageAnswer> {
    const resolved = resolve(asked, headers.get('accept') ?? '', this.#options);
    const { path, image } = resolved.params;
    if (image === '') throw new AppError('not-found');
    // by the image too, since a generated path can be read in two ways: `9x9/a.jpg` may be the name of a picture
    const key = `${path}\n${image}`;
    const product = await withTimeout(signal, this.#options.requestTimeoutMs, 'the request', (waiting) =>
      this.#flights.run(key, waiting, (shared) => this.#produce(resolved, { signal: shared, headers })),
    );
    return { ...product, asked, resolved };
  }

  /** Ends the workers and lets go of connections. Call it when no request is under way. */
  async close(): Promise<void> {
    await Promise.all([this.#options.processor.close(), ...this.#options.loaders.map((loader) => loader.close?.())]);
  }

  /** What a path can mean to those who may ask for it: as it stands, and unescaped once more. */
  #allowedReadings(path: string): ImageParams[] {
    return [...new Set([path, queryUnescape(path)])].map(parse).filter((params) => this.#isAllowed(params));
  }

  #isAllowed(params: ImageParams): boolean {
    if (params.unsafe) return this.#options.unsafe;
    return this.#options.signer?.verify(params.path, params.hash) ?? false;
  }

  async #produce(resolved: Resolved, context: IoContext): Promise<Product> {
    const { params, isRaw } = resolved;
    if (isRaw) return this.#source(params.image, context);
    return this.#options.admission.run(context.signal, async () => {
      const { source, images } = await this.#load(params, context);
      const { bytes, contentType } = await this.#options.processor.process(
        { params, source: source.bytes, images },
        context.signal,
      );
      return { bytes, contentType, headers: source.headers };
    });
  }

  /** Fetches the source and every image that filters name, all at the same time. */
  async #load(params: ImageParams, context: IoContext): Promise<{ source: Product; images: Map<string, Uint8Array> }> {
    const { maxOverlays: maxCount, maxOverlayDepth: maxDepth, willRun } = this.#options;
    const keys = imageKeys(params, { maxCount, maxDepth, skip: (name, index) => !willRun(name, index) });
    const [source, ...others] = await Promise.all([
      isColorImage(params.image) ? NO_SOURCE : this.#source(params.image, context),
      ...keys.map((key) => this.#source(key, context)),
    ]);
    return { source, images: new Map(keys.map((key, index) => [key, others[index]?.bytes ?? new Uint8Array()])) };
  }

  async #source(key: string, { signal, headers }: IoContext): Promise<Product> {
    const { loaders, loadTimeoutMs } = this.#options;
    return withTimeout(signal, loadTimeoutMs, `loading ${key}`, async (loading) => {
      const blob = await loadFirst(loaders, key, { signal: loading, headers });
      const bytes = await readBlob(blob);
      if (bytes.length === 0) throw new AppError('not-found', { detail: `${key} is empty` });
      const kind = sniff(bytes);
      const contentType = kind === 'unknown' ? (blob.contentType ?? contentTypeOf(kind)) : contentTypeOf(kind);
      return { bytes, contentType, headers: blob.headers };
    });
  }
}

const NO_SOURCE: Product = { bytes: new Uint8Array(), contentType: '', headers: undefined };
