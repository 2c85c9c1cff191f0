/** Why the server does not start: everything that is wrong with its configuration, at once. */
export class ConfigError extends Error {
  /** One sentence each, which names the variable or flag and what to write instead. None repeats a value. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
