import { accepts } from './accepts.ts';
import { nearestName } from './nearest-name.ts';
import { OPTIONS, type Option } from './option.ts';

/** What the command line says, and what is wrong with it. */
export interface CommandLine {
  /** `-h` or `-help` is among the flags. */
  readonly isHelp: boolean;
  /** Flag → the text it was given, `true` for a switch that stands alone; of a flag given twice, the last. */
  readonly settings: ReadonlyMap<string, string>;
  /** One sentence each. They name flags, and arguments by their number; an argument may be a secret gone astray. */
  readonly problems: readonly string[];
}

const optionsByFlag: ReadonlyMap<string, Option> = new Map(OPTIONS.map((option) => [option.flag, option]));

/**
 * Reads flags as Go's `flag` package does: `-name value`, `-name=value`, with one dash or two. A switch never takes the
 * next argument as its value. `--` ends the flags. Arguments that are no flags are problems; imagor ignores
 * them, and with them every flag that follows.
 */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const settings = new Map<string, string>();
  const problems: string[] = [];
  let isHelp = false;
  let last: Option | undefined;

  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    if (argument === '--') {
      if (index + 1 < argv.length) problems.push(strayArgument(index + 1, undefined));
      break;
    }
    const [, flag, inline] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
    if (flag === undefined) {
      problems.push(strayArgument(index, last));
      continue;
    }
    const option = optionsByFlag.get(flag);
    last = option;
    if (flag === 'h' || flag === 'help') isHelp = true;
    else if (!option) {
      problems.push(unknownFlag(flag, index));
      // the next argument is its value, most likely: no use in complaining twice
      if (inline === undefined && !argv[index + 1]?.startsWith('-')) index++;
    } else if (inline !== undefined) settings.set(flag, inline);
    else if (option.row.type === 'switch') settings.set(flag, 'true');
    else if (index + 1 < argv.length) settings.set(flag, argv[++index] ?? '');
    else problems.push(`-${flag} needs a value: ${accepts(option.row)}.`);
  }
  return { isHelp, settings, problems };
}

function strayArgument(index: number, after: Option | undefined): string {
  const place = after ? `, after -${after.flag},` : '';
  const advice =
    after?.row.type === 'switch'
      ? `a switch takes its value behind an equals sign, as in -${after.flag}=false`
      : 'only flags and their values are taken, and a value with spaces needs quotes';
  return `Argument ${index + 1}${place} is not a flag: ${advice}.`;
}

function unknownFlag(flag: string, index: number): string {
  // anything but a plain name may be a value that lost its flag
  if (!/^[a-z][a-z0-9-]{0,49}$/.test(flag)) return `Argument ${index + 1} is not a flag of imagor, see imagor -h.`;
  const nearest = nearestName(flag, [...optionsByFlag.keys()]);
  return nearest ? `There is no flag -${flag}; did you mean -${nearest}?` : `There is no flag -${flag}, see imagor -h.`;
}
