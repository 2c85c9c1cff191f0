import type { Stat } from '../core/blob.ts';
import { etagOf } from '../core/etag.ts';
import type { Storage } from '../core/ports.ts';
import { AppError } from '../errors.ts';
import { ByteLru } from './byte-lru.ts';
import { isKnown } from './is-known.ts';

/** Options of a storage in memory. */
export interface MemoryStorageOptions {
  /** For everything that is kept, keys and bookkeeping counted. */
  readonly maxBytes: number;
  /** Older objects count as absent; 0, the default, for no limit. */
  readonly expirationMs?: number;
  /** Milliseconds since 1970; the system's clock by default. */
  now?(): number;
}

/** A storage, and how full it is. */
export interface MemoryStorage extends Storage {
  /** Bytes kept now, keys and bookkeeping counted. */
  readonly usedBytes: number;
}

/** A whole object, never changed. */
interface Kept {
  readonly body: Uint8Array;
  readonly contentType?: string;
  readonly stat: Stat & { readonly modifiedAt: Date };
}

/** What an object costs beside body and key: measured in Node 20, with an etag of MD5. */
const OVERHEAD_BYTES = 1_024;

/** A body that keeps this many times its own length in memory is better copied. */
const MAX_EXCESS = 1.25;

/**
 * Keeps the objects used most recently in memory, in front of slower storages.
 *
 * It takes over the bytes that it is given, and gives out the same ones again: nobody may change them, before or after.
 * Only a body that is a small part of a larger buffer is copied, since it would keep all of that in memory.
 */
export function createMemoryStorage(options: MemoryStorageOptions): MemoryStorage {
  const { maxBytes, expirationMs = 0, now = Date.now } = options;
  const objects = new ByteLru<Kept>(maxBytes);

  const find = (key: string, kept: Kept | undefined): Kept => {
    if (!kept) throw new AppError('not-found');
    if (expirationMs > 0 && now() - kept.stat.modifiedAt.getTime() > expirationMs) {
      objects.delete(key);
      throw new AppError('not-found', { detail: `expired, of ${kept.stat.modifiedAt.toISOString()}` });
    }
    return kept;
  };

  return {
    name: 'memory',
    isCache: true,

    get usedBytes() {
      return objects.usedBytes;
    },

    locate: (key) => [`memory, as ${key}`],

    async get(key, { signal }) {
      signal.throwIfAborted();
      return find(key, objects.get(key));
    },

    async getIfChanged(key, known, { signal }) {
      signal.throwIfAborted();
      const kept = find(key, objects.get(key));
      return isKnown(kept.stat, known) ? { stat: kept.stat } : kept;
    },

    async stat(key, { signal }) {
      signal.throwIfAborted();
      return find(key, objects.peek(key)).stat;
    },

    async put(key, blob, { signal }) {
      signal.throwIfAborted();
      const body = ownBytes(blob.body);
      const { modifiedAt = new Date(now()), etag = etagOf(body) } = blob.stat ?? {};
      const stat = { size: body.length, modifiedAt, etag };
      const { contentType } = blob;
      // two bytes a character: what a key may cost
      const bytes = body.buffer.byteLength + 2 * key.length + OVERHEAD_BYTES;
      objects.set(key, { body, stat, ...(contentType !== undefined && { contentType }) }, bytes);
    },

    async delete(key, { signal }) {
      signal.throwIfAborted();
      objects.delete(key);
    },

    async close() {
      objects.clear();
    },
  };
}

function ownBytes(body: Uint8Array): Uint8Array {
  return body.buffer.byteLength > body.byteLength * MAX_EXCESS ? new Uint8Array(body) : body;
}
