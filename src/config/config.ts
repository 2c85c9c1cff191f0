import type { OPTION_TABLE } from './options.ts';

/**
 * The configuration in force: one readonly field for each row of {@link OPTION_TABLE}, typed by its row.
 *
 * A field's name is the flag in camel case, with the unit added where there is one: a `duration` ends in `Ms`
 * (milliseconds, possibly a fraction), a `bytes` in `Bytes`. `-imagor-request-timeout` is `imagorRequestTimeoutMs`,
 * `-http-loader-max-allowed-size` is `httpLoaderMaxAllowedSizeBytes`, `-imagor-secret` is `imagorSecret`.
 */
export type Config = { readonly [D in Declared as ConfigKeyOf<D['flag'], D['row']['type']>]: ValueOf<D['row']> };

/** The names of the fields of {@link Config}. */
export type ConfigKey = keyof Config;

/** Any value that an option can have. */
export type OptionValue = string | boolean | number | readonly string[];

type Table = typeof OPTION_TABLE;

/** The union of all rows, each with its flag. */
type Declared = {
  [Group in keyof Table]: { [Flag in keyof Table[Group]]: { flag: Flag; row: Table[Group][Flag] } }[keyof Table[Group]];
}[keyof Table];

type ConfigKeyOf<Flag extends string, Type> = Type extends 'duration'
  ? `${CamelCase<Flag>}Ms`
  : Type extends 'bytes'
    ? `${CamelCase<Flag>}Bytes`
    : CamelCase<Flag>;

type CamelCase<Flag extends string> = Flag extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Flag;

type ValueOf<Row> = Row extends { choices: readonly (infer Choice)[] }
  ? Row extends { default: string }
    ? Choice
    : Choice | ''
  : Row extends { type: infer Type extends keyof Values }
    ? Values[Type]
    : never;

interface Values {
  text: string;
  url: string;
  address: string;
  host: string;
  path: string;
  regexp: string;
  tags: string;
  bucket: string;
  region: string;
  endpoint: string;
  metric: string;
  dsn: string;
  switch: boolean;
  list: readonly string[];
  networks: readonly string[];
  urls: readonly string[];
  pairs: readonly string[];
  integer: number;
  bytes: number;
  duration: number;
  ratio: number;
  mode: number;
}
