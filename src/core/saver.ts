import { setMaxListeners } from 'node:events';
import { AppError } from '../errors.ts';
import type { Blob } from './blob.ts';
import { withTimeout } from './deadline.ts';
import { type Observer, observe, type Role } from './observer.ts';
import type { Storage } from './ports.ts';

/** A save that came to nothing: the answer was served all the same. */
export interface SaveFailure {
  readonly role: Role;
  readonly storage: string;
  readonly key: string;
  readonly error: AppError;
  /** Of the request that the object was made for. */
  readonly requestId: string | undefined;
}

/** An object to save, and whose work it is. */
export interface Save {
  readonly role: 'storage' | 'result-storage';
  readonly key: string;
  readonly blob: Blob & { readonly body: Uint8Array };
  /** For results: the image that the result was made of. */
  readonly resultOf?: string;
  readonly observer: Observer | undefined;
}

/** How to save. */
export interface SaverOptions {
  /** Milliseconds for one object in one storage; 0 for no limit. */
  readonly timeoutMs: number;
  /**
   * Bytes that may be on their way to one storage at once; what is more is not saved. 0 for no limit. An object larger
   * than that is saved when it is the only one.
   */
  readonly maxBytes: number;
  onFailure(failure: SaveFailure): void;
}

/**
 * Saves in the background: requests do not wait, and a storage that fails is told of and fails nothing else. One that is
 * too slow is not waited for either: it misses objects, and the memory of the server stays what it is.
 */
export class Saver {
  readonly #options: SaverOptions;
  readonly #underWay = new Set<Promise<void>>();
  /** Bytes on their way. */
  readonly #bytes = new Map<Storage, number>();
  readonly #end = new AbortController();

  constructor(options: SaverOptions) {
    this.#options = options;
    setMaxListeners(0, this.#end.signal); // one for every save under way
  }

  /** Objects being saved now. */
  get pending(): number {
    return this.#underWay.size;
  }

  /**
   * Saves to all storages at the same time.
   *
   * @returns when all of them have the object or have failed; never rejects.
   */
  async save(storages: readonly Storage[], save: Save): Promise<void> {
    if (storages.length === 0) return;
    const work = Promise.all(storages.map((storage) => this.#put(storage, save))).then(() => undefined);
    this.#underWay.add(work);
    await work.finally(() => this.#underWay.delete(work));
  }

  /** Waits for what is being saved, until the signal is aborted: what is not stored then is given up. Never rejects. */
  async settle(signal: AbortSignal): Promise<void> {
    const giveUp = (): void => this.#end.abort(new AppError('unavailable', { detail: 'the server stopped' }));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #put(storage: Storage, { role, key, blob, resultOf, observer }: Save): Promise<void> {
    const { timeoutMs, onFailure } = this.#options;
    const { length } = blob.body;
    // not the signal of a request: whoever asked may leave, what was made is worth keeping
    const { signal } = this.#end;
    const put = (saving: AbortSignal): Promise<void> =>
      storage.put(key, blob, { signal: saving, headers: NO_HEADERS, ...(resultOf === undefined ? {} : { resultOf }) });
    try {
      await observe(
        { observer, signal },
        { name: 'save', role, adapter: storage.name, key },
        () => this.#withRoom(storage, length, () => withTimeout(signal, timeoutMs, `saving ${key}`, put)),
        () => ['done', length],
      );
    } catch (error) {
      const { requestId } = observer ?? {};
      onFailure({ role, storage: storage.name, key, error: AppError.from(error), requestId });
    }
  }

  /** @throws AppError `unavailable` where there is none. */
  async #withRoom(storage: Storage, bytes: number, save: () => Promise<void>): Promise<void> {
    const { maxBytes } = this.#options;
    const before = this.#bytes.get(storage) ?? 0;
    if (maxBytes > 0 && before > 0 && before + bytes > maxBytes) {
      const detail = `${before} bytes are on their way there already, of ${maxBytes} that may be: the storage is too slow`;
      throw new AppError('unavailable', { detail });
    }
    const count = (change: number): void => void this.#bytes.set(storage, (this.#bytes.get(storage) ?? 0) + change);
    count(bytes);
    await save().finally(() => count(-bytes));
  }
}

const NO_HEADERS = new Headers();
