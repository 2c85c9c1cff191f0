import { setTimeout as delay } from 'node:timers/promises';

/** Waits for what nothing tells of: a save in the background, a connection that is let go. The test's time limit bounds it. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(1);
}
