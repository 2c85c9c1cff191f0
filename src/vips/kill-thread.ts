import { workerData } from 'node:worker_threads';
import { bind } from './declarations.ts';
import { WATCHDOG, watchdogMemory } from './kill.ts';

// the watchdog's own thread: see Watchdog in kill.ts

const { path, buffer } = workerData as { path: string; buffer: SharedArrayBuffer };
const { state, pointer, deadlineMs } = watchdogMemory(buffer);
const c = bind(path);

for (;;) {
  Atomics.wait(state, 0, WATCHDOG.IDLE);
  const armed = Atomics.load(state, 0);
  if (armed === WATCHDOG.ENDED) break;
  if (armed !== WATCHDOG.ARMED) {
    Atomics.wait(state, 0, armed); // the other thread has yet to see that its work was stopped
    continue;
  }
  const outcome = Atomics.wait(state, 0, WATCHDOG.ARMED, Math.max(0, (deadlineMs[0] ?? 0) - Date.now()));
  // the next guard may have begun meanwhile, with a deadline of its own
  const isDue = outcome === 'timed-out' && Date.now() >= (deadlineMs[0] ?? 0);
  if (!isDue || Atomics.compareExchange(state, 0, WATCHDOG.ARMED, WATCHDOG.KILLING) !== WATCHDOG.ARMED) continue;
  c.vips_image_set_kill(pointer[0] ?? 0n, 1);
  Atomics.store(state, 0, WATCHDOG.KILLED);
  Atomics.notify(state, 0);
}
