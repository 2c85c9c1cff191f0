import { type StoragePathStyle, storageKey } from '../endpoint/storage-key.ts';
import { AppError } from '../errors.ts';
import { type Blob, readBlob, type Stat } from './blob.ts';
import { withTimeout } from './deadline.ts';
import { type Asked, loadFirst } from './load.ts';
import type { Account } from './memory-budget.ts';
import { endWith, type Observer, type Told } from './observer.ts';
import type { IoContext, Loader, Storage } from './ports.ts';
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
}

/** A source image, whole. */
export interface Source {
  readonly bytes: Uint8Array;
  /** By its bytes; as declared where they are of no known kind. */
  readonly contentType: string;
  readonly isPicture: boolean;
  /** A storage had it, so that it need not be saved. */
  readonly isStored: boolean;
  /** Headers taken over from the origin. */
  readonly headers: ReadonlyMap<string, string> | undefined;
  readonly stat: Stat | undefined;
  /** As {@link Blob.release}. */
  readonly release: (() => void) | undefined;
}

/** Who is asked for a source, and by which key, in order: storages first, then loaders. */
export function askedForSource(
  image: string,
  { storages, loaders, storagePathStyle }: Pick<SourcesOptions, 'storages' | 'loaders' | 'storagePathStyle'>,
): Asked[] {
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
  /** Request headers that a source may depend on, in lower case, or `*`: those that a loader passes on. */
  readonly variesBy: ReadonlySet<string>;

  constructor(options: SourcesOptions, saver: Saver) {
    this.#options = options;
    this.#saver = saver;
    const names = options.loaders.flatMap(({ variesBy = [] }) => variesBy);
    this.variesBy = new Set(names.map((name) => name.toLowerCase()));
  }

  /**
   * Fetches a source whole.
   *
   * @throws AppError `not-found`, `timeout`, …
   */
  async load(image: string, { signal, headers, observer }: IoContext, account: Account): Promise<Source> {
    const { loadTimeoutMs } = this.#options;
    return withTimeout(signal, loadTimeoutMs, `loading ${image}`, async (loading) => {
      const context = { signal: loading, headers, observer };
      const { blob, role, end } = await loadFirst(askedForSource(image, this.#options), context);
      const bytes = await endWith(end, loading, () => readBlob(blob, 0, account.take), tellLength);
      if (bytes.length === 0) throw new AppError('not-found', { detail: `${image} is empty` });
      const kind = sniff(bytes);
      const release = blob.release && (() => blob.release?.());
      const isPicture = kind !== 'unknown';
      const contentType = isPicture ? contentTypeOf(kind) : (blob.contentType ?? contentTypeOf(kind));
      const isStored = role === 'storage';
      return { bytes, contentType, isPicture, isStored, headers: blob.headers, stat: blob.stat, release };
    });
  }

  /**
   * Keeps a source that turned out to be a picture, unless it came from a storage. Call it when nobody else reads the
   * source any more. Never rejects.
   */
  async keep(
    image: string,
    { bytes, contentType, isPicture, isStored, stat, release }: Source,
    observer: Observer | undefined,
  ): Promise<void> {
    const { storages, storagePathStyle } = this.#options;
    // memory that is being saved is not handed back: a save that has timed out may still be reading it
    if (isStored || storages.length === 0) return release?.();
    if (!isPicture) return;
    const blob = { body: bytes, contentType, ...(stat ? { stat } : {}) };
    const key = storageKey(image, storagePathStyle);
    await this.#saver.save(storages, { role: 'storage', key, blob, observer });
  }

  /**
   * When a source was last changed: by the storages where there are any, else by the loaders. Undefined where nobody can
   * tell, for whatever reason: a result is not thrown away on a guess.
   */
  async modifiedAt(image: string, context: IoContext): Promise<Date | undefined> {
    const { storages, loaders, storagePathStyle } = this.#options;
    const isStoring = storages.length > 0;
    const key = isStoring ? storageKey(image, storagePathStyle) : image;
    for (const origin of isStoring ? storages : loaders) {
      try {
        const stat = await origin.stat?.(key, context);
        if (stat?.modifiedAt) return stat.modifiedAt;
      } catch {
        context.signal.throwIfAborted(); // anything else is for the next one to answer
      }
    }
    return undefined;
  }
}

function tellLength({ length }: Uint8Array): Told {
  return ['done', length];
}
