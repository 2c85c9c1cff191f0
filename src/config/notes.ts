import type { OptionRow } from './option-row.ts';

/** What is to be said about an option beside its help: whole sentences, possibly none. */
export function notesOn(row: OptionRow): string[] {
  const notes: string[] = [];
  if (row.type === 'choice') notes.push(`Takes ${row.choices.join(', ')}.`);
  if ('zeroIsDefault' in row) notes.push('0 means the default.');
  if (row.inert !== undefined) notes.push(`Without effect: ${row.inert}.`);
  return notes;
}
