import type { Log } from '../log.ts';
import type { Watcher } from './watcher.ts';

/** Writes every step of every request into the debug log. */
export function createDebugWatcher(log: Log): Watcher {
  return {
    begin: (_request, requestId) => ({
      begin(step) {
        const start = performance.now();
        return (outcome, bytes) => {
          const tookMs = Math.round(performance.now() - start);
          const { name, ...about } = step;
          log.debug({ requestId, ...about, outcome, ...(bytes === undefined ? {} : { bytes }), tookMs }, name);
        };
      },
    }),
  };
}
