import { isNotFound } from '../core/load.ts';
import type { Role } from '../core/observer.ts';
import type { Loader } from '../core/ports.ts';
import { AppError } from '../errors.ts';
import { errorFields, type Log } from '../log.ts';

/**
 * Has the log tell of every read that fails for another reason than that nothing is there: a request may be answered all
 * the same, by the next loader, or with a 403 that says nothing of buckets. Then only the log knows that an account may
 * not read what it should.
 *
 * @param from A plain object, as factories return it.
 */
export function reportReads<From extends Loader>(from: From, role: Role, log: Log): From {
  const get: Loader['get'] = async (key, context) => {
    try {
      return await from.get(key, context);
    } catch (error) {
      if (!context.signal.aborted && !isNotFound(error)) {
        const { requestId } = context.observer ?? {};
        log.warn({ requestId, role, storage: from.name, key, ...errorFields(AppError.from(error)) }, 'not read');
      }
      throw error;
    }
  };
  return { ...from, get };
}
