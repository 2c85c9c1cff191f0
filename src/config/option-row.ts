/** What every row of the option table says, whatever its type. */
interface CommonFields {
  /** One sentence for the operator: in `-h`, docs/configuration.md and .env.example alike. */
  readonly help: string;
  /** The value holds, or may hold, a credential: it is never logged or printed. */
  readonly secret?: true;
  /** Why the option is taken and has no effect. */
  readonly inert?: string;
}

/**
 * Free text, or text of a known form. Without a default it is empty, which stands for "not set".
 * `key`: a key or a token, without space around it. `url`: absolute, http or https. `address`: `host:port`. `host`: without the port. `path`: begins with a slash. `regexp`: RE2 syntax.
 * `tags`: S3 object tags as a query string. `bucket`: of S3, with a directory behind it or `*`. `region`: of S3. `endpoint`: a `url` of a server, no more. `metric`: a word that names of Prometheus metrics may begin with. `dsn`: a URL
 * with a user and a path, as Sentry gives out.
 */
interface TextFields {
  readonly type:
    | 'text'
    | 'key'
    | 'url'
    | 'address'
    | 'host'
    | 'path'
    | 'regexp'
    | 'tags'
    | 'bucket'
    | 'region'
    | 'endpoint'
    | 'metric'
    | 'dsn';
  readonly default?: string;
}

/** On or off, with Go's spellings; off without a default. */
interface SwitchFields {
  readonly type: 'switch';
  readonly default?: 'true';
}

/** Comma-separated; empty without a default. `networks`: CIDR notation. `urls`: absolute, http or https. `pairs`: `name=value`. */
interface ListFields {
  readonly type: 'list' | 'networks' | 'urls' | 'pairs';
  readonly default?: string;
}

/** One of a few words; without a default it may be empty, which stands for "not set". */
interface ChoiceFields {
  readonly type: 'choice';
  readonly choices: readonly [string, ...string[]];
  readonly default?: string;
}

/** `bytes` is a size of at least 0. `duration` is written as in Go (`1m30s`), its limits are milliseconds. `ratio`: 0 to 1. */
interface NumberFields {
  readonly type: 'integer' | 'bytes' | 'duration' | 'ratio';
  readonly default: string;
  readonly min?: number;
  readonly max?: number;
  /** imagor takes a 0 for "not set" here. */
  readonly zeroIsDefault?: true;
}

/** The permission bits of a file, octal with a leading zero. */
interface ModeFields {
  readonly type: 'mode';
  readonly default: string;
}

/** One option. Its default is written as an operator would write it, and read by the same code. */
export type OptionRow = CommonFields &
  (TextFields | SwitchFields | ListFields | ChoiceFields | NumberFields | ModeFields);

/** All options: group heading → flag name → row, in the order in which they are documented. */
export type OptionTable = Readonly<Record<string, Readonly<Record<string, OptionRow>>>>;
