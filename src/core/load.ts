import { AppError } from '../errors.ts';
import type { Blob } from './blob.ts';
import { type EndStep, failureOf, type Role } from './observer.ts';
import type { IoContext, Loader } from './ports.ts';

/** A loader or a storage, and the key to ask it for. */
export interface Asked {
  readonly from: Loader;
  readonly role: Role;
  readonly key: string;
}

/**
 * Fetches an object from the first that has it.
 *
 * @returns who had it, and what; whoever reads the blob ends the step.
 * @throws AppError `not-found` when none has; otherwise the most telling of their errors: a source that failed must not
 * look as if it did not exist.
 */
export async function loadFirst<Candidate extends Asked>(
  candidates: readonly Candidate[],
  context: IoContext,
): Promise<Candidate & { readonly blob: Blob; readonly end: EndStep | undefined }> {
  const failures: unknown[] = [];
  for (const candidate of candidates) {
    const { from, role, key } = candidate;
    const end = context.observer?.begin({ name: 'load', role, adapter: from.name, key });
    try {
      const blob = await from.get(key, context);
      if (blob) return { ...candidate, blob, end };
      end?.('absent');
    } catch (error) {
      end?.(isNotFound(error) ? 'absent' : failureOf(error, context.signal));
      context.signal.throwIfAborted();
      failures.push(error);
    }
  }
  throw failures.find((failure) => !isNotFound(failure)) ?? failures.at(-1) ?? new AppError('not-found');
}

/** Whether an error means no more than that there is nothing under such a key. */
export function isNotFound(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'not-found' || error.code === 'invalid');
}
