import { AppError } from '../errors.ts';
import { type Blob, readBlob } from './blob.ts';
import { withTimeout } from './deadline.ts';
import type { Account } from './memory-budget.ts';
import { failureOf, type Observer, type Role } from './observer.ts';
import type { IoContext, Loader } from './ports.ts';

/** A loader or a storage, and the key to ask it for. */
export interface Asked {
  readonly from: Loader;
  readonly role: Role;
  readonly key: string;
}

/** A storage or loader that failed, whatever became of the request. */
export interface LookupFailure {
  readonly role: Role;
  readonly storage: string;
  readonly key: string;
  readonly error: AppError;
  readonly requestId: string | undefined;
}

/** How to go through loaders. */
export interface LoadFirstOptions {
  /**
   * Milliseconds without a byte after which the next is asked; 0 for no limit. The last has no limit but the context's:
   * there is nobody left who could do better.
   */
  readonly stallTimeoutMs: number;
  /** Counts the bytes. */
  readonly account: Pick<Account, 'open'>;
  /** Told of each that failed while there were others to ask, and of the operator's own stores in any case. */
  onLookupFailure(failure: LookupFailure): void;
}

/** What one of the candidates had, whole. */
export type Loaded<Candidate> = Candidate & { readonly blob: Blob; readonly bytes: Uint8Array };

/**
 * Fetches an object from the first that has it whole.
 *
 * @throws AppError `not-found` when none has; otherwise the most telling of their errors: a source that failed must not
 * look as if it did not exist.
 */
export async function loadFirst<Candidate extends Asked>(
  candidates: readonly Candidate[],
  context: IoContext,
  options: LoadFirstOptions,
): Promise<Loaded<Candidate>> {
  const failures: unknown[] = [];
  for (const candidate of candidates) {
    const isLast = candidate === candidates.at(-1);
    try {
      const loaded = await load(candidate, context, isLast ? { ...options, stallTimeoutMs: 0 } : options);
      if (loaded) return loaded;
    } catch (error) {
      context.signal.throwIfAborted();
      failures.push(error);
      const isNews = !isLast || candidate.from.isOwn;
      if (isNews && !isNotFound(error)) options.onLookupFailure(failureAt(candidate, error, context.observer));
    }
  }
  throw failures.find((failure) => !isNotFound(failure)) ?? failures.at(-1) ?? new AppError('not-found');
}

/** @returns undefined where the candidate has nothing to say about the key. */
async function load<Candidate extends Asked>(
  candidate: Candidate,
  context: IoContext,
  { stallTimeoutMs, account }: LoadFirstOptions,
): Promise<Loaded<Candidate> | undefined> {
  const { from, role, key } = candidate;
  const end = context.observer?.begin({ name: 'load', role, adapter: from.name, key });
  const portion = account.open();
  try {
    const loaded = await withTimeout(
      context.signal,
      stallTimeoutMs,
      waitFor(candidate),
      async (signal, goOn, spare) => {
        // to wait for room is no fault of who is asked
        const makeRoom = (bytes: number): Promise<void> => spare(portion.reserve(bytes, signal));
        const blob = await from.get(key, { ...context, signal, makeRoom });
        goOn();
        const onBytes = (bytes: number): Promise<void> | undefined => {
          signal.throwIfAborted(); // those that come too late are nobody's
          goOn();
          const room = portion.take(bytes, signal);
          return room && spare(room);
        };
        return blob && { ...candidate, blob, bytes: await readBlob(blob, 0, onBytes) };
      },
    );
    if (loaded?.bytes.length === 0) throw new AppError('not-found', { detail: `${key} is empty` });
    if (loaded) end?.('done', loaded.bytes.length);
    else {
      portion.drop();
      end?.('absent');
    }
    return loaded;
  } catch (error) {
    portion.drop();
    end?.(isNotFound(error) ? 'absent' : failureOf(error, context.signal));
    throw error;
  }
}

/** Names a wait in the log. */
export function waitFor({ from, key }: Pick<Asked, 'from' | 'key'>): string {
  return `waiting for ${key} from ${from.name}`;
}

/** What the operator is told of one that failed. */
export function failureAt({ from, role, key }: Asked, thrown: unknown, observer: Observer | undefined): LookupFailure {
  return { role, storage: from.name, key, error: AppError.from(thrown), requestId: observer?.requestId };
}

/** Whether an error means no more than that there is nothing under such a key. */
export function isNotFound(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'not-found' || error.code === 'invalid');
}
