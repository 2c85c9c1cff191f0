import type { Config, ConfigKey } from './config.ts';
import type { Origin } from './setting.ts';

/** Where the value of each option comes from. */
export type Origins = Readonly<Record<ConfigKey, Origin>>;

/** Settings that do not go together, and the one sentence that says so. */
export interface Contradiction {
  readonly applies: (config: Config, origins: Origins) => boolean;
  readonly sentence: string;
}
