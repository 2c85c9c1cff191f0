import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Service } from './config/compose.ts';
import type { RunningServer } from './http/node.ts';
import type { Log } from './log.ts';

/** What tells the program to end: `SIGTERM` from whoever manages it, `SIGINT` from a person at the keyboard. */
export type StopSignal = 'SIGTERM' | 'SIGINT';

/** How long the ways of ending may take, in milliseconds. */
export interface StopOptions {
  /** How long to go on accepting after `SIGTERM`, so that load balancers see that it ends. */
  readonly drainDelayMs: number;
  /** What requests under way and saves get to finish after that. */
  readonly shutdownTimeoutMs: number;
}

const STOP_SIGNALS: readonly StopSignal[] = ['SIGTERM', 'SIGINT'];

/** What a storage gets that takes no notice of being given up, once all else has ended. */
const LAST_GRACE_MS = 1_000;

/** Waits for the first signal; does not keep the program alive. The second one ends the program at once. */
export function stopSignal(): Promise<StopSignal> {
  return new Promise((resolve) => {
    const onSignal = (signal: StopSignal): void => {
      for (const name of STOP_SIGNALS) process.off(name, onSignal);
      if (process.pid === 1) exitAtNextSignal();
      resolve(signal);
    };
    for (const name of STOP_SIGNALS) process.on(name, onSignal);
  });
}

/** What signals do by themselves, except to the first process of a container: pid_namespaces(7) spares it. */
function exitAtNextSignal(): void {
  for (const name of STOP_SIGNALS) process.once(name, () => process.exit(128 + constants.signals[name]));
}

/**
 * Stops a server: says so at `/readyz` for a while, takes no more requests, finishes those under way and what they save,
 * and lets go of everything, whereupon the program ends by itself.
 */
export async function stop(
  { close, readiness }: Pick<Service, 'close' | 'readiness'>,
  server: RunningServer,
  signal: StopSignal,
  { drainDelayMs, shutdownTimeoutMs }: StopOptions,
  log: Log,
): Promise<void> {
  readiness.drain();
  if (signal === 'SIGTERM' && drainDelayMs > 0) {
    log.info({ signal, drainDelayMs }, 'draining');
    server.drain();
    await delay(drainDelayMs);
  }
  log.info({ signal }, 'stopping');
  const timeUp = AbortSignal.timeout(Math.ceil(shutdownTimeoutMs));
  await server.close();
  await close(timeUp);
  log.info({}, 'stopped');
  setTimeout(() => process.exit(), LAST_GRACE_MS).unref();
}
