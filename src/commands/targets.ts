import { createInterface } from 'node:readline';
import type { CommandInput } from './command.ts';

/** The operands, with the lines of stdin in the place of `-`, or for want of any. Blank lines are none. */
export async function* readTargets({
  operands,
  stdin,
  stderr,
}: Pick<CommandInput, 'operands' | 'stdin' | 'stderr'>): AsyncGenerator<string> {
  for (const operand of operands.length === 0 ? ['-'] : operands) {
    if (operand !== '-') {
      yield operand;
      continue;
    }
    if (stdin.isTTY) stderr.write('imagor: reading paths, one a line, up to Ctrl-D\n');
    for await (const line of createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line.trim() !== '') yield line;
    }
  }
}
