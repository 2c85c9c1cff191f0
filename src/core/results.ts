import type { ImageParams } from '../endpoint/params.ts';
import { type ResultPathStyle, resultKey } from '../endpoint/storage-key.ts';
import { AppError } from '../errors.ts';
import { type Blob, readBlob } from './blob.ts';
import { inTime, withTimeout } from './deadline.ts';
import { etagOf } from './etag.ts';
import { isNotFound } from './load.ts';
import { type Observer, observe, type Told } from './observer.ts';
import type { IoContext, Known, Storage, Unchanged } from './ports.ts';
import type { Product, UnchangedProduct } from './product.ts';
import type { Save, Saver } from './saver.ts';
import { contentTypeOf, sniff } from './sniff.ts';
import type { Sources } from './sources.ts';

/** A lookup that came to nothing: the result is made again. */
export interface LookupFailure {
  readonly storage: string;
  readonly key: string;
  readonly error: AppError;
  readonly requestId: string | undefined;
}

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
  onLookupFailure(failure: LookupFailure): void;
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
   * @param context Its owner aborts it when this fails: what was begun and is too late must stop.
   * @returns undefined where there is none, or it is older than its source.
   * @throws AppError `timeout`; the signal's reason.
   */
  async find(params: ImageParams, context: IoContext): Promise<Product | undefined> {
    const { loadTimeoutMs, resultStoragePathStyle } = this.#options;
    const key = resultKey(params, resultStoragePathStyle);
    const found = await inTime(loadTimeoutMs, `looking up ${key}`, this.#look(key, undefined, params, context));
    return found?.bytes ? found : undefined;
  }

  /**
   * As {@link find}, for a client who knows a result: its bytes are not read again then. The signal may be anybody's.
   */
  async findIfChanged(
    params: ImageParams,
    known: Known,
    { signal, headers, observer }: IoContext,
  ): Promise<Product | UnchangedProduct | undefined> {
    const { loadTimeoutMs, resultStoragePathStyle } = this.#options;
    const key = resultKey(params, resultStoragePathStyle);
    return withTimeout(signal, loadTimeoutMs, `looking up ${key}`, (looking) =>
      this.#look(key, known, params, { signal: looking, headers, observer }),
    );
  }

  /** Keeps a result in every storage. Never rejects. */
  async save(params: ImageParams, product: Product, observer: Observer | undefined): Promise<void> {
    const { resultStorages, resultStoragePathStyle } = this.#options;
    const key = resultKey(params, resultStoragePathStyle);
    await this.#saver.save(resultStorages, resultSave(key, product, params.image, observer));
  }

  async #look(
    key: string,
    known: Known | undefined,
    params: ImageParams,
    { signal, headers, observer }: IoContext,
  ): Promise<Product | UnchangedProduct | undefined> {
    const context = { signal, headers, observer, resultOf: params.image };
    for (const storage of this.#options.resultStorages) {
      const step = { name: 'lookup', role: 'result-storage', adapter: storage.name, key } as const;
      try {
        const found = await observe(context, step, () => this.#read(storage, key, known, params, context), tell);
        if (found?.bytes) this.#keepInFront(storage, key, found, context);
        if (found) return found;
      } catch (error) {
        signal.throwIfAborted();
        const failure = { storage: storage.name, key, error: AppError.from(error), requestId: observer?.requestId };
        this.#options.onLookupFailure(failure);
      }
    }
    return undefined;
  }

  async #read(
    storage: Storage,
    key: string,
    known: Known | undefined,
    params: ImageParams,
    context: IoContext,
  ): Promise<Product | UnchangedProduct | undefined> {
    const found = await unlessAbsent(known ? storage.getIfChanged(key, known, context) : storage.get(key, context));
    if (!found || (await this.#isOutdated(found, params.image, context))) return undefined;
    const { stat } = found;
    const modifiedAt = stat?.modifiedAt;
    if (!found.body) return { headers: undefined, etag: stat?.etag, modifiedAt };
    const bytes = await readBlob(found);
    if (bytes.length === 0) return undefined;
    const contentType = typeOf(bytes, found, params);
    return {
      bytes,
      contentType,
      headers: undefined,
      etag: stat?.etag ?? etagOf(bytes),
      modifiedAt,
      failure: undefined,
    };
  }

  async #isOutdated(found: Blob | Unchanged, image: string, context: IoContext): Promise<boolean> {
    const madeAt = found.stat?.modifiedAt;
    if (!this.#options.modifiedTimeCheck || !madeAt) return false;
    const changedAt = await this.#sources.modifiedAt(image, context);
    if (changedAt === undefined || madeAt >= changedAt) return false;
    if (found.body instanceof ReadableStream) await found.body.cancel();
    return true;
  }

  /** A result found further back is kept by the caches before that storage. */
  #keepInFront(from: Storage, key: string, product: Product, { resultOf = '', observer }: IoContext): void {
    const { resultStorages } = this.#options;
    if (from === resultStorages[0]) return;
    const before = resultStorages.slice(0, resultStorages.indexOf(from)).filter(({ isCache }) => isCache);
    void this.#saver.save(before, resultSave(key, product, resultOf, observer));
  }
}

function resultSave(
  key: string,
  { bytes, contentType, etag, modifiedAt }: Product,
  resultOf: string,
  observer: Observer | undefined,
): Save {
  const stat = { ...(etag === undefined ? {} : { etag }), ...(modifiedAt ? { modifiedAt } : {}) };
  return { role: 'result-storage', key, blob: { body: bytes, contentType, stat }, resultOf, observer };
}

/** Some storages say by an error that there is nothing. */
async function unlessAbsent<Found>(found: Promise<Found>): Promise<Found | undefined> {
  try {
    return await found;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function tell(found: Product | UnchangedProduct | undefined): Told {
  if (!found) return ['absent'];
  return found.bytes ? ['done', found.bytes.length] : ['unchanged'];
}

/** A storage of files knows no types, and metadata has no signature to know it by. */
function typeOf(bytes: Uint8Array, { contentType }: Blob, { meta }: ImageParams): string {
  const kind = sniff(bytes);
  if (kind !== 'unknown') return contentTypeOf(kind);
  return meta ? 'application/json' : (contentType ?? contentTypeOf(kind));
}
