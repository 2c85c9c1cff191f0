import type { Setting } from './setting.ts';
import { defaultOf, parseValue } from './value.ts';

/**
 * Says which settings this release does not act on. Those that merely repeat the default ask for nothing and pass.
 *
 * @returns problems for those that must stop the start, warnings for the others.
 */
export function checkStanding(settings: readonly Setting[]): { problems: string[]; warnings: string[] } {
  const problems: string[] = [];
  const planned: string[] = [];
  const inert = new Map<string, string[]>();
  for (const { option, text, name } of settings) {
    const value = parseValue(option.row, text);
    if (value === undefined || String(value) === String(defaultOf(option.row))) continue;
    if (option.row.planned === 'refuse') {
      problems.push(`${name} is planned, but this release cannot do it yet: unset it to start without.`);
    } else if (option.row.planned === 'warn') planned.push(name);
    else if (option.row.inert !== undefined)
      inert.set(option.row.inert, [...(inert.get(option.row.inert) ?? []), name]);
  }
  const warnings = [...inert].map(([reason, names]) => `${names.join(', ')}: without effect, for ${reason}.`);
  if (planned.length > 0) warnings.unshift(`Planned, but without effect in this release: ${planned.join(', ')}.`);
  return { problems, warnings };
}
