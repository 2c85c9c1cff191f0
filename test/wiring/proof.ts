import type { Flags, Wired } from './wired.ts';

/** Options whose effect shows on a server of their own. Values differ wherever two options could be mixed up. */
export interface Proof {
  readonly name: string;
  readonly options: Flags;
  /** Of the program. */
  readonly env?: Flags;
  look(server: Wired): Promise<unknown>;
  readonly seen: unknown;
}

const HOUR_MS = 3_600_000;

/** When something was stored that is so many hours old. */
export function hoursAgo(hours: number): Date {
  return new Date(Date.now() - hours * HOUR_MS);
}
