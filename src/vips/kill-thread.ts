import { workerData } from 'node:worker_threads';
import { bindSome, loadLibrary } from './declarations.ts';
import { monotonicMs } from './monotonic-clock.ts';
import { WATCHDOG, watchdogMemory } from './watchdog-memory.ts';

// the watchdog's own thread: see Watchdog in kill.ts

const { path, buffer } = workerData as { path: string; buffer: SharedArrayBuffer };
const { state, count, deadlineMs, images } = watchdogMemory(buffer);
const c = bindSome(loadLibrary(path), ['vips_image_set_kill']);

const isDue = (): boolean => monotonicMs() >= (deadlineMs[0] ?? 0);

for (;;) {
  Atomics.wait(state, 0, WATCHDOG.IDLE);
  const armed = Atomics.load(state, 0);
  if (armed === WATCHDOG.ENDED) break;
  if (armed !== WATCHDOG.ARMED) {
    Atomics.wait(state, 0, armed); // the other thread has yet to see that its work was stopped
    continue;
  }
  Atomics.wait(state, 0, WATCHDOG.ARMED, Math.max(0, (deadlineMs[0] ?? 0) - monotonicMs()));
  if (!isDue() || Atomics.compareExchange(state, 0, WATCHDOG.ARMED, WATCHDOG.KILLING) !== WATCHDOG.ARMED) continue;
  // the next guard may have begun between the two, with a deadline of its own
  const isStopped = isDue();
  if (isStopped) killAll();
  Atomics.store(state, 0, isStopped ? WATCHDOG.KILLED : WATCHDOG.ARMED);
  Atomics.notify(state, 0);
}

function killAll(): void {
  const length = Math.min(Atomics.load(count, 0), images.length);
  for (let index = 0; index < length; index += 1) c.vips_image_set_kill(Atomics.load(images, index), 1);
}
