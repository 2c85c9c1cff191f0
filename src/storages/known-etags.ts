import { etagOf } from '../core/etag.ts';

/** An etag, and the file it was computed of. */
interface Entry {
  readonly version: string;
  readonly etag: string;
}

/**
 * Remembers etags of files, which depend on their bytes alone: to compute one costs a tenth of serving a result, and a
 * conditional request can be answered from what is known of a file without reading it.
 */
export class KnownEtags {
  readonly #maxFiles: number;
  /** By path; the one used longest ago comes first. */
  readonly #entries = new Map<string, Entry>();

  /** @param maxFiles to remember. */
  constructor(maxFiles: number) {
    this.#maxFiles = maxFiles;
  }

  /** @param version of the file as it is now, by {@link fileVersion}. @returns undefined when it has to be read. */
  find(path: string, version: string): string | undefined {
    const entry = this.#entries.get(path);
    if (entry?.version !== version) return undefined;
    this.#entries.delete(path);
    this.#entries.set(path, entry);
    return entry.etag;
  }

  /** The etag of a file that has been read in that version. */
  of(path: string, version: string, bytes: Uint8Array): string {
    const known = this.find(path, version);
    if (known !== undefined) return known;
    const etag = etagOf(bytes);
    this.#entries.set(path, { version, etag });
    if (this.#entries.size > this.#maxFiles) this.#forgetOldest();
    return etag;
  }

  #forgetOldest(): void {
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}

/** Changes with a file's content: files are replaced, and a new file has another inode or another time. */
export function fileVersion({ ino, size, mtimeMs }: { ino: number; size: number; mtimeMs: number }): string {
  return `${ino}-${size}-${mtimeMs}`;
}
