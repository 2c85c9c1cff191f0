/** Where a watchdog's two threads meet: see `Watchdog`. */
export interface WatchdogMemory {
  /** One of the states below. */
  readonly state: Int32Array;
  /** How many images there have been. */
  readonly count: Int32Array;
  /** When to stop them, as of `monotonicMs`. */
  readonly deadlineMs: Float64Array;
  /** The images to stop, a ring: the latest, where there have been more. */
  readonly images: BigUint64Array;
}

/** What the watchdog is doing. It alone leaves KILLING; whoever guards a scope does everything else. */
export const WATCHDOG = { IDLE: 0, ARMED: 1, KILLING: 2, KILLED: 3, ENDED: 4 } as const;

/** Images of one scope that are stopped: those at the end of a chain of operations, and many before. */
const MAX_IMAGES = 1_024;

const HEADER_BYTES = 16;

/** Bytes of a {@link WatchdogMemory}. */
export const MEMORY_BYTES: number = HEADER_BYTES + MAX_IMAGES * BigUint64Array.BYTES_PER_ELEMENT;

/** Lays {@link MEMORY_BYTES} of shared memory out. */
export function watchdogMemory(buffer: SharedArrayBuffer): WatchdogMemory {
  return {
    state: new Int32Array(buffer, 0, 1),
    count: new Int32Array(buffer, 4, 1),
    deadlineMs: new Float64Array(buffer, 8, 1),
    images: new BigUint64Array(buffer, HEADER_BYTES, MAX_IMAGES),
  };
}
