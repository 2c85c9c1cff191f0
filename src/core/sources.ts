import { type StoragePathStyle, storageKey } from '../endpoint/storage-key.ts';
import type { Stat } from './blob.ts';
import { withTimeout } from './deadline.ts';
import { type Asked, failureAt, isNotFound, type LookupFailure, loadFirst, waitFor } from './load.ts';
import type { Account } from './memory-budget.ts';
import type { Observer } from './observer.ts';
import type { IoContext, Loader, Storage } from './ports.ts';
import { meanSameObject } from './same-object.ts';
import type { Saver } from './saver.ts';
import { contentTypeOf, sniff } from './sniff.ts';

/** Where sources come from, and where they are kept. */
export interface SourcesOptions {
  /** Asked first, in order; sources that loaders had are saved to all of them. */
  readonly storages: readonly Storage[];
  /** Asked in order when no storage has it. */
  readonly loaders: readonly Loader[];
  readonly storagePathStyle: StoragePathStyle;
  /** Milliseconds for fetching one source; 0 for no limit. */
  readonly loadTimeoutMs: number;
  /** Milliseconds that a storage may take to answer, or pause in the middle, before others are asked; 0 for no limit. */
  readonly stallTimeoutMs: number;
  /** Told of storages that failed, and of loaders: those that others were asked for, and the operator's own. */
  onLookupFailure(failure: LookupFailure): void;
}

/** A source image, whole. */
export interface Source {
  readonly bytes: Uint8Array;
  /** By its bytes; as declared where they are of no known kind. */
  readonly contentType: string;
  readonly isPicture: boolean;
  /** The loader that had it; undefined where a storage had it, or the client sent it, so that it need not be saved. */
  readonly loadedFrom: Asked | undefined;
  /** As {@link Blob.isPrivate}. */
  readonly isPrivate: boolean;
  /** Headers taken over from the origin. */
  readonly headers: ReadonlyMap<string, string> | undefined;
  readonly stat: Stat | undefined;
  /** As {@link Blob.release}. */
  readonly release: (() => void) | undefined;
}

/** Who may have a source. */
export type SourceHolders = Pick<SourcesOptions, 'storages' | 'loaders' | 'storagePathStyle'>;

/** Who is asked for a source, and by which key, in order: storages first, then loaders. */
export function askedForSource(image: string, { storages, loaders, storagePathStyle }: SourceHolders): Asked[] {
  const key = storageKey(image, storagePathStyle);
  return [
    ...storages.map((storage) => ({ from: storage, role: 'storage' as const, key })),
    ...loaders.map((loader) => ({ from: loader, role: 'loader' as const, key: image })),
  ];
}

/** Sources, by the keys that URLs name them by. */
export class Sources {
  readonly #options: SourcesOptions;
  readonly #saver: Saver;
  /** Names of request headers that a source may depend on, for `Vary`. */
  readonly variesBy: readonly string[];

  constructor(options: SourcesOptions, saver: Saver) {
    this.#options = options;
    this.#saver = saver;
    this.variesBy = [...new Set(options.loaders.flatMap(({ variesBy = [] }) => variesBy))];
  }

  /** What sources depend on beside their keys: requests that differ in it share none. */
  variantOf(headers: Headers): string {
    return this.#options.loaders.flatMap((loader) => loader.variantOf?.(headers) ?? []).join('\n');
  }

  /**
   * Fetches a source whole.
   *
   * @throws AppError `not-found`, `timeout`, …
   */
  async load(image: string, { signal, headers, observer }: IoContext, account: Account): Promise<Source> {
    const { loadTimeoutMs, stallTimeoutMs, onLookupFailure } = this.#options;
    return withTimeout(signal, loadTimeoutMs, `loading ${image}`, async (loading) => {
      const context = { signal: loading, headers, observer };
      const asked = askedForSource(image, this.#options);
      const found = await loadFirst(asked, context, { stallTimeoutMs, account, onLookupFailure });
      const { blob, bytes, role } = found;
      const kind = sniff(bytes);
      const release = blob.release && (() => blob.release?.());
      const isPicture = kind !== 'unknown';
      const contentType = isPicture ? contentTypeOf(kind) : (blob.contentType ?? contentTypeOf(kind));
      const loadedFrom = role === 'loader' ? found : undefined;
      const { headers: taken, stat, isPrivate = false } = blob;
      return { bytes, contentType, isPicture, loadedFrom, isPrivate, headers: taken, stat, release };
    });
  }

  /**
   * Keeps a source that turned out to be a picture, unless it came from a storage or is meant for one client alone. A
   * storage that shares the bucket or folder of the loader has it already: an original is never written over. Call it
   * when nobody else reads the source any more. Never rejects.
   */
  async keep(
    image: string,
    { bytes, contentType, isPicture, loadedFrom, isPrivate, stat, release }: Source,
    observer: Observer | undefined,
  ): Promise<void> {
    const { storages, storagePathStyle } = this.#options;
    // memory that is being saved is not handed back: a save that has timed out may still be reading it
    if (!loadedFrom || isPrivate || storages.length === 0) return release?.();
    if (!isPicture) return;
    const blob = { body: bytes, contentType, ...(stat ? { stat } : {}) };
    const key = storageKey(image, storagePathStyle);
    const others = storages.filter((from) => !meanSameObject({ from, key }, loadedFrom));
    await this.#saver.save(others, { role: 'storage', key, blob, observer });
  }

  /**
   * When a source was last changed: by the storages where there are any, else by the loaders. Undefined where nobody can
   * tell, for whatever reason: a result is not thrown away on a guess.
   */
  async modifiedAt(image: string, context: IoContext): Promise<Date | undefined> {
    const { storages, loaders, storagePathStyle, stallTimeoutMs, onLookupFailure } = this.#options;
    const { signal, observer } = context;
    const isStoring = storages.length > 0;
    const key = isStoring ? storageKey(image, storagePathStyle) : image;
    const role = isStoring ? 'storage' : 'loader';
    for (const from of isStoring ? storages : loaders) {
      try {
        const look = async (looking: AbortSignal) => from.stat?.(key, { ...context, signal: looking });
        const stat = await withTimeout(signal, stallTimeoutMs, waitFor({ from, key }), look);
        if (stat?.modifiedAt) return stat.modifiedAt;
      } catch (error) {
        signal.throwIfAborted();
        const isNews = isStoring || from.isOwn;
        if (isNews && !isNotFound(error)) onLookupFailure(failureAt({ from, role, key }, error, observer));
      }
    }
    return undefined;
  }
}
