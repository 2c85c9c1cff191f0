import type { ImageParams } from '../endpoint/params.ts';
import { type ResultPathStyle, resultKey } from '../endpoint/storage-key.ts';
import { AppError } from '../errors.ts';
import { type Blob, readBlob } from './blob.ts';
import { withTimeout } from './deadline.ts';
import { etagOf } from './etag.ts';
import { isNotFound } from './load.ts';
import type { IoContext, Known, Storage, Unchanged } from './ports.ts';
import type { Product, UnchangedProduct } from './product.ts';
import type { Saver } from './saver.ts';
import { contentTypeOf, sniff } from './sniff.ts';
import type { Sources } from './sources.ts';

/** Where results are kept. */
export interface ResultsOptions {
  /** Asked in order; results are saved to all of them. */
  readonly resultStorages: readonly Storage[];
  readonly resultStoragePathStyle: ResultPathStyle;
  /** Make a result again when its source has changed since. */
  readonly modifiedTimeCheck: boolean;
  /** Milliseconds for looking a result up; 0 for no limit. */
  readonly loadTimeoutMs: number;
  /** Told of storages that failed at a lookup: the result is made again then. */
  onLookupFailure(storage: string, key: string, error: AppError): void;
}

/** A result that a storage had. */
interface Hit {
  readonly storage: Storage;
  readonly found: Blob | Unchanged;
}

/** Results of earlier requests. */
export class Results {
  readonly #options: ResultsOptions;
  readonly #sources: Sources;
  readonly #saver: Saver;

  constructor(options: ResultsOptions, sources: Sources, saver: Saver) {
    this.#options = options;
    this.#sources = sources;
    this.#saver = saver;
  }

  /** Whether there is a storage to look into and to save to. */
  get areKept(): boolean {
    return this.#options.resultStorages.length > 0;
  }

  /**
   * Looks a result up.
   *
   * @param known What the client has: its bytes are not read again then.
   * @returns undefined where there is none, or it is older than its source.
   * @throws the signal's reason.
   */
  async find(
    params: ImageParams,
    known: Known | undefined,
    { signal, headers }: IoContext,
  ): Promise<Product | UnchangedProduct | undefined> {
    const { loadTimeoutMs, resultStoragePathStyle } = this.#options;
    const key = resultKey(params, resultStoragePathStyle);
    return withTimeout(signal, loadTimeoutMs, `looking up ${key}`, async (looking) => {
      const context = { signal: looking, headers, resultOf: params.image };
      const hit = await this.#first(key, known, context);
      if (!hit || (await this.#isOutdated(hit, params.image, context))) return undefined;
      const { stat } = hit.found;
      const modifiedAt = stat?.modifiedAt;
      if (!hit.found.body) return { headers: undefined, etag: stat?.etag, modifiedAt };
      const bytes = await readBlob(hit.found);
      if (bytes.length === 0) return undefined;
      const contentType = typeOf(bytes, hit.found, params);
      const etag = stat?.etag ?? etagOf(bytes);
      this.#keepInFront(hit.storage, key, { body: bytes, contentType, stat: { ...stat, etag } }, params.image);
      return { bytes, contentType, headers: undefined, etag, modifiedAt, failure: undefined };
    });
  }

  /** Keeps a result in every storage. Never rejects. */
  async save(params: ImageParams, { bytes, contentType, etag }: Product): Promise<void> {
    const { resultStorages, resultStoragePathStyle } = this.#options;
    const blob = { body: bytes, contentType, ...(etag === undefined ? {} : { stat: { etag } }) };
    await this.#saver.save(resultStorages, resultKey(params, resultStoragePathStyle), blob, params.image);
  }

  async #first(key: string, known: Known | undefined, context: IoContext): Promise<Hit | undefined> {
    for (const storage of this.#options.resultStorages) {
      try {
        const found = await (known ? storage.getIfChanged(key, known, context) : storage.get(key, context));
        if (found) return { storage, found };
      } catch (error) {
        context.signal.throwIfAborted();
        if (!isNotFound(error)) this.#options.onLookupFailure(storage.name, key, AppError.from(error));
      }
    }
    return undefined;
  }

  async #isOutdated({ found }: Hit, image: string, context: IoContext): Promise<boolean> {
    const madeAt = found.stat?.modifiedAt;
    if (!this.#options.modifiedTimeCheck || !madeAt) return false;
    const changedAt = await this.#sources.modifiedAt(image, context);
    if (changedAt === undefined || madeAt >= changedAt) return false;
    if (found.body instanceof ReadableStream) await found.body.cancel();
    return true;
  }

  /** A result found further back is kept by the caches before that storage. */
  #keepInFront(from: Storage, key: string, blob: Blob & { readonly body: Uint8Array }, image: string): void {
    const { resultStorages } = this.#options;
    const before = resultStorages.slice(0, resultStorages.indexOf(from)).filter(({ isCache }) => isCache);
    void this.#saver.save(before, key, blob, image);
  }
}

/** A storage of files knows no types, and metadata has no signature to know it by. */
function typeOf(bytes: Uint8Array, { contentType }: Blob, { meta }: ImageParams): string {
  const kind = sniff(bytes);
  if (kind !== 'unknown') return contentTypeOf(kind);
  return meta ? 'application/json' : (contentType ?? contentTypeOf(kind));
}
