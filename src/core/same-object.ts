import { AppError } from '../errors.ts';
import type { Loader } from './ports.ts';

/** A key of a loader or a storage. */
interface Reach {
  readonly from: Loader;
  readonly key: string;
  /** As in `IoContext`. */
  readonly resultOf?: string;
}

/**
 * Whether two keys may mean one object, because their adapters share a bucket or a folder: what is read as a source must
 * not be written over.
 */
export function meanSameObject(one: Reach, other: Reach): boolean {
  const names = new Set(namesOf(one));
  return namesOf(other).some((name) => names.has(name));
}

/** A key that is refused means no object. */
function namesOf({ from, key, resultOf }: Reach): readonly string[] {
  try {
    return from.identify?.(key, resultOf) ?? [];
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}
