import type { Blob } from '../../src/core/blob.ts';
import type { IoContext, Storage } from '../../src/core/ports.ts';
import { AppError } from '../../src/errors.ts';

/** A storage that is a Map, for tests of who asks it for what and when. */
export interface MapStorage extends Storage {
  readonly objects: Map<string, Blob & { readonly body: Uint8Array }>;
  /** What was called: `get a.jpg`, `put a.jpg`. */
  readonly calls: string[];
  /** The contexts of those calls. */
  readonly contexts: IoContext[];
}

/** @param overrides replace whatever the test is about. */
export function mapStorage(overrides: Partial<Storage> = {}): MapStorage {
  const objects = new Map<string, Blob & { readonly body: Uint8Array }>();
  const calls: string[] = [];
  const contexts: IoContext[] = [];
  const log = (what: string, key: string, context: IoContext): void => {
    calls.push(`${what} ${key}`);
    contexts.push(context);
  };
  const read = (key: string): Blob => {
    const blob = objects.get(key);
    if (!blob) throw new AppError('not-found');
    return blob;
  };
  return {
    name: 'map',
    objects,
    calls,
    contexts,
    async get(key, context) {
      log('get', key, context);
      return read(key);
    },
    async getIfChanged(key, known, context) {
      log('getIfChanged', key, context);
      const { stat = {}, ...blob } = read(key);
      return known.etag !== undefined && known.etag === stat.etag ? { stat } : { ...blob, stat };
    },
    async stat(key, context) {
      log('stat', key, context);
      return read(key).stat;
    },
    async put(key, blob, context) {
      log('put', key, context);
      objects.set(key, { ...blob, stat: { modifiedAt: new Date(), ...blob.stat } });
    },
    async delete(key, context) {
      log('delete', key, context);
      objects.delete(key);
    },
    ...overrides,
  };
}
