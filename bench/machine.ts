import { availableParallelism, cpus, loadavg } from 'node:os';

/** What figures depend on that is not in the project. */
export interface Machine {
  readonly cpu: string | undefined;
  readonly cores: number;
  readonly node: string;
  /** Cores that something else has kept busy in the last minute: the load average. */
  readonly busyCores: number;
}

/** The machine as it is now; to be asked before the benchmark itself makes it busy. */
export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model,
    cores: availableParallelism(),
    node: process.version,
    busyCores: loadavg()[0] ?? 0,
  };
}
