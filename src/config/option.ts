import type { ConfigKey } from './config.ts';
import type { OptionRow, OptionTable } from './option-row.ts';
import { OPTION_TABLE } from './options.ts';

/** A row of the table together with the names it goes by. */
export interface Option {
  /** On the command line, without the dash: `imagor-secret`. */
  readonly flag: string;
  /** In the environment and the configuration file: `IMAGOR_SECRET`. */
  readonly env: string;
  /** In {@link Config}: `imagorSecret`. */
  readonly key: ConfigKey;
  readonly row: OptionRow;
}

// the annotation is where the compiler holds the table against its schema
const table: OptionTable = OPTION_TABLE;

/** The options by heading, in the order of the table. */
export const OPTION_GROUPS: ReadonlyMap<string, readonly Option[]> = new Map(
  Object.entries(table).map(([heading, rows]) => [
    heading,
    Object.entries(rows).map(([flag, row]) => ({
      flag,
      env: flag.toUpperCase().replaceAll('-', '_'),
      key: keyOf(flag, row.type),
      row,
    })),
  ]),
);

/** Every option, in the order of the table. */
export const OPTIONS: readonly Option[] = [...OPTION_GROUPS.values()].flat();

// does what ConfigKeyOf does to the type; the table being its only input, every answer is a ConfigKey
function keyOf(flag: string, type: OptionRow['type']): ConfigKey {
  const camelCase = flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const unit = type === 'duration' ? 'Ms' : type === 'bytes' ? 'Bytes' : '';
  return `${camelCase}${unit}` as ConfigKey;
}
