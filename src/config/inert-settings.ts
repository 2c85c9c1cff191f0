import type { Setting } from './setting.ts';
import { defaultOf, parseValue } from './value.ts';

/** Says which settings have no effect. Those that merely repeat the default ask for nothing and pass. */
export function inertSettings(settings: readonly Setting[]): string[] {
  const inert = new Map<string, string[]>();
  for (const { option, text, name } of settings) {
    const { row } = option;
    const value = parseValue(row, text);
    if (row.inert === undefined || value === undefined || String(value) === String(defaultOf(row))) continue;
    inert.set(row.inert, [...(inert.get(row.inert) ?? []), name]);
  }
  return [...inert].map(([reason, names]) => `${names.join(', ')}: without effect, for ${reason}.`);
}
