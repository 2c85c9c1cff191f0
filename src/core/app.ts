import { isColorImage } from '../endpoint/color-image.ts';
import { imageKeys } from '../endpoint/image-keys.ts';
import type { ImageParams } from '../endpoint/params.ts';
import { parse } from '../endpoint/parse.ts';
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

/** A request for a picture whose URL has been verified. */
export interface ImageRequest {
  readonly params: ImageParams;
  readonly headers: Headers;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

/** A picture, or JSON, and what its HTTP headers depend on. */
export interface ImageAnswer {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** Headers taken over from the origin. */
  readonly headers: ReadonlyMap<string, string> | undefined;
  readonly resolved: Resolved;
}

/** What flights share. */
type Product = Omit<ImageAnswer, 'resolved'>;

/** The way of a request, from a verified URL to an answer. */
export class App {
  readonly #options: AppOptions;
  readonly #flights = new SingleFlight<Product>();

  constructor(options: AppOptions) {
    this.#options = options;
  }

  /**
   * Parses a path and checks its signature; paths that clients or proxies have escaped once more get a second try.
   *
   * @param path As the request line has it, without a leading slash or a query.
   * @throws AppError `signature-mismatch`.
   */
  verify(path: string): ImageParams {
    const params = parse(path);
    if (this.#isAllowed(params)) return params;
    const unescaped = unescapePath(path);
    const second = unescaped === undefined ? undefined : parse(unescaped);
    if (second && this.#isAllowed(second)) return second;
    throw new AppError('signature-mismatch');
  }

  /**
   * Makes the picture that a URL asks for; those who ask for the same one at the same time share the work.
   *
   * @throws AppError.
   */
  async answer({ params, headers, signal }: ImageRequest): Promise<ImageAnswer> {
    const resolved = resolve(params, headers.get('accept') ?? '', this.#options);
    if (resolved.params.image === '') throw new AppError('not-found');
    const key = `${resolved.isRaw ? 'raw' : 'result'} ${resolved.params.path}`;
    const product = await withTimeout(signal, this.#options.requestTimeoutMs, 'the request', (waiting) =>
      this.#flights.run(key, waiting, (shared) => this.#produce(resolved, { signal: shared, headers })),
    );
    return { ...product, resolved };
  }

  /** Ends the workers and lets go of connections. Call it when no request is under way. */
  async close(): Promise<void> {
    await Promise.all([this.#options.processor.close(), ...this.#options.loaders.map((loader) => loader.close?.())]);
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

/** Undoes one round of escaping; undefined where there is none to undo. */
function unescapePath(path: string): string | undefined {
  try {
    const unescaped = decodeURIComponent(path.replaceAll('+', ' '));
    return unescaped === path ? undefined : unescaped;
  } catch {
    return undefined;
  }
}
