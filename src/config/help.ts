import { notesOn } from './notes.ts';
import { OPTION_GROUPS, type Option } from './option.ts';
import type { OptionRow } from './option-row.ts';

const COLUMNS = 100;

const INTRODUCTION =
  'Each flag is an environment variable as well, in upper snake case: -imagor-secret is IMAGOR_SECRET. ' +
  'A flag wins over the environment, and that over the file named by -config.';

const SERVE = ['imagor [serve]', 'Serve pictures; what is done without a command.'] as const;

/** What there is beside serving: how it is written, and what it does. */
export type CommandLines = readonly (readonly [usage: string, summary: string])[];

/** What `-h` prints: commands, then every flag with its default and a sentence, by group, in lines of at most 100 columns. */
export function helpText(commands: CommandLines): string {
  const sections = [...OPTION_GROUPS].map(([heading, options]) => [`${heading}:`, ...options.map(describe)].join('\n'));
  return [
    'Usage: imagor [command] [flags]',
    ['Commands:', ...[SERVE, ...commands].map(describeCommand)].join('\n'),
    wrap(INTRODUCTION, ''),
    '  -h, -help\n      Print this text and stop.',
    ...sections,
    '',
  ].join('\n\n');
}

function describeCommand([usage, summary]: CommandLines[number]): string {
  return `  ${usage}\n${wrap(summary, '      ')}`;
}

function describe({ flag, row }: Option): string {
  const argument = row.type === 'switch' ? '' : ` ${ARGUMENT[row.type]}`;
  const standard = row.default ? ` (default ${row.default})` : '';
  return `  -${flag}${argument}${standard}\n${wrap([row.help, ...notesOn(row)].join(' '), '      ')}`;
}

const ARGUMENT: Readonly<Record<Exclude<OptionRow['type'], 'switch'>, string>> = {
  text: 'text',
  key: 'text',
  url: 'url',
  address: 'host:port',
  host: 'host',
  path: '/path',
  regexp: 'regexp',
  tags: 'key=value&…',
  bucket: 'bucket',
  region: 'region',
  endpoint: 'url',
  metric: 'word',
  dsn: 'url',
  list: 'text,…',
  networks: 'cidr,…',
  urls: 'url,…',
  pairs: 'name=value,…',
  choice: 'word',
  integer: 'number',
  bytes: 'bytes',
  duration: 'duration',
  ratio: 'share',
  mode: 'octal',
};

function wrap(text: string, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line].map((content) => indent + content).join('\n');
}
