import { etagOf } from '../core/etag.ts';

/** Changes with a file's content: files are replaced, and a new file has another inode or another time. */
export interface FileVersion {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
}

/** An etag, and the file it was computed of. */
interface Entry extends FileVersion {
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

  /** @param version of the file as it is now. @returns undefined when it has to be read. */
  find(path: string, version: FileVersion): string | undefined {
    const entry = this.#entries.get(path);
    if (!entry || !isSame(entry, version)) return undefined;
    this.#entries.delete(path);
    this.#entries.set(path, entry);
    return entry.etag;
  }

  /** The etag of a file that has been read in that version. */
  of(path: string, version: FileVersion, bytes: Uint8Array): string {
    const known = this.find(path, version);
    if (known !== undefined) return known;
    const etag = etagOf(bytes);
    const { ino, size, mtimeMs } = version;
    this.#entries.set(path, { ino, size, mtimeMs, etag });
    if (this.#entries.size > this.#maxFiles) this.#forgetOldest();
    return etag;
  }

  #forgetOldest(): void {
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}

function isSame(a: FileVersion, b: FileVersion): boolean {
  return a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs;
}
