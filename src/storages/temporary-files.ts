import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hasEnded, ownIdentity } from './process-identity.ts';
import { isSystemError } from './system-error.ts';

/** Hidden, and no key's: those must not begin with a dot. */
const DIRECTORY = '.imagor.tmp';

/** `owner.uuid`. */
const NAME = /^([0-9a-f-]+)\.[0-9a-f-]{36}$/;

/** A write takes seconds: at this age a file goes even though its owner, on another machine, cannot be asked after. */
const FORGOTTEN_AFTER_MS = 3_600_000;

/** Others may remove the directory between our making it and using it; not so often in a row. */
const MAX_TRIES = 100;

/** A file that nobody else writes. */
export interface TemporaryFile {
  readonly path: string;
  readonly handle: FileHandle;
}

/**
 * Makes temporary files, all in one hidden directory that exists only while there are any. So those that a killed
 * process has left are found without looking through the pictures: the first write of a process removes them, and one
 * write of every hour, since owners on other machines and in other containers are known to be dead by their age alone.
 * Their files' age is read from the file system's clock, whatever the clocks of the machines say.
 */
export class TemporaryFiles {
  readonly #directory: string;
  readonly #mode: number;
  #inUse = 0;
  /** Milliseconds of `performance.now()`. */
  #nextSweepAt = 0;

  /**
   * @param parent where the directory is made; temporary files can be renamed to wherever its file system reaches.
   * @param mode of the directory, less the umask.
   */
  constructor(parent: string, mode: number = 0o755) {
    this.#directory = join(parent, DIRECTORY);
    this.#mode = mode;
  }

  /**
   * Has a new, empty file used.
   *
   * @param mode of the file, less the umask.
   * @param use closes the handle and moves the file away; it is removed when this fails.
   * @throws what `use` throws; the system's error when there can be no file.
   */
  async use(mode: number, use: (file: TemporaryFile) => Promise<void>): Promise<void> {
    this.#inUse++;
    try {
      const file = await this.#create(mode);
      await use(file).catch(async (error: unknown) => {
        await rm(file.path, { force: true });
        throw error;
      });
    } finally {
      this.#inUse--;
      await this.#tidy();
    }
  }

  async #create(mode: number): Promise<TemporaryFile> {
    const path = join(this.#directory, `${ownIdentity()}.${randomUUID()}`);
    for (let tries = 1; ; tries++) {
      try {
        return { path, handle: await open(path, 'wx', mode) };
      } catch (error) {
        if (!isSystemError(error, 'ENOENT') || tries === MAX_TRIES) throw error;
      }
      await this.#makeDirectory();
    }
  }

  async #makeDirectory(): Promise<void> {
    try {
      await mkdir(this.#directory, this.#mode);
    } catch (error) {
      if (!isSystemError(error, 'EEXIST')) throw error;
    }
  }

  async #tidy(): Promise<void> {
    try {
      if (performance.now() >= this.#nextSweepAt) await this.#sweep();
      if (this.#inUse === 0) await rmdir(this.#directory);
    } catch {
      // others use it still, or have just removed it; and what was written is written, whatever else may be wrong
    }
  }

  async #sweep(): Promise<void> {
    this.#nextSweepAt = performance.now() + FORGOTTEN_AFTER_MS;
    // our own file has just been moved away, which is when the directory was modified
    const { mtimeMs: now } = await stat(this.#directory);
    for (const name of await readdir(this.#directory)) {
      const owner = NAME.exec(name)?.[1];
      if (owner === undefined || owner === ownIdentity()) continue;
      const path = join(this.#directory, name);
      if (hasEnded(owner) || (await isOlder(path, now - FORGOTTEN_AFTER_MS))) await rm(path, { force: true });
    }
  }
}

async function isOlder(path: string, thanMs: number): Promise<boolean> {
  try {
    return (await stat(path)).mtimeMs < thanMs;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false; // its owner has moved it meanwhile
    throw error;
  }
}
