import { OPTIONS } from '../config/option.ts';
import type { Command } from './command.ts';

/** What stands behind the name of a command. */
export interface CommandArguments {
  readonly operands: readonly string[];
  /** The command's own flags → their text, `true` for a switch. */
  readonly flags: ReadonlyMap<string, string>;
  /** The server's flags with their values, and what is no flag of anybody's. */
  readonly serverFlags: readonly string[];
  /** One sentence each. */
  readonly problems: readonly string[];
}

const takesValue: ReadonlyMap<string, boolean> = new Map([
  ...OPTIONS.map(({ flag, row }) => [flag, row.type !== 'switch'] as const),
  ['h', false],
  ['help', false],
]);

/**
 * Parts a command's own flags and operands from the server's flags, which may all stand in any order. Paths may begin
 * with a dash, as `-300x200/a.jpg` does, which flips: what is no flag and has a slash before any equals sign is an operand.
 * `--` makes operands of everything behind it.
 */
export function readArguments(
  argv: readonly string[],
  command: Pick<Command, 'name' | 'flags' | 'operands'>,
): CommandArguments {
  const operands: string[] = [];
  const flags = new Map<string, string>();
  const serverFlags: string[] = [];
  const problems: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    if (argument === '--') {
      operands.push(...argv.slice(index + 1));
      break;
    }
    const [, name, inline] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
    const own = name === undefined || !Object.hasOwn(command.flags, name) ? undefined : command.flags[name];
    if (name === undefined) operands.push(argument);
    else if (own) {
      const value = inline ?? (own.argument === undefined ? 'true' : argv[++index]);
      if (value === undefined) problems.push(`-${name} needs a value: ${own.argument}.`);
      else flags.set(name, value);
    } else if (takesValue.has(name)) {
      serverFlags.push(argument);
      if (takesValue.get(name) && inline === undefined && index + 1 < argv.length)
        serverFlags.push(argv[++index] ?? '');
    } else if (name.includes('/')) operands.push(argument);
    else serverFlags.push(argument);
  }
  if (command.operands === '' && operands.length > 0)
    problems.push(`imagor ${command.name} takes options only, see imagor ${command.name} -h.`);
  return { operands, flags, serverFlags, problems };
}
