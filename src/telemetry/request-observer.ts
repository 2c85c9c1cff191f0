import type { EndStep, RequestObserver } from '../core/observer.ts';
import { requestIdOf } from './request-id.ts';
import type { Watcher } from './watcher.ts';

/**
 * Makes what is told of requests known to all who want to know.
 *
 * @returns gives each request its id and its observer.
 */
export function observeRequests(watchers: readonly Watcher[]): (request: Request) => RequestObserver {
  return (request) => {
    const requestId = requestIdOf(request.headers);
    if (watchers.length === 0) return { requestId, begin: () => ignore, end: ignore };
    const watches = watchers.map((watcher) => watcher.begin(request, requestId));
    return {
      requestId,
      begin(step) {
        const ends = watches.map((watch) => watch.begin(step));
        return (...told: Parameters<EndStep>) => {
          for (const end of ends) end(...told);
        };
      },
      end(status) {
        for (const watch of watches) watch.end?.(status);
      },
    };
  };
}

/** Where nobody wants to know. */
function ignore(): void {}
