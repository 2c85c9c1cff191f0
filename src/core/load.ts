import { AppError } from '../errors.ts';
import type { Blob } from './blob.ts';
import type { IoContext, Loader } from './ports.ts';

/**
 * Fetches an image from the first loader that has it.
 *
 * @throws AppError `not-found` when none has; otherwise the most telling of the loaders' errors: a source that failed
 * must not look as if it did not exist.
 */
export async function loadFirst(loaders: readonly Loader[], key: string, context: IoContext): Promise<Blob> {
  const failures: unknown[] = [];
  for (const loader of loaders) {
    try {
      const blob = await loader.get(key, context);
      if (blob) return blob;
    } catch (error) {
      context.signal.throwIfAborted();
      failures.push(error);
    }
  }
  throw failures.find((failure) => !isNotFound(failure)) ?? failures.at(-1) ?? new AppError('not-found');
}

function isNotFound(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'not-found' || error.code === 'invalid');
}
