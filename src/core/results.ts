import type { ImageParams } from '../endpoint/params.ts';
import { type ResultPathStyle, resultKey } from '../endpoint/storage-key.ts';
import { type Blob, readBlob } from './blob.ts';
import { withTimeout } from './deadline.ts';
import { etagOf } from './etag.ts';
import { failureAt, isNotFound, type LookupFailure, waitFor } from './load.ts';
import { type Observer, observe, type Told } from './observer.ts';
import type { IoContext, Known, Storage } from './ports.ts';
import type { DescribedProduct, Product, UnchangedProduct } from './product.ts';
import { isWorthKeeping, type Resolved } from './resolve.ts';
import { meanSameObject } from './same-object.ts';
import type { Save, Saver } from './saver.ts';
import { contentTypeOf, sniff } from './sniff.ts';
import { askedForSource, type SourceHolders, type Sources } from './sources.ts';

/** Where results are kept. */
export interface ResultsOptions {
  /** Asked in order; results are saved to all of them. */
  readonly resultStorages: readonly Storage[];
  readonly resultStoragePathStyle: ResultPathStyle;
  /** Make a result again when its source has changed since. */
  readonly modifiedTimeCheck: boolean;
  /** Milliseconds that a storage may take to answer, or pause in the middle, before it is given up; 0 for no limit. */
  readonly stallTimeoutMs: number;
  /** Told of storages that failed at a lookup: the next one is asked then, and the result made again in the end. */
  onLookupFailure(failure: LookupFailure): void;
}

/**
 * The storages of a result: not those in which, under that key, its own source lies. It would be taken for the result,
 * and written over by it.
 *
 * @param key of the result.
 */
export function storagesOfResult(
  { path, image }: ImageParams,
  key: string,
  options: Pick<ResultsOptions, 'resultStorages'> & SourceHolders,
): readonly Storage[] {
  const { resultStorages } = options;
  if (path !== image) return resultStorages; // keys are made of the one and of the other
  const sources = askedForSource(image, options);
  const isSource = (from: Storage): boolean =>
    sources.some((source) => meanSameObject(source, { from, key, resultOf: image }));
  return resultStorages.filter((from) => !isSource(from));
}

/** Results of earlier requests. */
export class Results {
  readonly #options: ResultsOptions & SourceHolders;
  readonly #sources: Sources;
  readonly #saver: Saver;

  constructor(options: ResultsOptions & SourceHolders, sources: Sources, saver: Saver) {
    this.#options = options;
    this.#sources = sources;
    this.#saver = saver;
  }

  /** Whether such a result is looked for and saved. */
  areKept(resolved: Resolved): boolean {
    return this.#options.resultStorages.length > 0 && isWorthKeeping(resolved);
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
    { signal, headers, observer }: IoContext,
  ): Promise<Product | UnchangedProduct | undefined> {
    const { resultStoragePathStyle, onLookupFailure } = this.#options;
    const key = resultKey(params, resultStoragePathStyle);
    const context = { signal, headers, observer, resultOf: params.image };
    for (const from of storagesOfResult(params, key, this.#options)) {
      const step = { name: 'lookup', role: 'result-storage', adapter: from.name, key } as const;
      try {
        const found = await observe(context, step, () => this.#read(from, key, known, params, context), tell);
        if (found?.bytes) this.#keepInFront(from, key, found, context);
        if (found) return found;
      } catch (error) {
        signal.throwIfAborted();
        onLookupFailure(failureAt({ from, role: 'result-storage', key }, error, observer));
      }
    }
    return undefined;
  }

  /**
   * Looks a result up without reading it.
   *
   * @returns undefined where no storage that is asked first knows its size and type; it may be there all the same.
   * @throws the signal's reason.
   */
  async describe(params: ImageParams, { signal, headers, observer }: IoContext): Promise<DescribedProduct | undefined> {
    const key = resultKey(params, this.#options.resultStoragePathStyle);
    const [from] = storagesOfResult(params, key, this.#options);
    if (!from) return undefined;
    const context = { signal, headers, observer, resultOf: params.image };
    const { stallTimeoutMs, onLookupFailure } = this.#options;
    try {
      const stat = await withTimeout(signal, stallTimeoutMs, waitFor({ from, key }), (looking) =>
        unlessAbsent(from.stat(key, { ...context, signal: looking })),
      );
      if (!stat?.size || stat.contentType === undefined) return undefined;
      const { size, contentType, etag, modifiedAt } = stat;
      const found = { ...STORED, size, contentType, etag, modifiedAt };
      return (await this.#isOutdated(found, params.image, context)) ? undefined : found;
    } catch (error) {
      signal.throwIfAborted();
      onLookupFailure(failureAt({ from, role: 'result-storage', key }, error, observer));
      return undefined;
    }
  }

  /** Keeps a result in every storage. Never rejects. */
  async save(params: ImageParams, product: Product, observer: Observer | undefined): Promise<void> {
    const key = resultKey(params, this.#options.resultStoragePathStyle);
    await this.#saver.save(
      storagesOfResult(params, key, this.#options),
      resultSave(key, product, params.image, observer),
    );
  }

  /** Read whole before its age is judged: the look at the source has time of its own. */
  async #read(
    from: Storage,
    key: string,
    known: Known | undefined,
    params: ImageParams,
    context: IoContext,
  ): Promise<Product | UnchangedProduct | undefined> {
    const { stallTimeoutMs } = this.#options;
    const found = await withTimeout(context.signal, stallTimeoutMs, waitFor({ from, key }), async (signal, goOn) => {
      const looking = { ...context, signal };
      const blob = await unlessAbsent(known ? from.getIfChanged(key, known, looking) : from.get(key, looking));
      goOn();
      if (!blob?.body) return blob && { ...STORED, etag: blob.stat?.etag, modifiedAt: blob.stat?.modifiedAt };
      return readResult(blob, params, goOn);
    });
    return found && (await this.#isOutdated(found, params.image, context)) ? undefined : found;
  }

  async #isOutdated({ modifiedAt }: Pick<Product, 'modifiedAt'>, image: string, context: IoContext): Promise<boolean> {
    if (!this.#options.modifiedTimeCheck || !modifiedAt) return false;
    const changedAt = await this.#sources.modifiedAt(image, context);
    return changedAt !== undefined && modifiedAt < changedAt;
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

/** What results come without: what is private is never stored. */
const STORED = { headers: undefined, isPrivate: false };

/** @returns undefined for an empty object, which is no result. */
async function readResult(blob: Blob, params: ImageParams, onBytes: () => void): Promise<Product | undefined> {
  const bytes = await readBlob(blob, 0, () => void onBytes());
  if (bytes.length === 0) return undefined;
  const { etag = etagOf(bytes), modifiedAt } = blob.stat ?? {};
  return { ...STORED, bytes, contentType: typeOf(bytes, blob, params), etag, modifiedAt, failure: undefined };
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
