import type { Flags, Wired } from './wired.ts';

/** How to see that an option has its effect. */
export interface Row {
  /** What is set, and proved: one that is not wired, or wired to another's place, shows. */
  readonly options: Flags;
  /** Options that must be set for the look to show anything, and are proved along with the row. */
  readonly with?: Flags;
  /** Looks at a server from outside: by requests, at what it stored, at what it asked of others. */
  look(server: Wired): Promise<unknown>;
  /** What the look shows with the options; anything but what it shows without them where it is left out. */
  readonly seen?: unknown;
}

/** Rows that do not get into each other's way. */
export interface Group {
  readonly name: string;
  readonly rows: readonly Row[];
  /** What all servers of the group have. */
  readonly base?: Flags;
}

/**
 * The settings of a few servers, so that each row is on at some of them, off at others, and no two rows at the same
 * ones: rows are numbered from 1, and a server for each binary digit has those whose number has that digit. An option
 * that does nothing fails where it is on, two that are mixed up fail where one is on and the other off. The first server
 * has none of them.
 */
export function serversOf({ rows, base = {} }: Group): { readonly flags: Flags; isOn(row: Row): boolean }[] {
  const common = Object.assign({}, base, ...rows.map((row) => row.with ?? {})) as Flags;
  const digits = rows.length.toString(2).length;
  const isOnAt = (digit: number) => (row: Row) => (((rows.indexOf(row) + 1) >> digit) & 1) === 1;
  const servers = Array.from({ length: digits }, (_, digit) => {
    const on = rows.filter(isOnAt(digit));
    return { flags: Object.assign({}, common, ...on.map(({ options }) => options)) as Flags, isOn: isOnAt(digit) };
  });
  return [{ flags: common, isOn: () => false }, ...servers];
}
