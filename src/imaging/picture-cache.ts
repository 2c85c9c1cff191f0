import { createHash } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { makePictureDirectory } from './picture-cache-directory.ts';
import {
  type KeptFormat,
  type KeptPicture,
  PART,
  type PictureFiles,
  pictureFile,
  type WrittenPicture,
} from './picture-cache-file.ts';
import { PictureIndex } from './picture-cache-index.ts';
import { ensurePrivateDirectory, removePrivateDirectory } from './private-directory.ts';

/** How many decoded pictures to keep, and how (`VIPS_CACHE_*`). */
export interface PictureCacheOptions {
  /** Bytes of all files together. */
  readonly maxBytes: number;
  /** Pixels; larger pictures are kept shrunk. */
  readonly maxWidth: number;
  readonly maxHeight: number;
  /** 0 for as long as there is room. */
  readonly ttlMs: number;
  readonly format: KeptFormat;
  /** Where to make the directory, best first; shared memory and the folder for temporary files by default. */
  readonly places?: readonly string[];
  /** Told of what keeps pictures from being kept, such as a full disk, and from being removed. */
  onFailure?(error: unknown): void;
}

/** A picture, and the first bytes of its source, which tell what kind it was. */
export interface Kept {
  readonly picture: KeptPicture;
  readonly head: Uint8Array;
}

/** What an unsuccessful attempt counts against the budget, so that there is an end to how many are remembered. */
const REFUSAL_BYTES = 1_024;

/** How long what cannot be kept is not tried again: a picture that plays, one that fells its decoder. */
const REFUSAL_MS = 60_000;

/** Bytes that tell a source's kind. */
const HEAD_BYTES = 1_024;

/**
 * Decoded pictures, as files that workers write and map. The server has only the index: it names the files, removes
 * them, and no worker opens one that it was not told of.
 */
export class PictureCache {
  readonly files: PictureFiles;
  readonly #options: PictureCacheOptions;
  /** Null for what is not to be tried again for a while. */
  readonly #index: PictureIndex<Kept | null>;
  readonly #fills = new Map<string, Promise<Kept | undefined>>();
  readonly #removals = new Set<Promise<void>>();
  #made = 0;

  private constructor(options: PictureCacheOptions, directory: string) {
    const { format, maxWidth, maxHeight } = options;
    this.#options = options;
    this.files = { directory, format, maxWidth, maxHeight };
    this.#index = new PictureIndex({
      maxBytes: options.maxBytes,
      onDrop: (kept) => {
        if (kept) this.#remove(this.#path(kept.picture.name));
      },
    });
  }

  /**
   * Makes its directory, and removes those of servers that ended without doing so.
   *
   * @throws Error of the file system.
   */
  static async open(options: PictureCacheOptions): Promise<PictureCache> {
    return new PictureCache(options, await makePictureDirectory(options.maxBytes, options.places));
  }

  /** Bytes of all files. */
  get bytes(): number {
    return this.#index.bytes;
  }

  /** What is kept under a key, without counting as a use. */
  peek(key: string): KeptPicture | undefined {
    return this.#index.peek(key)?.picture;
  }

  /** Whether the picture is being decoded to be kept. */
  isFilling(key: string): boolean {
    return this.#fills.has(key);
  }

  /**
   * Finds a picture, or has it made: once, however many want it.
   *
   * @param source Gives the picture's encoded bytes.
   * @param make Has a worker decode them into the file of that name; null for a picture that is not to be kept. Whatever
   * happens, nobody writes to the file any more when it has settled.
   * @returns undefined for what cannot be kept.
   * @throws what `source` throws, and nothing else.
   */
  async find(
    key: string,
    source: () => Promise<Uint8Array>,
    make: (name: string, source: Uint8Array) => Promise<WrittenPicture | null>,
  ): Promise<Kept | undefined> {
    const found = this.#index.use(key);
    if (found !== undefined) return found ?? undefined;
    const bytes = this.#fills.has(key) ? undefined : await source();
    const fill = this.#fills.get(key) ?? (bytes && this.#start(key, bytes, make));
    return fill ?? this.#index.use(key) ?? undefined;
  }

  /** Forgets a picture whose file has vanished, unless there is another one by now. */
  forget(key: string, name: string): void {
    if (this.peek(key)?.name === name) this.#index.delete(key);
  }

  /** Removes the directory. Call it when no worker runs any more. */
  async close(): Promise<void> {
    await Promise.all(this.#fills.values());
    await Promise.all(this.#removals);
    await removePrivateDirectory(this.files.directory);
  }

  #start(
    key: string,
    source: Uint8Array,
    make: (name: string, source: Uint8Array) => Promise<WrittenPicture | null>,
  ): Promise<Kept | undefined> {
    const fill = this.#fill(key, source, make)
      .catch((error: unknown): undefined => {
        this.#options.onFailure?.(error);
      })
      .then((kept) => {
        if (!kept) this.#index.put(key, null, REFUSAL_BYTES, REFUSAL_MS);
        return kept;
      })
      .finally(() => this.#fills.delete(key));
    this.#fills.set(key, fill);
    return fill;
  }

  async #fill(
    key: string,
    source: Uint8Array,
    make: (name: string, source: Uint8Array) => Promise<WrittenPicture | null>,
  ): Promise<Kept | undefined> {
    // never the same name twice: the removal of an evicted file must not hit its successor
    this.#made += 1;
    const name = createHash('sha256').update(`${this.#made} ${key}`).digest('hex');
    const [file, part] = [this.#path(name), this.#path(name) + PART];
    const head = Buffer.from(source.subarray(0, HEAD_BYTES));
    await ensurePrivateDirectory(this.files.directory);
    try {
      const written = await make(name, source);
      if (!written) return undefined;
      const { size } = await stat(part);
      if (size !== written.fileBytes || size > this.#options.maxBytes) return undefined;
      await rename(part, file);
      const kept = { picture: { ...written, name }, head };
      this.#index.put(key, kept, size, this.#options.ttlMs || Number.POSITIVE_INFINITY);
      return kept;
    } finally {
      await rm(part, { force: true });
    }
  }

  #path(name: string): string {
    return pictureFile(this.files.directory, name);
  }

  /** Workers that have the file mapped go on with it. */
  #remove(file: string): void {
    const removal = rm(file, { force: true })
      .catch((error: unknown) => this.#options.onFailure?.(error))
      .finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }
}
