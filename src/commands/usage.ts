import type { CommandLines } from '../config/help.ts';
import type { Command } from './command.ts';

/** The commands for `imagor -h`. */
export function commandLines(commands: readonly Command[]): CommandLines {
  return commands.map(({ name, operands, summary }) => [`imagor ${name} ${operands}`.trim(), summary] as const);
}

/** What `imagor COMMAND -h` prints. */
export function usageText({ name, operands, summary, flags }: Command): string {
  const own = Object.entries(flags).map(
    ([flag, { argument, help }]) => `  -${flag}${argument === undefined ? '' : ` ${argument}`}\n      ${help}\n`,
  );
  const usage = ['Usage: imagor', name, operands, '[flags]'].filter(Boolean).join(' ');
  return [
    `${usage}\n`,
    `${summary}\n`,
    ...(own.length === 0 ? [] : [own.join('\n')]),
    "It works with the server's own configuration: every flag and variable of imagor -h holds here, too.\n",
  ].join('\n');
}
