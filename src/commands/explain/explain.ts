import type { CommandInput } from '../command.ts';
/** x */
export async function explain(_: CommandInput): Promise<number> {
  return 0;
}
