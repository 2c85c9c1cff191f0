import { type InstalledFormats, installedFormats } from '../imaging/installed-formats.ts';
import type { CommandInput } from './command.ts';

/** `imagor formats`: what this installation reads and writes. */
export async function formats({ config, env, stdout }: CommandInput): Promise<number> {
  env['VIPS_WARNING'] = '0'; // asking for a format that is not there would show
  stdout.write(renderFormats(installedFormats(config.libvipsPath || undefined), config.libvipsPath === ''));
  return 0;
}

/** The table, and where to get what is missing. */
export function renderFormats({ version, formats }: InstalledFormats, isBundled: boolean): string {
  const word = (has: boolean | undefined): string => (has === undefined ? '-' : has ? 'yes' : 'no');
  const lines = [
    ['format', 'reads', 'writes'],
    ...formats.map(({ name, reads, writes }) => [name, word(reads), word(writes)]),
  ];
  const table = lines.map(([name = '', reads = '', writes = '']) => `${name.padEnd(12)}${reads.padEnd(8)}${writes}`);
  const lacks = formats.some(({ reads, writes }) => !reads || writes === false);
  const hint = lacks
    ? '\nWhat is missing comes with a libvips that was built with it: set LIBVIPS_PATH to one (on Debian,\n' +
      'apt install libvips42 and look for libvips.so.42).\n'
    : '';
  const origin = isBundled ? 'the one that npm installed' : 'named by LIBVIPS_PATH';
  return `libvips ${version}, ${origin}\n\n${table.join('\n')}\n${hint}`;
}
