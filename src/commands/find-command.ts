import { ConfigError } from '../config/config-error.ts';
import { nearestName } from '../config/nearest-name.ts';
import type { Command } from './command.ts';

/** What a command line begins with. */
export interface Found {
  /** Undefined for serving. */
  readonly command: Command | undefined;
  /** What stands behind its name. */
  readonly rest: readonly string[];
}

/** May be said, but need not. */
const SERVE = 'serve';

/**
 * Finds out what is to be done: serving, unless the command line begins with a command.
 *
 * @throws ConfigError for a first word that is neither a command nor a flag; one that is close to none is not repeated,
 * for it may be a secret gone astray.
 */
export function findCommand(argv: readonly string[], commands: readonly Command[]): Found {
  const [first = '', second = ''] = argv;
  if (argv.length === 0 || first.startsWith('-')) return { command: undefined, rest: argv };
  if (first === SERVE) return { command: undefined, rest: argv.slice(1) };
  const both = `${first} ${second}`;
  const command = commands.find(({ name }) => name === first || name === both);
  if (command) return { command, rest: argv.slice(command.name.split(' ').length) };
  const names = [SERVE, ...commands.map(({ name }) => name)];
  const nearest = nearestName(first, names) ?? nearestName(both, names);
  if (nearest !== undefined) throw new ConfigError([`There is no such command; did you mean imagor ${nearest}?`]);
  throw new ConfigError([
    `The first argument is no command; there are ${names.join(', ')}. Options begin with a dash, see imagor -h.`,
  ]);
}
